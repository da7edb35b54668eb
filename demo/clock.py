"""The shop's clock, as the server runs it: weeks in minutes."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

LONGEST_SLEEP_S: Final = 0.1


@dataclass
class ShopClock:
    """Shop's time, counted from what the server last said.

    Attributes
    ----------
    said
        The server's instant.
    heard_s
        When it said so, by this machine's monotonic clock.
    speed
        Seconds of the shop in one second here.
    """

    said: datetime
    heard_s: float
    speed: float

    def hear(self, said: datetime) -> None:
        """Set the clock to what the server says now."""
        self.said, self.heard_s = said, time.monotonic()

    def now(self) -> datetime:
        """Give the shop's instant."""
        return self.said + timedelta(seconds=(time.monotonic() - self.heard_s) * self.speed)

    async def sleep_until(self, instant: datetime) -> None:
        """Wait for an instant of the shop, also when the speed changes meanwhile; one that is past does not wait."""
        while (left_s := (instant - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left_s / self.speed, LONGEST_SLEEP_S))


async def set_speed(api: httpx.AsyncClient, clock: ShopClock, speed: float) -> None:
    """Let the server's clock run at another speed, and the shop's with it.

    Parameters
    ----------
    api
        Knows the server's address and a key with the role ``admin``.
    clock
        Is set to what the server says.
    speed
        Seconds of the shop in one second here.

    Raises
    ------
    httpx.HTTPError
        The server cannot be reached, or refuses.
    """
    answer = await api.put("/api/clock", json={"speed": speed})
    clock.hear(datetime.fromisoformat(answer.raise_for_status().json()["now"]))
    clock.speed = speed
