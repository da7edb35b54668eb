"""The shop's clock, as the server runs it: weeks in minutes."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta


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
        """Wait for an instant of the shop; one that is past does not wait."""
        while (left_s := (instant - self.now()).total_seconds()) > 0:
            await asyncio.sleep(left_s / self.speed)
