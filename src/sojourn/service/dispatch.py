"""Delivery and calls, each in a thread with an event loop of its own: they never delay an answer over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import duckdb
import structlog
import uvloop

from sojourn.engine.outbox import DuckOutbox, Pending, RouteKey
from sojourn.engine.threads import background

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class FreshOutbox:
    """The outbox through a cursor that is asked for anew after an error of the store.

    Parameters
    ----------
    cursor : callable
        Returns a connection of its own.
    """

    def __init__(self, cursor: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._cursor = cursor
        self._outbox: DuckOutbox | None = None

    def pending(self, limit: int, busy: Collection[int], closed: Collection[RouteKey]) -> list[Pending]:
        """Return the lowest-numbered messages of the outbox (see `Outbox.pending`)."""
        return self._asked(lambda outbox: outbox.pending(limit, busy, closed))

    def consumed(self) -> int:
        """Return the offset of the first item that the store does not reflect yet."""
        return self._asked(DuckOutbox.consumed)

    def _asked(self, ask: Callable[[DuckOutbox], T]) -> T:
        try:
            self._outbox = self._outbox or DuckOutbox(self._cursor)
            return ask(self._outbox)
        except duckdb.Error:
            self._outbox = None
            raise


class Worker(Protocol):
    """What runs for as long as the server does: a delivery, a caller."""

    async def run(self) -> None:
        """Work until cancelled."""

    async def finish(self) -> None:
        """Begin nothing more; return when what is under way has ended."""


W = TypeVar("W", bound=Worker)


class Dispatch(Generic[W]):
    """Runs a worker until it is stopped.

    Parameters
    ----------
    worker : Worker
        Nobody else runs it.
    name : str
        What it does, for logs.
    """

    def __init__(self, worker: W, name: str = "delivery") -> None:
        self.worker = worker
        self._name = name
        self._starting = threading.Lock()
        self._stopped = False
        self._loop = uvloop.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = background(self._run, f"sojourn-{name}")

    def start(self) -> None:
        """Begin, unless it was stopped before."""
        with self._starting:
            if not self._stopped:
                self._thread.start()

    @property
    def has_died(self) -> bool:
        """Whether its thread has ended though nobody stopped it."""
        return self._thread.ident is not None and not self._stopped and not self._thread.is_alive()

    def stop(self, timeout_s: float = 10) -> None:
        """Let what is being sent be finished, and end."""
        with self._starting:
            self._stopped = True
        if not self._thread.is_alive():
            self._loop.close()
            return
        asyncio.run_coroutine_threadsafe(self._end(timeout_s), self._loop)
        self._thread.join(timeout_s + 2)

    async def _end(self, timeout_s: float) -> None:
        with suppress(TimeoutError):  # what a server does not answer in time is sent again at the next start
            async with asyncio.timeout(timeout_s):
                await self.worker.finish()
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._work())
            # A look into the outbox runs in a thread: the store must not be closed under it.
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()

    async def _work(self) -> None:
        while True:
            self._task = asyncio.create_task(self.worker.run())
            try:
                await self._task
            except asyncio.CancelledError:
                return
            except Exception:  # whatever it is, messages and calls must go on leaving
                _log.exception(f"{self._name} failed, and begins anew")
                await asyncio.sleep(1)
