"""Put what many requests bring into the log together."""

from __future__ import annotations

import asyncio

import polars as pl
import structlog

from sojourn.ingest.columns import Columns
from sojourn.ingest.seen import Seen
from sojourn.log.port import Clock, Log
from sojourn.log.stamp import to_micros

logger = structlog.get_logger(__name__)


class Gathering:
    """Appends to the log, one append at a time; what arrives meanwhile goes with the next.

    Belongs to one event loop.

    Parameters
    ----------
    log : Log
        Takes the items.
    seen : Seen
        Knows the calls that the log has; retries of these are left out.
    clock : Clock
        Tells when something was written.
    """

    def __init__(self, log: Log, seen: Seen, clock: Clock) -> None:
        self._log = log
        self._seen = seen
        self._clock = clock
        self._next = Columns()
        self._done: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None

    async def put(self, columns: Columns) -> None:
        """Return when the items are durable; raises what `Log.append` raises."""
        if not len(columns):
            return
        self._next.extend(columns)
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
        done = self._done
        if self._task is None:
            self._task = asyncio.create_task(self._append_all())
        await asyncio.shield(done)

    async def _append_all(self) -> None:
        while self._done is not None:
            columns, done = self._next, self._done
            self._next, self._done = Columns(), None
            try:
                await self._append(columns)
            except Exception as error:  # whoever waits raises it
                done.set_exception(error)
                done.exception()
            else:
                done.set_result(None)
            if self._seen.is_full:
                await self._spill()
        self._task = None

    async def _spill(self) -> None:
        """Move known ids out of memory; where that fails they stay there, and nobody has to wait or be refused."""
        try:
            await asyncio.to_thread(self._seen.spill, self._log.end())
        except (OSError, pl.exceptions.PolarsError):
            logger.exception("ids of calls stay in memory, as they cannot be written")

    async def _append(self, columns: Columns) -> None:
        frame = columns.frame()
        mask, keys = self._seen.fresh(frame)
        await self._log.append_async(frame if mask is None else frame.filter(mask))
        self._seen.add(keys, to_micros(self._clock.now()))
