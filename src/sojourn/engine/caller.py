"""Makes the calls that the engine has decided, many at once, and puts the answers on the log."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

import polars as pl
import structlog

from sojourn.engine.clock import Clock, elapsed_s
from sojourn.engine.lane import Rest
from sojourn.engine.measures import UNMEASURED, Measures
from sojourn.engine.pending_calls import PendingCall, PendingCalls
from sojourn.engine.telling import append_at_last, told_frame
from sojourn.journeys.windows import Window
from sojourn.log.port import Log
from sojourn.model.external import External
from sojourn.model.instants import format_instant
from sojourn.model.items import compact_json
from sojourn.sources.outside import Outcome

FETCH: Final = 500
"""Calls taken from the store at once."""
TARGET_CALLS: Final = 100
"""Calls of one source or action that are under way at once; a slow one must not keep the others waiting."""
_POLL_S: Final = 5.0
_log = structlog.get_logger(__name__)


class Calls(Protocol):
    """Makes one call (`sojourn.sources.outside.Outside`)."""

    async def call(
        self, called: External, params: Mapping[str, Any], key: str, may_go: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Return how it ended."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """A call and how it ended; its parameters go with it where the answer may be used again."""

    call: PendingCall
    outcome: Outcome
    is_cached: bool


class Caller:
    """Makes calls for as long as it runs.

    A call stays in the store until the engine has read its answer, so a crash loses none: one whose answer was not
    durable is made again, with the same ``Idempotency-Key``.

    Parameters
    ----------
    pending : PendingCalls
        A reader of the store of its own.
    log : Log
        Gets the answers.
    clock : Clock
        The engine's clock.
    external : callable
        The document of a target, or None.
    outside : callable
        Makes what makes calls, in the event loop.
    secret : bytes
        The workspace's secret; makes the keys of calls unguessable, and the same after a crash.
    measures : Measures
        Told how each call ended.

    Notes
    -----
    Items appended: kind ``answer``, name the target, data ``{"call", "passage", "doc", "node", "called_at", "status",
    "fields"}``, with ``params`` for sources that have a cache, and ``detail`` of a failure.
    """

    def __init__(
        self, pending: PendingCalls, log: Log, clock: Clock, external: Callable[[str], External | None],
        outside: Callable[[], Calls], secret: bytes, measures: Measures = UNMEASURED,
    ) -> None:  # fmt: skip
        self._pending = pending
        self._items = log
        self._clock = clock
        self._external = external
        self._make_outside = outside
        self._secret = secret
        self._measures = measures
        self._busy: dict[int, str] = {}
        self._settled: dict[int, int] = {}
        self._windows: dict[str, Window] = {}
        self._made: list[Made] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._finishing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._answered = asyncio.Event()
        self._rest = Rest(1, 60)

    async def run(self) -> None:
        """Make calls until cancelled."""
        self._loop = asyncio.get_running_loop()
        outside = self._make_outside()
        reporter = asyncio.create_task(self._report())
        try:
            while True:
                self._wake.clear()
                if not await self._round(outside):
                    await self._pause()
        finally:
            for task in (reporter, *self._tasks):
                task.cancel()
            await asyncio.gather(reporter, *self._tasks, return_exceptions=True)
            await outside.close()

    async def finish(self) -> None:
        """Take nothing more; return when what is under way is answered, and that is in the log."""
        self._finishing = True
        while self._busy:
            await asyncio.sleep(0.005)

    def wake(self) -> None:
        """Look for calls now; from any thread, after every commit."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    # ---- taking --------------------------------------------------------------------------------------------------

    async def _round(self, outside: Calls) -> bool:
        """Begin calls; return whether another round may find more."""
        running = Counter(self._busy.values())
        closed = [target for target, count in running.items() if count >= TARGET_CALLS]
        consumed, found = await asyncio.to_thread(self._fetch, self._busy.keys() | self._settled.keys(), closed)
        self._settled = {no: offset for no, offset in self._settled.items() if offset >= consumed}
        if self._finishing:
            return False
        begun = 0
        for call in found:
            if running[call.target] < TARGET_CALLS:
                running[call.target] += 1
                begun += 1
                self._begin(outside, call)
        return len(found) == FETCH and begun > 0

    def _fetch(self, busy: set[int], closed: Sequence[str]) -> tuple[int, list[PendingCall]]:
        """Read the offset first: what it covers has left the table when the table is read."""
        try:
            consumed = self._pending.consumed()
            return consumed, self._pending.pending(FETCH, busy, closed)
        except Exception:  # the store is busy or gone; the next round tries again
            _log.exception("the calls to make cannot be read")
            return 0, []

    def _begin(self, outside: Calls, call: PendingCall) -> None:
        self._busy[call.no] = call.target
        task = asyncio.create_task(self._make(outside, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- calling -------------------------------------------------------------------------------------------------

    async def _make(self, outside: Calls, call: PendingCall) -> None:
        called, began = self._external(call.target), elapsed_s()
        try:
            if called is None:
                outcome = Outcome("failed", detail="its document is not there any more")
            else:
                outcome = await outside.call(called, json.loads(call.params), self.key(call.no), self._gate(called))
        except Exception as error:  # what nobody foresaw fails one call, and not the passage for ever
            _log.exception("a call failed", target=call.target)
            outcome = Outcome("failed", detail=type(error).__name__)
        if outcome.detail is not None:
            _log.warning("call failed", target=call.target, status=outcome.status, detail=outcome.detail)
        self._measures.called(call.target, outcome.status, elapsed_s() - began)
        self._made.append(Made(call, outcome, getattr(called, "cache", None) is not None))
        self._answered.set()

    def key(self, no: int) -> str:
        """Return the key of a call: the same for each time that it is made."""
        return f"{no}-{hmac.new(self._secret, b'call:%d' % no, hashlib.sha256).hexdigest()[:16]}"

    def _gate(self, called: External) -> Callable[[], Awaitable[None]]:
        """Return what keeps the limit for the requests themselves, further attempts and late ones too."""

        async def may_go() -> None:
            limit = called.limit
            if limit is None:
                return
            window = self._windows.get(called.id)
            if window is None or (window.calls, window.per) != (limit.calls, limit.per):
                window = self._windows[called.id] = Window(limit.calls, limit.per)
            while (free_at := window.free_at()) > (now := self._clock.now()):
                await asyncio.sleep(min(self._clock.seconds_until(free_at), _POLL_S))
            window.take(now)

        return may_go

    # ---- telling -------------------------------------------------------------------------------------------------

    async def _report(self) -> None:
        """Append answers to the log, in the order they came; a log that refuses is asked again."""
        while True:
            await self._answered.wait()
            self._answered.clear()
            made, self._made = self._made, []
            frame = answer_frame(made, self._clock.now())
            offset = await append_at_last(self._items, frame, self._rest, "answers")
            for answer in made:
                self._settled[answer.call.no] = offset
                self._busy.pop(answer.call.no, None)
                offset += 1
            self._wake.set()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_S):
                await self._wake.wait()


def answer_frame(made: Sequence[Made], now: datetime) -> pl.DataFrame:
    """Return answers as items for the log, without `at`: the log gives it."""
    calls = [answer.call for answer in made]
    data = [compact_json(_data(answer)) for answer in made]
    return told_frame("answer", now, [call.profile_id for call in calls], [call.target for call in calls], data)


def _data(made: Made) -> dict[str, Any]:
    call, outcome = made.call, made.outcome
    data = {
        "call": call.no, "passage": call.passage, "doc": call.doc, "node": call.node,
        "called_at": format_instant(call.called_at), "status": outcome.status, "fields": dict(outcome.fields),
    }  # fmt: skip
    if made.is_cached:
        data["params"] = call.params
    return data if outcome.detail is None else {**data, "detail": outcome.detail[:300]}
