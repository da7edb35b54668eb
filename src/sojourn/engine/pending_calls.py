"""Calls of systems outside that were decided, are durable, and have no answer yet."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Protocol

import duckdb
import polars as pl


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A call that is to be made; `target` is ``source/id`` or ``action/id``, `params` a JSON object."""

    no: int
    target: str
    passage: int
    doc: int
    node: int
    called_at: datetime
    params: str
    profile_id: str


class PendingCalls(Protocol):
    """What the caller needs of a store; called from one thread at a time."""

    def pending(self, limit: int, busy: Collection[int], closed: Collection[str]) -> list[PendingCall]:
        """Return the lowest-numbered calls, without those of numbers that are busy and of targets that are closed."""
        ...

    def consumed(self) -> int:
        """Return the offset of the first item of the log that the store does not reflect yet."""
        ...


class DuckPendingCalls:
    """The pending calls in a DuckDB store.

    Parameters
    ----------
    cursor : callable
        Returns a connection of its own; called once, and again after an error.
    """

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._cursor = cursor
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._query = resources.files(__package__).joinpath("pending_calls.sql").read_text()

    def pending(self, limit: int, busy: Collection[int], closed: Collection[str]) -> list[PendingCall]:
        """Return the lowest-numbered calls (see `PendingCalls.pending`)."""
        connection = self._connected()
        try:
            if not connection.execute("SELECT 1 FROM call LIMIT 1").fetchall():
                return []
            connection.register("busy", pl.DataFrame({"no": list(busy)}, schema={"no": pl.Int64}))
            connection.register("closed", pl.DataFrame({"target": list(closed)}, schema={"target": pl.String}))
            return [PendingCall(*row) for row in connection.execute(self._query, {"limit": limit}).fetchall()]
        except duckdb.Error:
            self._connection = None
            raise

    def consumed(self) -> int:
        """Return the offset of the first item that the store does not reflect yet."""
        try:
            rows = self._connected().execute("SELECT value FROM meta WHERE name = 'offset'").fetchall()
        except duckdb.Error:
            self._connection = None
            raise
        return int(rows[0][0]) if rows else 0

    def _connected(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = self._cursor()
            self._connection.execute("SET TimeZone = 'UTC'")
        return self._connection
