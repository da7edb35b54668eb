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
from demo.clock import ShopClock
from demo.replay import Call, Sent, replay
from demo.screen import line, picture
from demo.sink import Mail, Sink
from demo.status import Status, ask

LOOK_EVERY_S: Final = 0.5
LINE_EVERY_S: Final = 5.0
# A server that has not worked off the items so long after the last call is reported, not waited for.
WORKED_OFF_WITHIN_S: Final = 60.0


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
        Knows the server's address and the write key.
    browsing, clock
        The customers, and the shop's clock that they and the replay share.
    until
        The shop's instant at which the replay is over.
    status
        What the server last said.
    ended
        An instant of the shop that is not before the last one that the server used.
    sent, pace, recipients
        What was sent, how fast it went, and to which addresses a mail came.
    """

    api: httpx.AsyncClient
    browsing: Browsing
    clock: ShopClock
    until: datetime
    status: Status
    sent: Sent = field(default_factory=Sent)
    pace: Pace = field(default_factory=Pace)
    recipients: set[str] = field(default_factory=set)
    ended: datetime = datetime.min

    async def run(self, calls: list[Call], sink: Sink, console: Console) -> None:
        """Replay the calls, and return when the last one is worked off and the shop's clock has come to the end.

        Raises
        ------
        NotWorkedOff
            The engine does not come to the end of the log.
        httpx.HTTPError
            The server went away or refused a batch.
        """
        self._pace()
        receiving = asyncio.create_task(self._receive(sink))
        replaying = asyncio.create_task(replay(calls, self.api, self.clock, self.sent))
        try:
            await self._watch(replaying, console)
            await replaying
        finally:
            for task in (receiving, replaying):
                task.cancel()
            self.browsing.leave()
            await asyncio.gather(receiving, replaying, return_exceptions=True)

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
        await asyncio.sleep(LOOK_EVERY_S)
        self.status = await ask(self.api)
        self.clock.hear(self.status.now)
        self._pace()

    def _pace(self) -> None:
        now_s = time.monotonic()
        self.pace.see("worked off", self.status.items.processed, now_s)
        self.pace.see("received", self.browsing.counts["received"], now_s)

    def _over(self, replaying: asyncio.Task[None]) -> bool:
        if not replaying.done() or self.status.now < self.until:
            return replaying.done() and replaying.exception() is not None
        late_s = (self.status.now - self.until).total_seconds() / self.clock.speed
        if self.status.behind and late_s > WORKED_OFF_WITHIN_S:
            raise NotWorkedOff(f"{self.status.behind:,} items are still not worked off {late_s:.0f} s after the end")
        return self.status.behind == 0


async def meet(api: httpx.AsyncClient, browsing: Browsing, until: datetime) -> Show:
    """Ask the running server for its counts, and set the customers' clock to its own.

    Parameters
    ----------
    api
        Knows the server's address and the write key.
    browsing
        The customers.
    until
        The shop's instant at which the show is over.
    """
    status = await ask(api)
    browsing.clock.hear(status.now)
    return Show(api, browsing, browsing.clock, until, status)


def _arrived(sink: Sink) -> list[Mail]:
    """Wait a moment for mails, then take all that there are."""
    mails: list[Mail] = []
    with suppress(Empty):
        mails.append(sink.mails.get(timeout=0.2))
        while True:
            mails.append(sink.mails.get_nowait())
    return mails
