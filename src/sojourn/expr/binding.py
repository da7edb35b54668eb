"""Types: an expression tried by DuckDB on one sample row when the document is read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import duckdb

from sojourn.expr.names import identifier, sample
from sojourn.expr.scope import Types

_FRAME = (
    "SELECT CAST(0 AS BIGINT) AS rid, CAST(0 AS BIGINT) AS pno, "
    "CAST('2026-01-05 10:00:00+00' AS TIMESTAMPTZ) AS \"at\", "
    "CAST('{}' AS VARCHAR) AS event, CAST('{}' AS VARCHAR) AS entry, CAST('{}' AS VARCHAR) AS vars, "
    "CAST(0 AS BIGINT) AS own"
)
_HISTORY = "SELECT CAST('{}' AS VARCHAR) AS data"
_lock = threading.Lock()


def locked_down(threads: int, *pragmas: str) -> duckdb.DuckDBPyConnection:
    """Open a private in-memory database that reaches neither files nor network nor settings."""
    con = duckdb.connect(":memory:", config={"threads": threads})
    for pragma in pragmas:
        con.execute(pragma)
    for setting in (
        "TimeZone='UTC'",
        "enable_external_access=false",
        "autoinstall_known_extensions=false",
        "autoload_known_extensions=false",
        # It computes what stands twice once, outside of the TRY around it, where a failure is an error of all rows.
        "disabled_optimizers='common_subexpressions'",
        "lock_configuration=true",
    ):
        con.execute(f"SET {setting}")
    return con


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return locked_down(1)


def tables(columns: Iterable[tuple[str, str, str]]) -> str:
    """Give a FROM clause of one sample row.

    Parameters
    ----------
    columns
        Alias, column and type of what is read besides the frame.
    """
    by_alias: dict[str, dict[str, str]] = {"p": {"profile_id": "string"}, "r": {}}
    for alias, column, type_ in columns:
        by_alias.setdefault(alias, {})[column] = type_
    rows = [f"({_row(types)}) AS {identifier(alias)}" for alias, types in by_alias.items() if types]
    return ", ".join([f"({_FRAME}) AS f", f"({_HISTORY}) AS h", *rows])


def _row(types: Types) -> str:
    return "SELECT " + ", ".join(f"{sample(t)} AS {identifier(c)}" for c, t in types.items())


def bind(sql: str, from_: str) -> str:
    """Give the DuckDB type of an expression.

    Raises
    ------
    duckdb.Error
        When the types do not fit.
    """
    with _lock:
        return str(_connection().sql(f"SELECT {sql} FROM {from_}").types[0])


def evaluate(sql: str, from_: str) -> None:
    """Evaluate an expression on the sample row.

    Raises
    ------
    duckdb.Error
        When it fails as it runs.
    """
    with _lock:
        found = _connection().execute(f"SELECT {sql} FROM {from_}")
        with suppress(OverflowError):  # an interval that Python cannot hold was computed all the same
            found.fetchall()


def value_of(sql: str) -> Any:
    """Give the value of an expression without names, as Python has it.

    Raises
    ------
    duckdb.Error
        When it fails as it runs.
    """
    with _lock:
        rows = _connection().execute(f"SELECT {sql}").fetchall()
    return rows[0][0]


def columns_of(query: str, tables_: Mapping[str, Types]) -> list[str]:
    """Give the columns of a query over empty tables.

    Raises
    ------
    duckdb.Error
        When it does not bind.
    """
    made = ", ".join(f"{identifier(n)} AS ({_row(t)} LIMIT 0)" for n, t in tables_.items())
    with _lock:
        return list(_connection().sql(f"WITH {made} SELECT * FROM ({query})").columns)
