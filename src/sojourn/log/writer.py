"""The thread that writes the embedded log: many appends, one commit."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from sojourn.log.batches import Batches
from sojourn.log.errors import LogClosed, LogOrder
from sojourn.log.port import Clock
from sojourn.log.stamp import stamp, to_micros

GROUP_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame that waits to be written, and who waits for it."""

    frame: pl.DataFrame
    done: Future[int] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A frame with its instants and its first offset."""

    frame: pl.DataFrame
    first: int
    done: Future[int]


class Writer:
    """Groups concurrent appends into commits, and knows the log's end and floor.

    The floor is an instant (microseconds since 1970) that no later item may lie before: that of the newest item, or
    the newest watermark that was given out.
    """

    def __init__(self, batches: Batches, clock: Clock) -> None:
        self._batches = batches
        self._clock = clock
        self._queue: deque[Waiting] = deque()
        self._changed = threading.Condition()
        self._disk = threading.Lock()
        self._end, self._floor = batches.tail()
        self._in_flight: int | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sojourn-log", daemon=True)
        self._thread.start()

    def submit(self, frame: pl.DataFrame) -> Future[int]:
        """Queue a frame of stored columns; the future has its first offset when it is durable."""
        waiting = Waiting(frame)
        with self._changed:
            if self._closed:
                raise LogClosed()
            self._queue.append(waiting)
            self._changed.notify_all()
        return waiting.done

    def end(self) -> int:
        """Return the offset after the newest durable item."""
        return self._end

    @property
    def is_alive(self) -> bool:
        """Whether the thread that writes is there."""
        return self._thread.is_alive()

    def wait(self, offset: int, timeout_s: float) -> bool:
        """Block until `offset` is durable, the log closes, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._end > offset or self._closed, timeout_s)
            return self._end > offset

    def watermark(self, now: int) -> int:
        """Return `now`, or the instant of what is being written if that is earlier; raise the floor to it."""
        with self._changed:
            mark = now if self._in_flight is None else min(now, self._in_flight)
            self._floor = max(self._floor, mark)
            return mark

    def retain(self, before_offset: int) -> int:
        """Delete batches wholly before `before_offset`, but never the newest."""
        with self._disk:
            return self._batches.delete_before(before_offset)

    def first_offsets(self, since: int) -> list[int]:
        """Return the first offset of each batch from an offset on."""
        with self._disk:
            return self._batches.first_offsets(since)

    def rewrite(self, first: int, change: Callable[[pl.DataFrame], pl.DataFrame | None]) -> bool:
        """Change the items of a batch, between two commits."""
        with self._disk:
            return self._batches.rewrite(first, change)

    def flush(self) -> None:
        """Leave nothing of what was written in the file beside the log."""
        with self._disk:
            self._batches.flush()

    def offset_at(self, micros: int) -> int:
        """Return the first offset of the oldest batch that has items of an instant or later."""
        with self._disk:
            return self._batches.offset_at(micros)

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while group := self._take():
            self._write(group)

    def _take(self) -> list[Waiting]:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closed)
            group: list[Waiting] = []
            rows = 0
            while self._queue and (not group or rows + self._queue[0].frame.height <= GROUP_ROWS):
                group.append(self._queue.popleft())
                rows += group[-1].frame.height
            return group

    def _write(self, group: list[Waiting]) -> None:
        stamped = self._stamp(group)
        try:
            with self._disk:
                self._batches.write([part.frame for part in stamped if part.frame.height], self._end)
        except Exception as error:  # whatever it is, those who wait must hear it and the thread must live
            if not self._is_durable(stamped):
                self._settle([])
                for part in stamped:
                    part.done.set_exception(error)
                return
        self._settle(stamped)
        for part in stamped:
            part.done.set_result(part.first)

    def _is_durable(self, stamped: list[Stamped]) -> bool:
        """Look whether frames are there although writing them raised: an error may come after the commit."""
        try:
            end, _ = self._batches.tail()
        except Exception:  # the disk is gone, and with it the answer
            return False
        return end > self._end and end == stamped[-1].first + stamped[-1].frame.height

    def _settle(self, written: list[Stamped]) -> None:
        with self._changed:
            self._in_flight = None
            for part in written:
                self._end = part.first + part.frame.height
                self._floor = max(self._floor, newest(part.frame, self._floor))
            self._changed.notify_all()

    def _stamp(self, group: list[Waiting]) -> list[Stamped]:
        """Give offsets and instants; what cannot have them is refused and left out."""
        stamped: list[Stamped] = []
        with self._changed:
            now, first, floor = self._clock.now(), self._end, self._floor
            for waiting in group:
                frame = accept(waiting, now, floor)
                if frame is not None:
                    stamped.append(Stamped(frame, first, waiting.done))
                    first, floor = first + frame.height, newest(frame, floor)
            self._in_flight = oldest(stamped)
        return stamped


def accept(waiting: Waiting, now: datetime, floor: int) -> pl.DataFrame | None:
    """Return the stamped frame, or settle its future with the reason why there is none."""
    if not waiting.done.set_running_or_notify_cancel():
        return None
    try:
        return stamp(waiting.frame, now, floor) if waiting.frame.height else waiting.frame
    except (LogOrder, pl.exceptions.PolarsError) as error:
        waiting.done.set_exception(error)
        return None


def newest(frame: pl.DataFrame, floor: int) -> int:
    """Return the instant of the last row, `floor` when there is none."""
    return to_micros(frame["at"][-1]) if frame.height else floor


def oldest(stamped: list[Stamped]) -> int | None:
    """Return the first instant of what is about to be written."""
    return next((to_micros(part.frame["at"][0]) for part in stamped if part.frame.height), None)
