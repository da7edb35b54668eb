"""The live store as a backtest reads it: at one moment, and only read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import polars as pl

from sojourn.journeys.program import Program
from sojourn.store.duckdb import DuckStore

ROWS: Final = 100_000
"""Rows that are in memory at once on their way from one store to the other."""


@dataclass(frozen=True)
class Live:
    """What runs, through a cursor of the caller that sees one moment.

    Attributes
    ----------
    program : Program
        The published documents.
    """

    cursor: duckdb.DuckDBPyConnection
    program: Program

    def read(self, query: str, params: Mapping[str, object] | None = None) -> pl.DataFrame:
        """Return the rows of a query."""
        frame: pl.DataFrame = self.cursor.sql(query, params=dict(params or {})).pl()
        return frame

    def value(self, query: str, params: Mapping[str, object] | None = None) -> Any:
        """Return the one value of a query."""
        return self.read(query, params).item()

    def columns(self, table: str) -> set[str]:
        """Return the names of a table's columns; none where there is no such table."""
        found = self.read("SELECT column_name FROM duckdb_columns() WHERE table_name = $table", {"table": table})
        return set(found["column_name"].to_list())

    def docs(self, document: str) -> list[int]:
        """Return the numbers of all versions of a document."""
        query = "SELECT doc FROM document WHERE id = $id AND kind <> 'workspace' ORDER BY doc"
        return [int(doc) for doc in self.read(query, {"id": document})["doc"].to_list()]

    def copy(self, store: DuckStore, query: str, into: str, params: Mapping[str, object] | None = None) -> None:
        """Run a statement (`into`) in another store over the rows of a query, which it sees as `bt_live`."""
        reader = self.cursor.sql(query, params=dict(params or {})).to_arrow_reader(ROWS)
        store.connection.register("bt_live", reader)
        try:
            store.connection.execute(into)
        finally:
            store.connection.unregister("bt_live")


def listed(numbers: list[int]) -> str:
    """Write numbers for `IN (…)`, which must not be empty.

    >>> listed([1, 2]), listed([])
    ('1, 2', '-1')
    """
    return ", ".join(map(str, numbers)) or "-1"
