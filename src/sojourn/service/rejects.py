"""Rejects of ingestion: durable before the answer, in the store a moment later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from sojourn.engine.refusals import keep_rejects
from sojourn.engine.threads import background
from sojourn.ingest.call import micros
from sojourn.ingest.reject import Reject
from sojourn.store.reject_queue import RejectQueue, Waiting

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

AT_ONCE: Final = 2_000
"""Rejects that the engine takes over in one transaction."""
REST_S: Final = 5.0
"""Until it is asked again where it could not."""
MARK: Final = "rejects"
"""In the store's `meta`: the number of the last reject that it has."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_log = structlog.get_logger(__name__)
Row = tuple[int, str, int, str, str, str]


class StoredRejects:
    """Keeps rejects of ingestion in the store (a `RejectSink`), by way of a file that does not wait for the engine.

    A crash anywhere neither loses one nor keeps one twice: the store notes in the same transaction up to which number
    it has them.

    Parameters
    ----------
    runtime : Runtime
        Whose store it is.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._queue = RejectQueue(runtime.places.rejects, self._taken())
        self._next: list[Row] = []
        self._done: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread = background(self._run, "sojourn-rejects")

    # ---- for requests --------------------------------------------------------------------------------------------

    async def put(self, rejects: Sequence[Reject]) -> None:
        """Keep rejects; return when they are durable. Those of requests that come meanwhile are written together."""
        at_us = micros(self._runtime.clock.now())
        self._runtime.meters.refused(rejects)
        self._next += [(at_us, one.source, one.line, one.code, one.reason, one.item) for one in rejects]
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        done = self._done
        if self._task is None:
            self._task = asyncio.create_task(self._write())
        await asyncio.shield(done)

    async def _write(self) -> None:
        while self._done is not None:
            rows, done = self._next, self._done
            self._next, self._done = [], None
            try:
                await asyncio.to_thread(self._queue.put, rows)
            except Exception as error:  # whoever waits raises it
                done.set_exception(error)
                done.exception()
            else:
                done.set_result(None)
                self._wake.set()
        self._task = None

    # ---- into the store ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin, with what was left when the server ended."""
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """End; what is not in the store yet comes into it after the next start."""
        self._end.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._queue.close()

    def take_over(self) -> None:
        """Bring all that waits into the store, on the engine's thread."""
        self._queue.forget(self._taken())  # which a crash may have kept from being forgotten
        while waiting := self._queue.waiting(AT_ONCE):
            self._store(waiting)
            self._queue.forget(waiting[-1].no)

    def scrub(self) -> None:
        """Let the disk forget what is in the store, or was erased from it."""
        self._queue.scrub()

    def _taken(self) -> int:
        return int(self._runtime.store.meta(MARK, "0"))

    def _store(self, waiting: Sequence[Waiting]) -> None:
        store = self._runtime.store
        with store.transaction():
            keep_rejects(store, [_instant(one.at_us) for one in waiting], waiting)
            store.set_meta({MARK: str(waiting[-1].no)})

    def _run(self) -> None:
        while not self._end.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._end.is_set():
                return
            try:
                self._runtime.engine.call(self.take_over)
            except Exception as error:  # whatever ails the engine: they are on the disk, and it gets well
                _log.warning("rejects wait for the store", reason=str(error))
                self._end.wait(REST_S)
                self._wake.set()


def _instant(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)
