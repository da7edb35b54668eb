"""Message ids that were taken in already, so that a retry is not counted twice."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sojourn.ingest.columns import Columns
from sojourn.log.port import Log

REMEMBERED = 500_000
CHUNK_ROWS = 20_000


class Seen:
    """The ids of the newest items: of `remembered` items at least, of twice as many at most.

    A call is the same when its `messageId` and its profile are. Memory is about 100 bytes an id.

    Parameters
    ----------
    remembered : int
        How many items back a retry is recognized.
    """

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._new: set[int] = set()
        self._old: set[int] = set()

    @classmethod
    def of(cls, log: Log, remembered: int = REMEMBERED) -> Seen:
        """Remember the tail of a log, as if this process had written it."""
        seen = cls(remembered)
        offset, end = max(log.end() - remembered, 0), log.end()
        while offset < end and (frame := log.read(offset, CHUNK_ROWS)).height:
            seen.add(keys(frame["message_id"], frame["profile_id"]))
            offset = frame["offset"][-1] + 1
        return seen

    def fresh(self, columns: Columns) -> tuple[pl.Series | None, list[int]]:
        """Tell which rows are new.

        Returns
        -------
        mask : pl.Series of bool, or None
            True where the row is new; None when all are.
        keys : list of int
            What to `add` when the new rows are durable.
        """
        found = keys(columns.message_id, columns.profile_id)
        here = set(found)
        here.discard(0)
        if len(here) == len(found) and here.isdisjoint(self._new) and here.isdisjoint(self._old):
            return None, found
        mask = [self._take(key, here) for key in found]
        return (None if all(mask) else pl.Series(mask, dtype=pl.Boolean)), found

    def add(self, found: Iterable[int]) -> None:
        """Remember keys; forget the oldest when there are too many."""
        self._new.update(found)
        self._new.discard(0)
        if len(self._new) >= self._remembered:
            self._old, self._new = self._new, set()

    def _take(self, key: int, left: set[int]) -> bool:
        """Tell whether a key is new and the first of its kind in `left`, and take it from there."""
        if key == 0:
            return True
        if key not in left or key in self._new or key in self._old:
            return False
        left.remove(key)
        return True


def keys(messages: Iterable[str | None], profiles: Iterable[str | None]) -> list[int]:
    """Return one number for each call that has a message id, 0 for the others."""
    return [hash(pair) if pair[0] else 0 for pair in zip(messages, profiles, strict=True)]
