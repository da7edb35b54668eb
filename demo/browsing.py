"""Customers at their screens: they load pixels, follow links and unsubscribe over real HTTP."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Final

import httpx

from demo.clock import ShopClock
from demo.customers import Act, Habits, reactions
from demo.letters import Letter
from demo.sink import Mail, Refused

FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
# Apple's proxy names itself by these two words and nothing else.
APPLE: Final = "Mozilla/5.0"
LOOK_EVERY_S: Final = 0.05
AT_ONCE: Final = 16


@dataclass
class Browsing:
    """What the customers did, counted.

    Attributes
    ----------
    counts
        How many mails came (``received``, ``refused``) and how many acts were answered well, by act.
    failures
        How many acts were not, by what went wrong.
    opened
        When each address first opened an e-mail by hand.
    """

    client: httpx.AsyncClient
    clock: ShopClock
    habits: Habits
    counts: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    opened: dict[str, datetime] = field(default_factory=dict)
    _plans: list[tuple[datetime, int, Act, Letter]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def receive(self, mail: Mail) -> None:
        """Take a mail from the mail server; its recipient will react in time."""
        if isinstance(mail, Refused):
            self.counts["refused"] += 1
            return
        self.counts["received"] += 1
        came = self.clock.now()
        for reaction in reactions(mail, self.habits):
            due = came + timedelta(seconds=reaction.after_s)
            heappush(self._plans, (due, next(self._numbers), reaction.act, mail))

    @property
    def overdue(self) -> int:
        """How many acts should have been done by now."""
        now = self.clock.now()
        return sum(due <= now for due, *_ in self._plans)

    async def live(self) -> None:
        """Do what is due by the shop's clock, until cancelled."""
        await asyncio.gather(*(self._act() for _ in range(AT_ONCE)))

    async def _act(self) -> None:
        while True:
            while self._plans and self._plans[0][0] <= self.clock.now():
                _, _, act, letter = heappop(self._plans)
                await self._do(act, letter)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _do(self, act: Act, letter: Letter) -> None:
        try:
            answer = await self._request(act, letter)
        except httpx.HTTPError as error:
            self.failures[f"{act}: {type(error).__name__}"] += 1
            return
        if answer is None:
            self.failures[f"{act}: the e-mail “{letter.subject}” has no address for it"] += 1
        elif answer.status_code >= 400:
            self.failures[f"{act}: HTTP {answer.status_code}"] += 1
        else:
            self.counts[act] += 1
            if act == "open":
                self.opened.setdefault(letter.recipient, self.clock.now())

    async def _request(self, act: Act, letter: Letter) -> httpx.Response | None:
        match act:
            case "open" | "machine_open":
                agent = FIREFOX if act == "open" else APPLE
                return await self.client.get(letter.pixel, headers={"User-Agent": agent}) if letter.pixel else None
            case "click":
                return await self.client.get(letter.link, headers={"User-Agent": FIREFOX}) if letter.link else None
            case "unsubscribe":
                form = {"List-Unsubscribe": "One-Click"}
                return await self.client.post(letter.unsubscribe, data=form) if letter.unsubscribe else None
