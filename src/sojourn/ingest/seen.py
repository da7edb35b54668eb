"""Message ids that were taken in already, so that a retry is not counted twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import polars as pl

from sojourn.ingest.runs import Runs
from sojourn.log.port import Log

KEPT: Final = timedelta(days=7)
"""How long a retry is recognized."""

SPILL: Final = 250_000
"""So many keys are kept as a set, of about 100 bytes each; from then on they go into a sorted run."""

CHUNK_ROWS: Final = 50_000
SEEDS: Final = (15_485_863, 32_452_843)


class Seen:
    """The calls of the last seven days.

    A call is the same when its `messageId` and its profile are, by a hash of 64 bits. The newest are a set in memory,
    the others sorted runs (`Runs`): in files if there is a folder, so that a restart reads only the end of the log.

    Parameters
    ----------
    folder : Path, optional
        Where the runs are kept.
    spill : int
        How many keys are kept as a set.
    """

    def __init__(self, folder: Path | None = None, spill: int = SPILL) -> None:
        self._spill = spill
        self._new: set[int] = set()
        self._newest = 0
        self.runs = Runs(folder)

    @classmethod
    def of(cls, log: Log, folder: Path | None = None, spill: int = SPILL) -> Seen:
        """Remember what the log has of the last seven days, as if this process had written it."""
        seen = cls(folder, spill)
        offset = max(seen.runs.end, first_since(log, KEPT))
        while offset < log.end() and (frame := log.read(offset, CHUNK_ROWS)).height:
            offset = int(frame["offset"][-1]) + 1
            seen.add(keys(frame), micros(frame))
            if seen.is_full:
                seen.spill(offset)
        return seen

    @property
    def is_full(self) -> bool:
        """Whether it is time to `spill`."""
        return len(self._new) >= self._spill

    def fresh(self, frame: pl.DataFrame) -> tuple[pl.Series | None, pl.Series]:
        """Tell which rows (`message_id`, `profile_id`) are new.

        Returns
        -------
        mask : Series of bool, or None
            True where the row is new; None when all are.
        keys : Series of UInt64
            What to `add` when the new rows are durable.
        """
        found = keys(frame)
        listed = found.to_list()
        here = set(listed)
        here.discard(None)
        repeated = len(here) < len(listed) - found.null_count()
        known = self._new.intersection(here)
        known.update(self.runs.known(found))
        if not known and not repeated:
            return None, found
        left = here - known
        return pl.Series([_take(key, left) for key in listed], dtype=pl.Boolean), found

    def add(self, found: pl.Series, newest: int) -> None:
        """Remember keys of items of which the last has this instant (microseconds since 1970)."""
        self._new.update(found.drop_nulls().to_list())
        self._newest = max(self._newest, newest)

    def spill(self, end: int) -> None:
        """Move the set into the runs; the log is known up to `end` then."""
        oldest = self._newest - KEPT // timedelta(microseconds=1)
        self.runs.add(pl.Series("key", list(self._new), pl.UInt64), self._newest, end, oldest)
        self._new = set()


def _take(key: int | None, left: set[int]) -> bool:
    """Tell whether a key is new and the first of its kind in `left`, and take it from there."""
    if key is None:
        return True
    if key not in left:
        return False
    left.remove(key)
    return True


def keys(frame: pl.DataFrame) -> pl.Series:
    """Return a number for each call that has a message id, null for the others."""
    message, profile = (frame[name].hash(seed) for name, seed in zip(("message_id", "profile_id"), SEEDS, strict=True))
    missing = frame["message_id"].is_null()
    found = message ^ profile
    return found.set(missing, None) if missing.any() else found


def micros(frame: pl.DataFrame) -> int:
    """Return the instant of the last row, in microseconds since 1970."""
    return int(frame["at"].to_physical()[-1])


def first_since(log: Log, period: timedelta) -> int:
    """Return the offset of the first item of the log's last `period`."""
    low, high = 0, log.end()
    if not high:
        return 0
    oldest = log.read(high - 1, 1)["at"][0] - period
    while low < high:
        middle = (low + high) // 2
        found = log.read(middle, 1)
        if found.height and found["at"][0] < oldest:
            low = middle + 1
        else:
            high = middle
    return low
