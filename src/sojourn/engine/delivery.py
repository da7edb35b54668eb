"""The delivery loop: takes from the outbox, has lanes send, and puts what became of it on the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import structlog

from sojourn.channels.port import Bounced, Failed, Provider, Receipt, Retry, Sent, SoftBounced, Surroundings
from sojourn.channels.registry import make_provider
from sojourn.engine.lane import Lane, Rest
from sojourn.engine.outbox import Outbox, Pending, RouteKey
from sojourn.engine.postman import Job, Postman, Route, Routes
from sojourn.engine.telling import append_at_last, told_frame
from sojourn.engine.unusable import UnusableProvider
from sojourn.log.port import Clock, Log
from sojourn.model.channels import ChannelType
from sojourn.model.documents import Channel
from sojourn.model.errors import SojournError
from sojourn.model.items import compact_json
from sojourn.model.reasons import FeedbackKind

FETCH = 2_000
"""Messages taken from the outbox at once."""
_POLL_S = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long delivery goes on trying.

    Attributes
    ----------
    channel : Rest
        Between attempts at a provider that cannot be reached.
    message : Rest
        Between attempts at one message (greylisting, a full mailbox, a connection that broke after its content).
    give_up : timedelta
        Age of a message at which a further failure is final.
    """

    channel: Rest = field(default_factory=lambda: Rest(1, 60))
    message: Rest = field(default_factory=lambda: Rest(30, 3_600))
    give_up: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message for good."""

    message: Pending
    of: str
    kind: FeedbackKind
    detail: Mapping[str, Any]


class Delivery:
    """Delivers what the engine has decided to send.

    Everything lies in the outbox until the engine has read what became of it, so a crash loses nothing. In memory are
    only the numbers that must not be taken twice.

    Parameters
    ----------
    outbox : Outbox
        A reader of the store of its own.
    log : Log
        Gets the feedback items.
    clock : Clock
        The engine's clock, for the instants of the items and the age of messages.
    routes : callable
        ``(doc, node, slot, variant)`` to `Route`.
    channel : callable
        The channel document by id, or None.
    postman : Postman
        Renders.
    surroundings : callable
        What a provider may use, by the id and the type of its channel.
    patience : Patience, optional
        Retries.

    Notes
    -----
    Items appended: kind ``feedback``, name ``sent``, ``failed``, ``bounced`` or ``soft_bounced``, data
    ``{"message": number, "of": origin}`` and for the last three ``reason`` (and ``code``). Each ends the message's stay
    in the outbox.
    """

    def __init__(
        self,
        outbox: Outbox,
        log: Log,
        clock: Clock,
        routes: Routes,
        channel: Callable[[str], Channel | None],
        postman: Postman,
        surroundings: Callable[[str, ChannelType], Surroundings],
        patience: Patience | None = None,
    ) -> None:
        self._outbox = outbox
        self._items = log
        self._clock = clock
        self._routes = routes
        self._channel = channel
        self._postman = postman
        self._surroundings = surroundings
        self._patience = patience or Patience()
        self._lanes: dict[str, tuple[Channel | None, Lane]] = {}
        self._lane_of: dict[RouteKey, str] = {}
        self._busy: set[int] = set()
        self._settled: dict[int, int] = {}
        self._attempts: dict[int, int] = {}
        self._later: dict[int, float] = {}
        self._outcomes: list[Outcome] = []
        self._stale = False
        self._more = False
        self._finishing = False
        self._retiring: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._decided = asyncio.Event()

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._loop = asyncio.get_running_loop()
        reporter = asyncio.create_task(self._report())
        try:
            while True:
                self._wake.clear()
                if not await self._safe_round():
                    await self._pause()
        finally:
            reporter.cancel()
            await asyncio.gather(reporter, *(lane.close() for _, lane in self._lanes.values()), return_exceptions=True)

    async def finish(self) -> None:
        """Take nothing more; return when what is being sent has been sent, and that is in the log."""
        self._finishing = True
        await asyncio.gather(*(lane.retire() for _, lane in self._lanes.values()), return_exceptions=True)
        while self._busy:
            await asyncio.sleep(0.005)

    def wake(self) -> None:
        """Look into the outbox now; from any thread, after every commit."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def refresh(self) -> None:
        """Read channel documents and routes anew; from any thread, after a publication."""
        self._stale = True
        self.wake()

    def status(self) -> dict[str, dict[str, Any]]:
        """Return, for each channel in use, the seconds it rests and why (``None`` when all is well)."""
        return {name: {"resting_s": lane.resting_s, "trouble": lane.trouble} for name, (_, lane) in self._lanes.items()}

    async def _safe_round(self) -> bool:
        """Go round; what nobody foresaw (in a route, say) must not end delivery."""
        try:
            return await self._round()
        except Exception:
            _log.exception("a round of delivery failed")
            return False

    async def _round(self) -> bool:
        """Move messages from the outbox into lanes; return whether another round may find more."""
        if self._stale:
            self._refresh()
        closed = self._closed()
        consumed, found = await asyncio.to_thread(self._fetch, self._unavailable(), closed)
        self._settled = {no: offset for no, offset in self._settled.items() if offset >= consumed}
        if self._finishing:
            return False
        taken = sum(map(self._assign, found))
        again = len(found) == FETCH or taken < len(found)
        self._more = again or bool(closed)
        return again and (taken > 0 or len(self._closed()) > len(closed))

    def _fetch(self, unavailable: set[int], closed: set[RouteKey]) -> tuple[int, list[Pending]]:
        """Read the offset first: what it covers has left the outbox when the outbox is read."""
        try:
            consumed = self._outbox.consumed()
            return consumed, self._outbox.pending(FETCH, unavailable, closed)
        except Exception:  # the store is busy or gone; the next round tries again
            _log.exception("the outbox cannot be read")
            return 0, []

    def _unavailable(self) -> set[int]:
        now = asyncio.get_running_loop().time()
        self._later = {no: due for no, due in self._later.items() if due > now}
        return self._busy | self._settled.keys() | self._later.keys()

    def _closed(self) -> set[RouteKey]:
        return {route for route, name in self._lane_of.items() if self._lanes[name][1].room() <= 0}

    def _assign(self, message: Pending) -> bool:
        """Give a message to its lane; False if that has no room."""
        route = self._routes(message.doc, message.node, message.slot, message.variant)
        if route is None:
            self._decide(message, str(message.doc), "failed", {"reason": "its document is not there any more"})
            return True
        lane = self._lane(message, route)
        if lane.room() <= 0:
            return False
        self._busy.add(message.no)
        lane.put(Job(message, route))
        return True

    def _lane(self, message: Pending, route: Route) -> Lane:
        name = route.channel or route.channel_type
        if name not in self._lanes:
            channel = self._channel(route.channel) if route.channel else None
            self._lanes[name] = (channel, self._make_lane(name, route, channel))
        self._lane_of[message.route] = name
        return self._lanes[name][1]

    def _make_lane(self, name: str, route: Route, channel: Channel | None) -> Lane:
        rate_per_s = channel.rate.per_s if channel and channel.rate else None
        rest = self._patience.channel
        provider = self._provider(name, route, channel)
        return Lane(name, provider, rate_per_s, rest, self._postman.prepare, self._settle, self._lane_changed)

    def _provider(self, name: str, route: Route, channel: Channel | None) -> Provider:
        surroundings = self._surroundings(name, route.channel_type)
        try:
            if channel is None:
                return make_provider("log", {}, surroundings)
            return make_provider(channel.provider, channel.settings, surroundings)
        except (SojournError, ValueError) as error:
            _log.error("channel cannot be used", channel=name, reason=str(error))
            return UnusableProvider(str(error))

    def _lane_changed(self) -> None:
        if self._more:
            self._wake.set()

    def _refresh(self) -> None:
        """Retire lanes whose document has changed; their messages are taken from the outbox again."""
        self._stale = False
        changed = [name for name, (channel, _) in self._lanes.items() if channel and self._channel(name) != channel]
        for name in changed:
            task = asyncio.create_task(self._lanes.pop(name)[1].retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        self._lane_of = {route: name for route, name in self._lane_of.items() if name in self._lanes}

    def _settle(self, job: Job, receipt: Receipt) -> None:
        """Decide on a receipt: final, later, or back to the outbox."""
        message, of = job.message, job.route.of
        match receipt:
            case Sent(detail):
                self._decide(message, of, "sent", detail)
            case Failed(reason):
                self._decide(message, of, "failed", {"reason": reason})
            case Bounced(code, reason):
                self._decide(message, of, "bounced", {"code": code, "reason": reason})
            case SoftBounced(code, reason):
                self._try_later(message, of, "soft_bounced", {"code": code, "reason": reason})
            case Retry(reason, after_s, True):
                self._try_later(message, of, "failed", {"reason": reason}, after_s or 0.0)
            case Retry(reason, after_s, _):
                self._put_back(message, of, reason, final=after_s != 0 and self._is_old(message))

    def _is_old(self, message: Pending) -> bool:
        return self._clock.now() - message.at >= self._patience.give_up

    def _try_later(
        self, message: Pending, of: str, kind: FeedbackKind, detail: Mapping[str, Any], asked_s: float = 0.0
    ) -> None:
        if self._is_old(message):
            self._decide(message, of, kind, detail)
            return
        attempts = self._attempts[message.no] = self._attempts.get(message.no, 0) + 1
        wait_s = max(self._patience.message.after(attempts), asked_s)
        loop = asyncio.get_running_loop()
        self._later[message.no] = loop.time() + wait_s
        self._busy.discard(message.no)
        loop.call_later(wait_s, self._wake.set)

    def _put_back(self, message: Pending, of: str, reason: str, *, final: bool) -> None:
        if final:
            self._decide(message, of, "failed", {"reason": reason})
        else:
            self._busy.discard(message.no)
            self._more = True

    def _decide(self, message: Pending, of: str, kind: FeedbackKind, detail: Mapping[str, Any]) -> None:
        self._busy.add(message.no)
        self._attempts.pop(message.no, None)
        self._outcomes.append(Outcome(message, of, kind, detail))
        self._decided.set()

    async def _report(self) -> None:
        """Append outcomes to the log, in the order they came; a log that refuses is asked again."""
        while True:
            await self._decided.wait()
            self._decided.clear()
            outcomes, self._outcomes = self._outcomes, []
            frame = feedback_frame(outcomes, self._clock.now())
            offset = await append_at_last(self._items, frame, self._patience.channel, "feedback")
            for outcome in outcomes:
                self._settled[outcome.message.no] = offset
                self._busy.discard(outcome.message.no)
                offset += 1

    async def _pause(self) -> None:
        """Wait for a reason to look again."""
        rests = [lane.resting_s for _, lane in self._lanes.values() if lane.resting_s > 0]
        try:
            await asyncio.wait_for(self._wake.wait(), min([_POLL_S, *(rest + 0.005 for rest in rests)]))
        except TimeoutError:
            return


def feedback_frame(outcomes: Iterable[Outcome], now: datetime) -> pl.DataFrame:
    """Return feedback items for the log, without `at`: the log gives it."""
    rows = [
        {
            "occurred_at": now,
            "kind": "feedback",
            "profile_id": outcome.message.profile_id,
            "name": outcome.kind,
            "data": compact_json({"of": outcome.of, "message": outcome.message.no, **outcome.detail}),
        }
        for outcome in outcomes
    ]
    return told_frame(rows)
