"""The delivery loop: takes from the outbox, has roads send, and puts what became of it on the log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import polars as pl
import structlog

from sojourn.channels.port import Bounced, Failed, Provider, Receipt, Retry, Sent, SoftBounced, Surroundings
from sojourn.channels.registry import make_provider
from sojourn.engine.allowance import Allowance
from sojourn.engine.at_most_once import UNKNOWN, AtMostOnce
from sojourn.engine.lane import Lane, Pace, Rest
from sojourn.engine.measures import UNMEASURED, Measures
from sojourn.engine.outbox import Outbox, Pending, RouteKey
from sojourn.engine.postman import Job, Postman, Route, Routes
from sojourn.engine.road import Paces, Road, Settle, beginning, settling
from sojourn.engine.road import Way as OpenWay
from sojourn.engine.telling import append_at_last, told_frame
from sojourn.engine.unusable import UnusableProvider
from sojourn.log.port import Clock, Log
from sojourn.model.channel import Way
from sojourn.model.channels import ChannelType
from sojourn.model.documents import Channel
from sojourn.model.errors import SojournError
from sojourn.model.items import compact_json
from sojourn.model.reasons import FeedbackKind
from sojourn.store.delivery_book import DeliveryBook

FETCH = 2_000
"""Messages taken from the outbox at once."""
MANY = 100
"""From so many messages under way on, looking into the outbox and telling the log wait a moment for company."""
_GATHER_S = 0.01
_REST_SHARE = 4
"""While many are under way, looking into a large outbox again and again must not take the processor from them."""
_LONGEST_REST_S = 0.2
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


class Outcome(msgspec.Struct, frozen=True):
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
    book : DeliveryBook, optional
        Pauses, a day's volumes, and what is under way of channels that send at most once; by default nothing outlives
        the process.

    works_on : callable, optional
        Returns the channels whose providers have something to do without a message, too.
    measures : Measures
        Told what became of messages, and how long providers took.

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
        book: DeliveryBook | None = None,
        works_on: Callable[[], Sequence[Channel]] = tuple,
        measures: Measures = UNMEASURED,
    ) -> None:
        self._outbox = outbox
        self._items = log
        self._clock = clock
        self._routes = routes
        self._channel = channel
        self._postman = postman
        self._surroundings = surroundings
        self._patience = patience or Patience()
        self._works_on = works_on
        self._measures = measures
        self._book = book or DeliveryBook()
        self._lost = self._book.under_way()
        self._roads: dict[str, tuple[Channel | None, Road]] = {}
        self._road_of: dict[RouteKey, str] = {}
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
        self._open_early()
        try:
            while True:
                self._wake.clear()
                began = self._loop.time()
                again = await self._safe_round()
                if len(self._busy) >= MANY:
                    await asyncio.sleep(min(_REST_SHARE * (self._loop.time() - began), _LONGEST_REST_S))
                if not again:
                    await self._pause()
        finally:
            reporter.cancel()
            await asyncio.gather(reporter, *(road.close() for _, road in self._roads.values()), return_exceptions=True)

    async def finish(self) -> None:
        """Take nothing more; return when what is being sent has been sent, and that is in the log."""
        self._finishing = True
        await asyncio.gather(*(road.retire() for _, road in self._roads.values()), return_exceptions=True)
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

    def heed(self) -> None:
        """Look which channels are paused now; from any thread, after `DeliveryBook.pause` or `resume`."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._heed)

    def _heed(self) -> None:
        paused = self._book.paused()
        for name, (_, road) in self._roads.items():
            road.pause(paused=name in paused)
        self._wake.set()

    def status(self) -> dict[str, dict[str, Any]]:
        """Return, for each channel in use, how it and its providers do (see `Road.status`)."""
        return {name: road.status() for name, (_, road) in list(self._roads.items())}

    def _open_early(self) -> None:
        for channel in self._works_on():
            if channel.id not in self._roads:
                self._roads[channel.id] = (channel, self._make_road(channel.id, channel.type, channel))

    async def _safe_round(self) -> bool:
        """Go round; what nobody foresaw (in a route, say) must not end delivery."""
        try:
            return await self._round()
        except Exception:
            _log.exception("a round of delivery failed")
            return False

    async def _round(self) -> bool:
        """Move messages from the outbox into roads; return whether another round may find more."""
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
        return {route for route, name in self._road_of.items() if not self._roads[name][1].wants_more}

    def _assign(self, message: Pending) -> bool:
        """Give a message to its channel's road; False if that has no room."""
        route = self._routes(message.doc, message.node, message.slot, message.variant)
        if route is None:
            self._decide(message, str(message.doc), "failed", {"reason": "its document is not there any more"})
            return True
        if message.no in self._lost:
            self._decide(message, route.of, "failed", {"reason": UNKNOWN})
            return True
        road = self._road(message, route)
        if road.room() <= 0:
            return False
        self._busy.add(message.no)
        road.put(Job(message, route, message.no in self._attempts))
        return True

    def _road(self, message: Pending, route: Route) -> Road:
        name = route.channel or route.channel_type
        if name not in self._roads:
            channel = self._channel(route.channel) if route.channel else None
            self._roads[name] = (channel, self._make_road(name, route.channel_type, channel))
        self._road_of[message.route] = name
        return self._roads[name][1]

    def _make_road(self, name: str, kind: ChannelType, channel: Channel | None) -> Road:
        pace = Pace(channel.rate.per_s if channel and channel.rate else None)
        ways = channel.ways if channel else [Way(provider="log")]
        made = [self._make_way(name, kind, channel, way, pace) for way in ways]
        return Road(made, paused=name in self._book.paused())

    def _make_way(self, name: str, kind: ChannelType, channel: Channel | None, way: Way, pace: Pace) -> OpenWay:
        has_others = channel is not None and bool(channel.fallbacks)
        allowance = Allowance(name, way.label, way.warm_up, self._book, lambda: self._clock.now().date())
        provider = self._provider(name, kind, way)
        if channel is not None and channel.at_most_once:
            provider = AtMostOnce(provider, self._book)
        settle: Settle = self._settle
        prepare = self._postman.prepare if way.warm_up is None else beginning(self._postman.prepare, allowance)
        if has_others or way.warm_up is not None:
            settle = settling(settle, way.label if has_others else None, allowance)
        lane = Lane(
            f"{name}/{way.label}" if has_others else name, provider,
            Paces(pace, Pace(way.rate.per_s)) if way.rate else pace, self._patience.channel, prepare,
            settle, self._lane_changed,
            channel.fail_over_after if channel is not None and has_others else None,
            partial(self._measures.handed_over, name, way.label),
        )  # fmt: skip
        return OpenWay(way.label, lane, allowance)

    def _provider(self, name: str, kind: ChannelType, way: Way) -> Provider:
        surroundings = self._surroundings(name, kind)
        try:
            return make_provider(way.provider, way.settings, surroundings)
        except (SojournError, ValueError) as error:
            _log.error("channel cannot be used", channel=name, provider=way.label, reason=str(error))
            return UnusableProvider(str(error))

    def _lane_changed(self) -> None:
        if self._more:
            self._wake.set()

    def _refresh(self) -> None:
        """Retire roads whose document has changed; their messages are taken from the outbox again."""
        self._stale = False
        changed = [name for name, (channel, _) in self._roads.items() if channel and self._channel(name) != channel]
        for name in changed:
            task = asyncio.create_task(self._roads.pop(name)[1].retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        self._road_of = {route: name for route, name in self._road_of.items() if name in self._roads}
        self._open_early()

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
            self._wake.set()  # another provider of the channel may take it at once

    def _decide(self, message: Pending, of: str, kind: FeedbackKind, detail: Mapping[str, Any]) -> None:
        self._busy.add(message.no)
        self._attempts.pop(message.no, None)
        self._outcomes.append(Outcome(message, of, kind, detail))
        self._decided.set()

    async def _report(self) -> None:
        """Append outcomes to the log, in the order they came; a log that refuses is asked again."""
        while True:
            await self._decided.wait()
            if len(self._busy) >= MANY:
                await asyncio.sleep(_GATHER_S)
            self._decided.clear()
            outcomes, self._outcomes = self._outcomes, []
            frame = feedback_frame(outcomes, self._clock.now())
            offset = await append_at_last(self._items, frame, self._patience.channel, "feedback")
            self._forget(outcomes)
            self._measures.ended(Counter((self._road_of.get(each.message.route, ""), each.kind) for each in outcomes))
            for outcome in outcomes:
                self._settled[outcome.message.no] = offset
                self._busy.discard(outcome.message.no)
                offset += 1

    def _forget(self, outcomes: Iterable[Outcome]) -> None:
        """Forget what was under way and is on the log now."""
        careful = [
            outcome.message.no
            for outcome in outcomes
            if outcome.message.no in self._lost or self._is_careful(outcome.message.route)
        ]
        if careful:
            self._book.end(careful)
            self._lost.difference_update(careful)

    def _is_careful(self, route: RouteKey) -> bool:
        channel, _ = self._roads.get(self._road_of.get(route, ""), (None, None))
        return channel is not None and channel.at_most_once

    async def _pause(self) -> None:
        """Wait for a reason to look again."""
        rests = [road.probe_s for _, road in self._roads.values() if road.probe_s > 0]
        with suppress(TimeoutError):
            async with asyncio.timeout(min([_POLL_S, *(rest + 0.005 for rest in rests)])):
                await self._wake.wait()


def feedback_frame(outcomes: Iterable[Outcome], now: datetime) -> pl.DataFrame:
    """Return feedback items for the log, without `at`: the log gives it."""
    told = list(outcomes)
    data = [compact_json({"of": each.of, "message": each.message.no, **each.detail}) for each in told]
    return told_frame("feedback", now, [each.message.profile_id for each in told], [each.kind for each in told], data)
