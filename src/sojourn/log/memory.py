"""The log of a simulation: frames in memory."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime

import polars as pl

from sojourn.log.errors import LogClosed
from sojourn.log.port import Clock
from sojourn.log.stamp import stamp, stored, to_micros
from sojourn.model.items import ITEM_SCHEMA


class MemoryLog:
    """A log that is gone with its process.

    Parameters
    ----------
    clock : Clock
        Gives the instants of items that come without one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._parts: list[pl.DataFrame] = []
        self._end = 0
        self._floor = 0
        self._closed = False
        self._changed = threading.Condition()

    def append(self, frame: pl.DataFrame) -> int:
        """Append items as one unit; return the first offset (see `Log.append`)."""
        with self._changed:
            if self._closed:
                raise LogClosed()
            first = self._end
            if frame.height:
                self._keep(stamp(stored(frame), self._clock.now(), self._floor))
            return first

    def append_async(self, frame: pl.DataFrame) -> asyncio.Future[int]:
        """Append at once."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(self.append(frame))
        return done

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on, with their `offset`; from any thread."""
        with self._changed:
            parts = [part for part in self._parts if part["offset"][-1] >= offset]
        frame = pl.concat(parts) if parts else pl.DataFrame(schema=ITEM_SCHEMA)
        return frame.filter(pl.col("offset") >= offset).head(limit)

    def end(self) -> int:
        """Return the offset that the next item gets."""
        return self._end

    def wait(self, offset: int, timeout_s: float) -> bool:
        """Block until an item at `offset` is there; False when `timeout_s` passed before."""
        with self._changed:
            self._changed.wait_for(lambda: self._end > offset or self._closed, timeout_s)
            return self._end > offset

    def watermark(self, now: datetime) -> datetime:
        """Return `now`; nothing is ever in flight."""
        with self._changed:
            self._floor = max(self._floor, to_micros(now))
            return now

    def retain(self, before_offset: int) -> int:
        """Delete appends wholly before `before_offset`; return the first offset that is left."""
        with self._changed:
            kept = [part for part in self._parts[:-1] if part["offset"][-1] >= before_offset]
            self._parts = kept + self._parts[-1:]
            return self._parts[0]["offset"][0] if self._parts else 0

    def close(self) -> None:
        """Refuse further appends."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _keep(self, frame: pl.DataFrame) -> None:
        offset = pl.int_range(self._end, self._end + frame.height, eager=True).alias("offset")
        self._parts.append(frame.insert_column(0, offset))
        self._end += frame.height
        self._floor = max(self._floor, to_micros(frame["at"][-1]))
        self._changed.notify_all()
