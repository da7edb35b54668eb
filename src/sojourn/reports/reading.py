"""Reading the store through a cursor, as one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

Cursor = duckdb.DuckDBPyConnection
Row = dict[str, Any]


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
