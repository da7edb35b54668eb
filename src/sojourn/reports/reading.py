"""Reading the store through a cursor, as one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from sojourn.store.duckdb import DuckStore

Cursor = duckdb.DuckDBPyConnection
Row = dict[str, Any]


class StoreReader(DuckStore):
    """The store as a reader sees it, through a cursor that belongs to the caller."""

    def __init__(self, cursor: Cursor) -> None:
        self.connection = cursor
        self.filled = set()
        cursor.execute("SET TimeZone = 'UTC'")


@contextmanager
def one_moment(cursor: Cursor) -> Iterator[None]:
    """Let all queries see the store at one moment, so that their counts fit together."""
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    try:
        yield
    finally:
        cursor.execute("ROLLBACK")


def read(cursor: Cursor, query: str, params: Mapping[str, object] | None = None) -> list[Row]:
    """Return a query's rows as dicts; instants are in UTC."""
    found: list[Row] = cursor.sql(query, params=dict(params or {})).pl().to_dicts()
    return found
