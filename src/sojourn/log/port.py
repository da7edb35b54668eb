"""The port of the log: what the engine and the intake know of it."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

import polars as pl


class Clock(Protocol):
    """Tells the instant; the wall clock in a server, a virtual one in a simulation."""

    def now(self) -> datetime:
        """Return the instant, with its time zone."""
        ...


class Log(Protocol):
    """An append-only sequence of items, each with an offset and an instant that never decreases."""

    def append(self, frame: pl.DataFrame) -> int:
        """Append items as one unit and return when they are durable.

        Parameters
        ----------
        frame : pl.DataFrame
            Columns of `ITEM_SCHEMA` without `offset`; nullable ones may be missing. Where `at` is null the log
            gives the instant; a given one must not lie before what the log holds. `occurred_at` becomes `at`
            where it is null or later.

        Returns
        -------
        int
            Offset of the first item; the others follow without a gap. Of an empty frame: the log's end.

        Raises
        ------
        LogFull
            The disk is full; nothing of the frame was kept, and a later try may succeed.
        LogOrder
            A given `at` lies before an item of the log.
        LogClosed
            The log was closed.
        """
        ...

    def append_async(self, frame: pl.DataFrame) -> asyncio.Future[int]:
        """Append as `append` does, without blocking the running event loop."""
        ...

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on, with their `offset`, in order; from any thread.

        Offsets that retention has deleted are skipped.
        """
        ...

    def end(self) -> int:
        """Return the offset that the next item gets: one more than the newest durable one."""
        ...

    def wait(self, offset: int, timeout_s: float) -> bool:
        """Block until an item at `offset` is durable; False when `timeout_s` passed before."""
        ...

    def watermark(self, now: datetime) -> datetime:
        """Return an instant, `now` at most, below which no item will be appended any more.

        Whoever asks first and reads to the end then has every item before the watermark.
        """
        ...

    def retain(self, before_offset: int) -> int:
        """Delete what lies wholly before `before_offset`; return the first offset that is left.

        Items are deleted in the units they were written in, and the newest unit always stays.
        """
        ...

    def close(self) -> None:
        """Write what waits, then refuse further appends."""
        ...
