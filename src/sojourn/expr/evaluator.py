"""Values of expressions for the rows of a frame, computed by a private DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl

from sojourn.expr.binding import locked_down
from sojourn.expr.conditions import Condition
from sojourn.expr.dtypes import dtype_of, sql_of
from sojourn.expr.expression import Expression
from sojourn.expr.names import identifier
from sojourn.expr.reads import Reads, union
from sojourn.model.errors import SojournError

Evaluated = Mapping[str, Expression | Condition]

FEW_ROWS = 256
"""Up to so many rows in all go in as parameters of the statement, which is faster than to register frames."""

_INSTANT = pl.Datetime("us", "UTC")
_FRAME: dict[str, Any] = {
    "pno": pl.Int64, "at": _INSTANT, "event": pl.String, "entry": pl.String, "vars": pl.String, "own": pl.Int64,
}  # fmt: skip
_EMPTY: dict[str, pl.DataFrame] = {
    "history": pl.DataFrame(
        schema={"pno": pl.Int64, "offset": pl.Int64, "name": pl.String, "at": _INSTANT, "data": pl.String}
    ),
    "engagement": pl.DataFrame(
        schema={"pno": pl.Int64, "document": pl.String, "node": pl.String, "kind": pl.String, "at": _INSTANT}
    ),
    "consent": pl.DataFrame(schema={"pno": pl.Int64, "topic": pl.String, "status": pl.String}),
    "member": pl.DataFrame(schema={"audience": pl.String, "pno": pl.Int64}),
}


class Evaluator:
    """Compute expressions over frames, in a database of its own that reaches no file, network or setting.

    Parameters
    ----------
    threads
        Threads that a large frame may use.

    Notes
    -----
    For one thread at a time.

    Examples
    --------
    >>> from sojourn.expr import Scope, compile_expression
    >>> doubled = compile_expression("event.n * 2", Scope(profile={}, event={"n": "integer"}))
    >>> Evaluator().values(pl.DataFrame({"event": ['{"n": 21}']}), {"doubled": doubled})["doubled"].to_list()
    [42]
    """

    def __init__(self, threads: int = 2) -> None:
        self._con = locked_down(threads)
        self._small = locked_down(1, "PRAGMA disable_optimizer")
        self._statements: dict[Any, duckdb.Statement] = {}

    def close(self) -> None:
        """Give the database's memory back."""
        self._con.close()
        self._small.close()

    def values(
        self,
        frame: pl.DataFrame,
        expressions: Evaluated,
        profiles: pl.DataFrame | None = None,
        tables: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """Compute one column for each expression.

        Parameters
        ----------
        frame
            Rows under test: `pno`, `at`, `event`, `entry`, `vars`, `own`; a column that is missing is null.
        expressions
            By name of the column.
        profiles
            Rows of `profile` (`_pno`, `profile_id`, attributes), at most one for each `pno`.
        tables
            `history`, `engagement`, `consent`, `member` (missing: empty) and `rows_<entity>`.

        Returns
        -------
        polars.DataFrame
            As many rows as the frame, in its order.

        Raises
        ------
        SojournError
            When profiles or rows that are read are not given.
        """
        if not expressions:
            return pl.DataFrame(height=frame.height)
        sources = _sources(frame, union([e.reads for e in expressions.values()]), profiles, tables or {})
        if sum(s.height for s in sources.values()) <= FEW_ROWS and _cross(sources, expressions):
            return self._few(sources, expressions)
        return self._many(sources, expressions)

    def _few(self, sources: dict[str, pl.DataFrame], expressions: Evaluated) -> pl.DataFrame:
        statement = self._statement(sources, expressions)
        found = self._small.execute(statement, {n: _rows(s) for n, s in sources.items()})
        schema = {n: dtype_of(e.type) for n, e in expressions.items()}
        try:
            rows = found.fetchall()
            rows.sort(key=_row_number)
            return pl.DataFrame([r[1:] for r in rows], schema=schema, orient="row")
        except (OverflowError, pl.exceptions.PolarsError):  # such as instants after 9999, which Python does not have
            return self._many(sources, expressions)

    def _statement(self, sources: dict[str, pl.DataFrame], expressions: Evaluated) -> duckdb.Statement:
        shape = tuple((n, *s.schema.items()) for n, s in sources.items())
        key = (shape, tuple((n, e.sql) for n, e in expressions.items()))
        if key not in self._statements:
            given = ", ".join(f"{identifier(n)} AS ({_given(n, s)})" for n, s in sources.items())
            self._statements[key] = self._small.extract_statements(f"WITH {given} {_select(sources, expressions)}")[0]
        return self._statements[key]

    def _many(self, sources: dict[str, pl.DataFrame], expressions: Evaluated) -> pl.DataFrame:
        for name, source in sources.items():
            self._con.register(name, source)
        try:
            found: pl.DataFrame = self._con.sql(_select(sources, expressions)).pl()
        finally:
            for name in sources:
                self._con.unregister(name)
        rows = found["_row"]
        return (found if rows.is_sorted() else found.sort("_row")).drop("_row")


def _row_number(row: tuple[Any, ...]) -> int:
    return int(row[0])


def _rows(source: pl.DataFrame) -> list[dict[str, Any]]:
    values = zip(*(c.to_list() for c in source.get_columns()), strict=True)
    return [dict(zip(source.columns, row, strict=True)) for row in values]


def _sources(
    frame: pl.DataFrame, reads: Reads, profiles: pl.DataFrame | None, tables: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    sources = {"frame": _frame(frame, reads), **{name: _table(name, tables) for name in sorted(reads.tables)}}
    if reads.profile:
        sources["profile"] = _profiles(profiles, reads)
    return sources


def _frame(frame: pl.DataFrame, reads: Reads) -> pl.DataFrame:
    read = {
        "pno": reads.profile or bool(reads.tables),
        "at": reads.time,
        "event": reads.event,
        "entry": reads.entry,
        "vars": reads.vars,
        "own": bool(reads.history),
    }
    columns = [pl.int_range(frame.height, eager=True).alias("_row")]
    for name in (n for n, is_read in read.items() if is_read):
        given = name in frame.columns and frame.get_column(name).dtype != pl.Null
        missing = pl.Series(name, [None], dtype=_FRAME[name])
        columns.append(frame.get_column(name) if given else missing.new_from_index(0, frame.height))
    return pl.DataFrame(columns)


def _table(name: str, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    table = tables.get(name, _EMPTY.get(name))
    if table is None:
        raise SojournError(f"the rows of `{name}` are read and were not given", code="EXPR-031")
    return table


def _profiles(profiles: pl.DataFrame | None, reads: Reads) -> pl.DataFrame:
    wanted = {"_pno", "profile_id", *reads.attributes}
    missing = wanted - set(profiles.columns if profiles is not None else ())
    if profiles is None or missing:
        names = ", ".join(sorted(missing))
        raise SojournError(f"columns of profiles are read and were not given: {names}", code="EXPR-031")
    return pl.DataFrame([c for c in profiles.get_columns() if c.name in wanted])


def _cross(sources: Mapping[str, pl.DataFrame], expressions: Evaluated) -> bool:
    dtypes = (t for s in sources.values() for t in s.dtypes)
    return all(sql_of(t) for t in dtypes) and all(dtype_of(e.type) for e in expressions.values())


def _given(name: str, source: pl.DataFrame) -> str:
    fields = ", ".join(f"{identifier(c)} {sql_of(t)}" for c, t in source.schema.items())
    return f"SELECT unnest(CAST(${name} AS STRUCT({fields})[]), max_depth := 2)"


def _select(sources: Mapping[str, pl.DataFrame], expressions: Evaluated) -> str:
    columns = ", ".join(f"{_value(e)} AS {identifier(n)}" for n, e in expressions.items())
    joined = ' LEFT JOIN "profile" AS p ON p._pno = f.pno' if "profile" in sources else ""
    return f'SELECT f._row, {columns} FROM "frame" AS f{joined}'


def _value(expression: Expression | Condition) -> str:
    # Polars has no intervals: they come as text.
    return f"CAST({expression.sql} AS VARCHAR)" if expression.type == "INTERVAL" else expression.sql
