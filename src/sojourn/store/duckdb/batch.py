"""Queries over the rows of one batch's profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from sojourn.model.state import SCHEMAS, empty
from sojourn.store.duckdb.recent import NUMBERED, concerns, over
from sojourn.store.duckdb.statements import Statements

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

FEW: Final = 16
"""Up to so many profiles go in as a parameter, which is faster than a frame; one alone is found by its number."""

TEXTS: Final = ("key", "entry", "vars", "to")
"""Columns of the timed tables that are often empty, and whose reading costs more than that of all numbers together."""


class Batch:
    """The profiles of a batch, as queries name them.

    Parameters
    ----------
    profiles : Series of Int64
        Numbers of the profiles, each once.
    """

    def __init__(self, store: DuckStore, profiles: pl.Series) -> None:
        self.store = store
        self.frame = pl.DataFrame({"pno": profiles})

    def are(self, column: str) -> str:
        """Return the condition that a column is the number of one of these profiles."""
        if self.frame.height == 1:
            return f"{column} = $pno"
        chosen = "SELECT unnest($pnos::BIGINT[])" if self.frame.height <= FEW else "SELECT pno FROM given"
        return f"{column} IN ({chosen})"

    def read(self, query: str, *tables: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Return the rows of a query that tests `are`, once or several times, or never.

        Parameters
        ----------
        tables : str
            All that the query reads: where nothing that is being written concerns them, it is not waited for.
        """
        return self._read(self.store.source(*tables), query, params)

    def _read(self, source: Statements, query: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        given = self.frame if self.frame.height > FEW else None
        numbers = self._numbers() if "$pno" in query else {}
        return source.read(query, {**(params or {}), **numbers}, given)

    def read_beside(self, query: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Return what a query finds that is durable, while others are writing."""
        return self._read(self.store.beside(), query, params)

    def numbered(
        self, table: str, query: str, *others: str, params: Mapping[str, object] | None = None,
        keep: pl.Expr | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        """Return the rows of a query of a `NUMBERED` table, without waiting for changes that are being written.

        Parameters
        ----------
        others : str
            Tables that the query reads besides.
        keep : Expr, optional
            What else the query asks of a row.
        """
        pending = self.store.unseen()
        if pending is None or any(
            table in changes.rewritten or any(concerns(changes, other) for other in others) for changes in pending
        ):
            return self._read(self.store.statements, query, params)
        rows = over(self.read_beside(query, params), table, self.frame, pending)
        return rows if keep is None else rows.filter(keep)

    def _numbers(self) -> dict[str, Any]:
        """Return the parameters of `are`."""
        if self.frame.height == 1:
            return {"pno": self.frame["pno"][0]}
        return {"pnos": self.frame["pno"].to_list()} if self.frame.height <= FEW else {}

    def table(self, table: str) -> pl.DataFrame:
        """Return all rows of these profiles."""
        return self._rows(table, ", ".join(f't."{name}"' for name in SCHEMAS[table]))

    def timed(self, table: str) -> pl.DataFrame:
        """Return all rows of these profiles out of what every batch reads; what was never filled costs nothing."""
        filled = self.store.waiting.filled(table)
        if not filled:
            return empty(table)
        held = (
            f't."{name}"' if name in filled or name not in TEXTS else f'NULL::VARCHAR AS "{name}"'
            for name in SCHEMAS[table]
        )
        return self._rows(table, ", ".join(held))

    def _rows(self, table: str, columns: str) -> pl.DataFrame:
        query = f'SELECT {columns} FROM "{table}" t WHERE {self.are("t.pno")}'
        if self.frame.height > FEW:
            return self.numbered(table, query) if table in NUMBERED else self.read(query, table)
        return pl.DataFrame(self.store.run(query, self._numbers()), schema=dict(SCHEMAS[table]), orient="row")
