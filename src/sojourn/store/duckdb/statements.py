"""Statements on one connection of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl


class Statements:
    """Runs statements on a connection; one thread at a time may use it.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Belongs to the caller.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._parsed: dict[str, duckdb.Statement] = {}

    def read(
        self, query: str, params: Mapping[str, object] | None = None, given: pl.DataFrame | None = None
    ) -> pl.DataFrame:
        """Return the rows of a query with named parameters (`$name`), which may read a frame as the table `given`."""
        frame: pl.DataFrame = self.connection.sql(query, params=dict(params or {})).pl()
        return frame

    def run(self, statement: str, params: Mapping[str, object] | Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Run a short statement that comes again and again, and return its rows as they are."""
        if statement not in self._parsed:
            [self._parsed[statement]] = self.connection.extract_statements(statement)
        return self.connection.execute(self._parsed[statement], params).fetchall()

    def write(self, statement: str, given: pl.DataFrame) -> None:
        """Run a statement that reads a frame as the table `given`."""
        self.connection.execute(statement)
