"""The store as a reader sees it, through a cursor of its own."""

from __future__ import annotations

import duckdb

from sojourn.store.duckdb.store import DuckStore


class StoreReader(DuckStore):
    """A reader of the store; the cursor belongs to the caller."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._attach(cursor)
        cursor.execute("SET TimeZone = 'UTC'")
