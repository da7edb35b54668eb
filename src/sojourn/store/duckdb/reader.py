"""The store as a reader sees it, through a cursor of its own."""

from __future__ import annotations

from collections import Counter

import duckdb

from sojourn.store.duckdb.store import DuckStore


class StoreReader(DuckStore):
    """A reader of the store; the cursor belongs to the caller."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self.changed = Counter()
        self._attach(cursor)
        cursor.execute("SET TimeZone = 'UTC'")
