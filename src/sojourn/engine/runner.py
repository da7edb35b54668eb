"""The live engine: one thread, the only writer of the store."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import duckdb
import polars as pl
import structlog

from sojourn.engine.clock import Clock, elapsed_s, rest
from sojourn.engine.measures import UNMEASURED, Measures
from sojourn.engine.poison import Stuck, isolate
from sojourn.engine.processor import CHUNK, Processor
from sojourn.engine.publication import Publication, Publishing
from sojourn.engine.threads import background
from sojourn.log.port import Log
from sojourn.model.errors import SojournError
from sojourn.model.items import ITEM_SCHEMA
from sojourn.model.reasons import Inside
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.errors import STORAGE, StoreRefused
from sojourn.workspace import Workspace

T = TypeVar("T")
BATCH: Final = CHUNK
"""Items that are read from the log at once."""
IDLE_S: Final = 0.1
BREATH_S: Final = 0.05
"""Longest pause between two small batches: what comes meanwhile is taken together, and others get the processor."""
REST_S: Final = (0.2, 5.0)
"""First and longest pause after an error of the store."""
ENDLESS: Final = datetime(9999, 1, 1, tzinfo=UTC)
NO_ITEMS: Final = pl.DataFrame(schema=dict(ITEM_SCHEMA))
_log = structlog.get_logger(__name__)


class EngineStopped(SojournError):
    """The engine does not run."""

    code = "RUN-004"

    def __init__(self) -> None:
        super().__init__("the engine does not run", hint="start `sojourn serve` again", retryable=True)


class Behind(SojournError):
    """The engine did not come to an item in time."""

    code = "RUN-005"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the command is in the log, but the engine did not come to it within {seconds:g} s",
            hint="it will; `sojourn status` tells how far it is", retryable=True,
        )  # fmt: skip


class Engine:
    """Folds the log into the store for as long as it runs.

    Parameters
    ----------
    store : DuckStore
        Written by the engine's thread alone, a transaction a batch.
    log : Log
        Where the items are.
    clock : Clock
        Decides when timers are due.
    publication : Publication
        What runs.
    committed : callable
        Called after every commit, on the engine's thread.
    measures : Measures
        Told how long what took.
    """

    def __init__(
        self, store: DuckStore, log: Log, clock: Clock, publication: Publication,
        committed: Callable[[], None] = lambda: None, measures: Measures = UNMEASURED,
    ) -> None:  # fmt: skip
        self.store = store
        self.log = log
        self.clock = clock
        self.publication = publication
        self.processor: Processor
        self._committed = committed
        self._measures = measures
        self._calls: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._wake = threading.Event()
        self._behind = False
        self._progress = threading.Condition()
        self._stopping = False
        self._ended = threading.Event()
        self._failures = 0
        self._failing_since_s = 0.0
        self._stale = False
        self._reached = 0
        self._next: datetime | None = None
        self._threads: list[threading.Thread] = []
        self._promised: deque[tuple[int, int]] = deque()

    # ---- for other threads ---------------------------------------------------------------------------------------

    def start(self, workspace: Workspace | None) -> None:
        """Compile what is published and begin."""
        self.open(workspace)
        for run in (self._run, self._listen):
            thread = background(run, f"sojourn-engine{run.__name__}")
            self._threads.append(thread)
            thread.start()

    def open(self, workspace: Workspace | None) -> None:
        """Compile what is published, for use on this thread only (`turn`)."""
        self._use(self.publication.start(workspace, self.log.watermark(self.clock.now())))

    def stop(self) -> None:
        """Finish the batch, then end; what others still wait for fails with `EngineStopped`."""
        self._stopping = True
        self._wake.set()
        for thread in self._threads:
            thread.join()
        self._refuse_calls()
        with self._progress:
            self._progress.notify_all()

    def call(self, fn: Callable[[], T]) -> T:
        """Run a function on the engine's thread, between two batches, and return its result."""
        if self._stopping or self._ended.is_set():
            raise EngineStopped()
        if not self._threads or threading.current_thread() is self._threads[0]:
            return self._guarded(fn)
        done: Future[T] = Future()
        self._calls.append((fn, done))
        self._wake.set()
        if self._ended.is_set():
            self._refuse_calls()
        return done.result()

    def _refuse_calls(self) -> None:
        with suppress(IndexError):  # another thread may do the same
            while True:
                self._calls.popleft()[1].set_exception(EngineStopped())

    @property
    def is_running(self) -> bool:
        """Whether a thread of its own takes what is in the log."""
        return bool(self._threads) and not self._stopping

    @property
    def has_died(self) -> bool:
        """Whether its thread has ended though nobody stopped it."""
        return self._ended.is_set() and not self._stopping

    @property
    def offset(self) -> int:
        """Return the place in the log up to which items have been taken, and what they did is durable."""
        return self._reached

    @property
    def next_due(self) -> datetime | None:
        """Return the instant of the first timer or occasion, None when there is none."""
        return self._next

    @property
    def failures(self) -> int:
        """Return how often in a row the engine could not go on; 0 when all is well."""
        return self._failures

    @property
    def failing_s(self) -> float:
        """Return for how many seconds the engine could not go on; 0 when all is well."""
        return elapsed_s() - self._failing_since_s if self._failures else 0.0

    def wait_for(self, offset: int, timeout_s: float) -> None:
        """Block until the item at an offset has been taken.

        Raises
        ------
        Behind
            It was not within the time.
        """
        with self._progress:
            self._progress.wait_for(lambda: self.offset > offset or self._stopping, timeout_s)
        if self.offset <= offset:
            raise EngineStopped() if self._stopping else Behind(timeout_s)

    def publish(self, workspace: Workspace, ids: Sequence[str], inside: Inside = "finish") -> list[Publishing]:
        """Publish documents (see `Publication.publish`) at the clock's instant, after all items before it."""
        return self.call(lambda: self._publish(workspace, ids, inside))

    # ---- the engine's thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._go_on()
        finally:  # whatever ended it, nobody must wait for it for ever
            self._ended.set()
            self._refuse_calls()

    def _go_on(self) -> None:
        while not self._stopping:
            self._wake.clear()
            began = elapsed_s()
            try:
                worked = self._serve() | self.turn(ahead=not self._failures)
                self._failures = 0
            except Exception as error:  # whatever it is, the next batch must have its chance
                self._recover(error)
                continue
            if not worked:
                self._wake.wait(self._idle_s())
                continue
            took_s = elapsed_s() - began
            self._measures.turned(took_s)
            if not self._behind:
                rest(min(2 * took_s, BREATH_S))
        with suppress(SojournError):  # what could not be written is taken again at the next start
            self.store.settle()

    def _listen(self) -> None:
        """Wake the engine when something was appended to the log."""
        heard = self.log.end()
        while not self._stopping:
            if self.log.wait(heard, 0.2):
                heard = self.log.end()
                self._wake.set()

    def _idle_s(self) -> float:
        if self._next is None:
            return IDLE_S
        return min(max(self.clock.seconds_until(self._next), 0.001), IDLE_S)

    def _serve(self) -> bool:
        """Run what others want to be run."""
        served = False
        while self._calls and not served:
            fn, done = self._calls.popleft()
            served = True
            try:
                result = self._guarded(fn)
            except BaseException as error:  # it belongs to the caller
                done.set_exception(error)
            else:
                done.set_result(result)
        return served

    def _guarded(self, fn: Callable[[], T]) -> T:
        """Run a function; when it fails, go on from what the store has."""
        try:
            self._refresh()
            self.store.settle()
            result = fn()
        except STORAGE as error:
            self._stale = True
            raise StoreRefused(str(error)) from error
        except Exception:
            self._stale = True
            raise
        self._look_ahead()
        self._told()
        return result

    def turn(self, *, ahead: bool = False) -> bool:
        """Take what is there: items, timers, occasions; return whether there was anything.

        Parameters
        ----------
        ahead : bool
            Where more is there than is taken at once, go on while it is being written.
        """
        self._refresh()
        mark = self.log.watermark(self.clock.now())
        items = self.log.read(self.processor.offset, BATCH)
        self._behind = items.height == BATCH
        ahead = ahead and self._behind
        if not ahead:
            self._catch_up()
        horizon = mark
        if items.height:
            last: datetime = items["at"][-1]
            horizon = last if items.height == BATCH else max(mark, last)
        elif self._next is None or self._next >= mark:
            return False
        self._take(items, horizon, ahead=ahead)
        return True

    def _catch_up(self) -> None:
        """Wait for what was handed over, and tell."""
        if self._promised:
            self.store.settle()
            self._look_ahead()
            self._told()

    def drain(self, until: int) -> None:
        """Take everything in the log before an offset."""
        while self.processor.offset < until and self.turn():
            pass

    def _take(self, items: pl.DataFrame, horizon: datetime, *, ahead: bool) -> None:
        first = self.processor.offset
        try:
            self._process(items, horizon, ahead=ahead)
        except STORAGE:
            raise
        except Exception:  # a bug in what one item sets off must not stop the others
            _log.exception("a batch failed; looking for the item", first=first, items=items.height)
            self._use(self.publication.processor())
            isolate(self, items, horizon)
            ahead = False
        if ahead:
            self._promised.append((self.store.handed_over, self.processor.offset))
            self._told_promised()
            return
        self._look_ahead()
        self._told()

    def _process(self, items: pl.DataFrame, horizon: datetime, *, ahead: bool = False) -> None:
        with self.store.transaction(ahead=ahead):
            self.processor.process(items, horizon)

    def attempt(self, items: pl.DataFrame, horizon: datetime) -> Exception | None:
        """Process items in one transaction; return the error when they do not go through."""
        try:
            self._process(items, horizon)
        except STORAGE:
            raise
        except Exception as error:  # the caller finds out what it lies in
            self._use(self.publication.processor())
            return error
        return None

    def _recover(self, error: Exception) -> None:
        """Wait a little; after that the engine goes on from what the store has."""
        self._stale = True
        wait_s = min(REST_S[0] * 2**self._failures, REST_S[1])
        if not self._failures:
            self._failing_since_s = elapsed_s()
        self._failures += 1
        self._measures.stumbled()
        if isinstance(error, (Stuck, *STORAGE)):
            _log.error("the engine cannot go on yet", reason=str(error), wait_s=wait_s)
        else:
            _log.exception("the engine failed", wait_s=wait_s)
        self._fail_calls(error)
        end_s = time.monotonic() + wait_s
        while not self._stopping and time.monotonic() < end_s:
            time.sleep(0.05)

    def _fail_calls(self, error: Exception) -> None:
        while self._calls:
            refused = StoreRefused(str(error)) if isinstance(error, STORAGE) else error
            self._calls.popleft()[1].set_exception(refused)

    def _refresh(self) -> None:
        """After an error, forget all that was not committed; open the file anew where DuckDB has given it up.

        Until this succeeds nothing may be processed: numbers and place in memory may be ahead of the store's.
        """
        if not self._stale:
            return
        try:
            self._use(self.publication.processor())
        except duckdb.Error:
            self.store.reopen()
            self._use(self.publication.processor())
        self._stale = False

    # ---- what both do --------------------------------------------------------------------------------------------

    def _publish(self, workspace: Workspace, ids: Sequence[str], inside: Inside) -> list[Publishing]:
        at = self.log.watermark(self.clock.now())
        self.drain(self.log.end())
        processor, made = self.publication.publish(workspace, ids, at, inside)
        self._use(processor)
        return made

    def _use(self, processor: Processor) -> None:
        before = getattr(self, "processor", None)
        self.processor = processor
        if before is not None:
            before.evaluator.close()
        self._promised.clear()
        self._reached = processor.offset
        self._look_ahead()

    def _look_ahead(self) -> None:
        occasion = self.processor.next_occasion(ENDLESS)
        instants = (
            self.store.next_due(), self.processor.next_turn(), None if occasion is None else occasion.at,
        )  # fmt: skip
        self._next = min((at for at in instants if at is not None), default=None)

    def _told(self) -> None:
        """Tell that all that was taken is durable."""
        self._promised.clear()
        self._tell(self.processor.offset)

    def _told_promised(self) -> None:
        """Tell what has become durable of what was handed over."""
        reached = None
        while self._promised and self._promised[0][0] <= self.store.durable:
            _, reached = self._promised.popleft()
        if reached is not None:
            self._tell(reached)

    def _tell(self, reached: int) -> None:
        with self._progress:
            self._reached = reached
            self._progress.notify_all()
        self._committed()
