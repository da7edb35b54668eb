"""The embedded log: one SQLite file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl

from sojourn.log.batches import Batches
from sojourn.log.port import Clock
from sojourn.log.stamp import from_micros, stored, to_micros
from sojourn.log.writer import Writer
from sojourn.model.items import ITEM_SCHEMA


class EmbeddedLog:
    """A log in one SQLite file, for one process.

    A thread of its own writes: appends that arrive while it syncs the disk share the next commit.

    Parameters
    ----------
    path : Path
        The file; made when it is not there.
    clock : Clock
        Gives the instants of items that come without one.

    Raises
    ------
    LogBusy
        Another process has this log open.
    LogUnavailable
        The file cannot be opened, or is no log.
    """

    def __init__(self, path: Path | str, clock: Clock) -> None:
        self._read_lock = threading.Lock()
        self._batches = Batches(Path(path))
        self._writer = Writer(self._batches, clock)

    def append(self, frame: pl.DataFrame) -> int:
        """Append items as one unit; return the first offset when they are durable (see `Log.append`)."""
        return self._writer.submit(stored(frame)).result()

    def append_async(self, frame: pl.DataFrame) -> asyncio.Future[int]:
        """Append without blocking the running event loop."""
        return asyncio.wrap_future(self._writer.submit(stored(frame)))

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on, with their `offset`; from any thread."""
        parts: list[pl.DataFrame] = []
        missing = limit
        with self._read_lock:
            for first, items in self._batches.from_offset(offset):
                part = items.insert_column(0, pl.int_range(first, first + items.height, eager=True).alias("offset"))
                part = part.slice(max(offset - first, 0), missing)
                parts.append(part)
                missing -= part.height
                if missing <= 0:
                    break
        return pl.concat(parts) if parts else pl.DataFrame(schema=ITEM_SCHEMA)

    def end(self) -> int:
        """Return the offset that the next item gets."""
        return self._writer.end()

    @property
    def is_writing(self) -> bool:
        """Whether the thread that writes is there."""
        return self._writer.is_alive

    def wait(self, offset: int, timeout_s: float) -> bool:
        """Block until an item at `offset` is durable; False when `timeout_s` passed before."""
        return self._writer.wait(offset, timeout_s)

    def watermark(self, now: datetime) -> datetime:
        """Return an instant, `now` at most, below which no item will be appended any more."""
        return from_micros(self._writer.watermark(to_micros(now)))

    def retain(self, before_offset: int) -> int:
        """Delete batches wholly before `before_offset`; return the first offset that is left."""
        return self._writer.retain(before_offset)

    def rewrite(self, change: Callable[[pl.DataFrame], pl.DataFrame | None], since: int = 0) -> int:
        """Change items that are stored; return how many batches were changed, when it is durable.

        Parameters
        ----------
        change : callable
            Gets the items of a batch and returns as many, with the same instants, or None to leave them.
        since : int
            Offset of the first item that may have to be changed.

        Notes
        -----
        Appends go on meanwhile, between two batches. What was there is overwritten on the disk.
        """
        changed = sum(self._writer.rewrite(first, change) for first in self._writer.first_offsets(since))
        if changed:
            with self._read_lock:
                self._writer.flush()
        return changed

    def offset_at(self, at: datetime) -> int:
        """Return an offset before which all items are older than an instant."""
        return self._writer.offset_at(to_micros(at))

    def close(self) -> None:
        """Write what waits, then refuse further appends."""
        self._writer.close()
        with self._read_lock:
            self._batches.close()
