"""The replay itself: calls go in, mails come out, customers react, and the counts are watched."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty
from typing import Final

import httpx
from rich.console import Console
from rich.live import Live

from demo.browsing import Browsing
from demo.clock import ShopClock, set_speed
from demo.replay import Call, Sent, replay
from demo.screen import line, picture
from demo.sink import Mail, Sink
from demo.status import Status, ask

USUAL_SPEED: Final = 1
LOOK_EVERY_S: Final = 0.25
QUIET_LOOKS: Final = 4
# The clock is slowed down to a fraction while more items, or more mails and reactions, than these are waiting.
ITEMS: Final = 5_000
PEOPLE: Final = 150
SLOWER: Final = 30
# So much slower until the first thousands of mails are due, all at one instant.
AT_FIRST: Final = 6
# A server that does not say so soon how far it is has much to do.
ANSWER_WITHIN_S: Final = 0.15
LINE_EVERY_S: Final = 5.0
# A server that has not worked off everything so long after the end is reported, not waited for.
WORKED_OFF_WITHIN_S: Final = 120.0


class NotWorkedOff(Exception):
    """The server is alive and its engine does not get to the end of the log."""


@dataclass
class Pace:
    """The best that was seen over one look at a time, per second.

    Attributes
    ----------
    best
        By name: items worked off, mails received.
    """

    best: Counter[str] = field(default_factory=Counter)
    _last: dict[str, tuple[float, int]] = field(default_factory=dict)

    def see(self, name: str, count: int, at_s: float) -> None:
        """Take a count that only grows, and when it was seen."""
        before_s, before = self._last.get(name, (at_s, count))
        self._last[name] = (at_s, count)
        if at_s > before_s:
            self.best[name] = max(self.best[name], round((count - before) / (at_s - before_s)))


@dataclass
class Show:
    """A replay under way, and what it knows at the end.

    Attributes
    ----------
    api
        Knows the server's address and a key that may set the clock.
    browsing, clock
        The customers, and the shop's clock that they and the replay share.
    first_mails
        The shop's instant by which the first mails are on their way.
    until
        The shop's instant at which the replay is over.
    speed
        How fast the shop's clock runs when nothing is in its way.
    status
        What the server last said.
    sent, pace, recipients
        What was sent, how fast it went, and to which addresses a mail came.
    waited_s
        How long the clock ran slowly for the server to catch up.
    """

    api: httpx.AsyncClient
    browsing: Browsing
    clock: ShopClock
    first_mails: datetime
    until: datetime
    speed: float
    status: Status
    sent: Sent = field(default_factory=Sent)
    pace: Pace = field(default_factory=Pace)
    recipients: set[str] = field(default_factory=set)
    waited_s: float = 0.0

    async def run(self, calls: list[Call], sink: Sink, console: Console) -> None:
        """Replay the calls, and return when the last one is worked off and the shop's clock has come to the end.

        The clock is back at its usual speed then, and what the server held ready has been handed over.

        Parameters
        ----------
        calls, sink, console
            What is replayed, where the mails come, and where the counts are shown.

        Raises
        ------
        NotWorkedOff
            The engine does not come to the end of the log.
        httpx.HTTPError
            The server went away or refused a batch.
        """
        await self._shift(self._gear())
        self._pace()
        replaying = asyncio.create_task(replay(calls, self.api, self.clock, self.sent))
        living = asyncio.create_task(self.browsing.live())
        receiving = asyncio.create_task(self._receive(sink))
        try:
            await self._watch(replaying, console)
            await replaying
            living.cancel()
            await set_speed(self.api, self.clock, USUAL_SPEED)
            await self._settle(sink)
        finally:
            for task in (replaying, living, receiving):
                task.cancel()
            await asyncio.gather(replaying, living, receiving, return_exceptions=True)

    async def _settle(self, sink: Sink) -> None:
        """Wait until the server has handed over what it holds ready, and the mail server's mails are read."""
        until_s = time.monotonic() + WORKED_OFF_WITHIN_S
        quiet = 0
        while quiet < QUIET_LOOKS:
            if time.monotonic() > until_s:
                raise NotWorkedOff(
                    f"after {WORKED_OFF_WITHIN_S:.0f} s of rest, {self.status.behind:,} items are still not worked off "
                    f"and {self.status.messages('pending'):,} messages not handed over"
                )
            await asyncio.sleep(LOOK_EVERY_S)
            self.status = await ask(self.api)
            quiet = quiet + 1 if self.status.backlog == 0 and sink.mails.empty() else 0

    async def _receive(self, sink: Sink) -> None:
        while True:
            for mail in await asyncio.to_thread(_arrived, sink):
                self.browsing.receive(mail)
                self.recipients.add(mail.recipient)

    async def _watch(self, replaying: asyncio.Task[None], console: Console) -> None:
        if console.is_terminal:
            with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
                while not self._over(replaying):
                    await self._look()
                    live.update(picture(self.status, self.browsing.counts, self.sent.calls), refresh=True)
            return
        printed_s = 0.0
        while not self._over(replaying):
            await self._look()
            if time.monotonic() - printed_s >= LINE_EVERY_S:
                console.print(line(self.status), soft_wrap=True, highlight=False)
                printed_s = time.monotonic()

    async def _look(self) -> None:
        began_s, was_slow = time.monotonic(), self.clock.speed < self.speed
        await asyncio.sleep(LOOK_EVERY_S)
        asking = asyncio.create_task(ask(self.api))
        if not (await asyncio.wait({asking}, timeout=ANSWER_WITHIN_S))[0]:
            await self._shift(self.speed / SLOWER)
        self.status = await asking
        self._pace()
        if was_slow:
            self.waited_s += time.monotonic() - began_s
        await self._shift(self._gear())

    def _gear(self) -> float:
        """Give the speed at which mails leave not too long, by the shop's clock, after they were decided."""
        items = self.status.behind + self.sent.overdue
        people = self.status.messages("pending") + self.browsing.overdue
        if items > ITEMS or people > PEOPLE:
            return self.speed / SLOWER
        return self.speed / AT_FIRST if self.clock.now() < self.first_mails else self.speed

    async def _shift(self, speed: float) -> None:
        if speed != self.clock.speed:
            await set_speed(self.api, self.clock, speed)

    def _pace(self) -> None:
        now_s = time.monotonic()
        self.pace.see("worked off", self.status.items.processed, now_s)
        self.pace.see("received", self.browsing.counts["received"], now_s)

    def _over(self, replaying: asyncio.Task[None]) -> bool:
        if not replaying.done():
            return False
        return replaying.exception() is not None or self.status.now >= self.until


def _arrived(sink: Sink) -> list[Mail]:
    """Wait a moment for mails, then take all that there are."""
    mails: list[Mail] = []
    with suppress(Empty):
        mails.append(sink.mails.get(timeout=0.2))
        while True:
            mails.append(sink.mails.get_nowait())
    return mails
