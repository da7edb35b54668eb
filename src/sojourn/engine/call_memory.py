"""What the store knows of calls: the book as it was committed, answers that may be used again, whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from sojourn.journeys.calls import Answer, Answerer, CallBook, CallRule, windows_of
from sojourn.store.duckdb import DuckStore

TURN_ROWS = 20_000
"""Passages that have their turn at once."""


class CallMemory:
    """Reads tables `call`, `answer` and `cached`.

    Parameters
    ----------
    store : DuckStore
        Read on the engine's thread.
    """

    def __init__(self, store: DuckStore) -> None:
        self._store = store

    def answers(self, target: str, params: Sequence[str]) -> Mapping[str, Answer]:
        """Return the answers kept for these parameters."""
        rows = self._asked("SELECT c.params, c.status, c.fields, c.at, c.until FROM cached c", target, params)
        return {text: Answer(status, fields, at, until) for text, status, fields, at, until in rows}

    def leaders(self, target: str, params: Sequence[str]) -> Mapping[str, int]:
        """Return the numbers of the calls that are asked for with these parameters and not answered."""
        query = "SELECT c.params, min(c.no) FROM call c"
        return dict(self._asked(query, target, params, "AND c.leader IS NULL GROUP BY c.params"))

    def _asked(self, query: str, target: str, params: Sequence[str], rest: str = "") -> list[tuple[Any, ...]]:
        with self._store.frames(asked=pl.DataFrame({"params": params}, schema={"params": pl.String})):
            found = self._store.connection.execute(
                f"{query} SEMI JOIN asked a ON a.params = c.params WHERE c.target = ? {rest}", [target]
            )
            return found.fetchall()

    def book(self, rules: Mapping[str, CallRule], answerer: Answerer | None) -> CallBook:
        """Return the book of what was committed."""
        self._store.connection.execute(FORGET)
        windows = windows_of(rules)
        for target, window in windows.items():
            for (at,) in self._made(target, window.calls):
                window.take(at)
        rows = self._store.connection.execute(WAITING).fetchall()
        book = CallBook(rules, self, answerer, windows)
        for target, leader, count, at, is_open in rows:
            if leader is None:
                book.queued[target] = count
            else:
                book.followers[leader] = count
                if not is_open:
                    book.ready[leader] = at
            book.clock = max(book.clock, at)
        return book

    def _made(self, target: str, limit: int) -> list[tuple[datetime]]:
        return self._store.connection.execute(MADE, {"target": target, "limit": limit}).fetchall()

    def turns(self, book: CallBook, at: datetime) -> pl.DataFrame:
        """Return those whose turn it is (columns of `call`), first come first, and note that they wait no more."""
        parts = [self._followers(book, [leader for leader, due in book.ready.items() if due <= at])]
        for target in sorted(book.queued):
            room = min(book.room(target, at), TURN_ROWS)
            if room > 0 and (opening := book.opening_of(target)) is not None and opening <= at:
                rows = self._store.read(f"{QUEUE} LIMIT {room}", {"target": target})
                book.leave_queue(target, rows.height if rows.height == room else book.queued[target])
                parts.append(rows)
        return pl.concat(parts)

    def _followers(self, book: CallBook, leaders: Sequence[int]) -> pl.DataFrame:
        frame = pl.DataFrame({"leader": leaders}, schema={"leader": pl.Int64})
        with self._store.frames(leaders=frame):
            rows = self._store.read(f"{FOLLOWERS} LIMIT {TURN_ROWS}")
        served = dict(rows.group_by("leader").len().iter_rows())
        for leader in leaders:
            book.unfollow(leader, served.get(leader, 0) if rows.height == TURN_ROWS else book.followers[leader])
        return rows


FORGET = """
DELETE FROM cached WHERE until <= (SELECT max(c.at) FROM cached c);
DELETE FROM call WHERE call.at < (SELECT max(c.at) FROM call c) - INTERVAL 1 DAY
    AND no NOT IN (SELECT wake_no FROM passage WHERE wake_no IS NOT NULL)
    AND no NOT IN (SELECT leader FROM call WHERE leader IS NOT NULL);
"""
"""What no one can use any more: answers that are too old, calls of passages that have left."""
MADE = """
SELECT t.called_at FROM (
    SELECT called_at FROM answer WHERE target = $target AND called_at IS NOT NULL
    UNION ALL SELECT called_at FROM call WHERE target = $target AND called_at IS NOT NULL
) t ORDER BY t.called_at DESC LIMIT $limit
"""
WAITING = """
SELECT c.target, c.leader, count(*), max(c.at), c.leader IN (SELECT no FROM call)
FROM call c WHERE c.called_at IS NULL GROUP BY ALL
"""
QUEUE = "SELECT c.* FROM call c WHERE c.target = $target AND c.called_at IS NULL AND c.leader IS NULL ORDER BY c.no"
FOLLOWERS = "SELECT c.* FROM call c SEMI JOIN leaders l ON l.leader = c.leader ORDER BY c.no"
