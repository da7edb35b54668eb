"""The engine's clock: the one place where the time of this machine is read."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


def elapsed_s() -> float:
    """Return seconds since some fixed moment, for measuring how long something takes."""
    return time.monotonic()


def rest(seconds: float) -> None:
    """Let other threads work for a while of real time."""
    time.sleep(seconds)


class Clock(Protocol):
    """Tells the engine's instant, and how long it really takes until another."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        ...

    def seconds_until(self, instant: datetime) -> float:
        """Return the real seconds until an instant; 0 when it is past."""
        ...

    def sleep_until(self, instant: datetime) -> None:
        """Block until an instant."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.now(UTC)

    def seconds_until(self, instant: datetime) -> float:
        """Return the seconds until an instant; 0 when it is past."""
        return max((instant - self.now()).total_seconds(), 0.0)

    def sleep_until(self, instant: datetime) -> None:
        """Block until an instant."""
        while (left_s := self.seconds_until(instant)) > 0:
            time.sleep(left_s)


class AcceleratedClock:
    """A clock that starts at a chosen instant and runs at a chosen speed.

    Parameters
    ----------
    start : datetime
        Its instant now.
    speed : float
        Its seconds in one real second, more than 0; it may be changed while it runs.

    Examples
    --------
    >>> clock = AcceleratedClock(datetime(2026, 3, 2, tzinfo=UTC), speed=3600)
    >>> 0.9 < clock.seconds_until(datetime(2026, 3, 2, 1, tzinfo=UTC)) <= 1
    True
    """

    def __init__(self, start: datetime, speed: float = 1.0) -> None:
        self._anchor = (start.astimezone(UTC), time.monotonic(), checked(speed))

    @property
    def speed(self) -> float:
        """Return its seconds in one real second."""
        return self._anchor[2]

    @speed.setter
    def speed(self, speed: float) -> None:
        checked(speed)
        real_s = time.monotonic()
        self._anchor = (self._at(real_s), real_s, speed)

    def now(self) -> datetime:
        """Return its instant, in UTC."""
        return self._at(time.monotonic())

    def seconds_until(self, instant: datetime) -> float:
        """Return the real seconds until an instant of this clock; 0 when it is past."""
        return max((instant - self.now()).total_seconds(), 0.0) / self.speed

    def sleep_until(self, instant: datetime) -> None:
        """Block until an instant of this clock."""
        while (left_s := self.seconds_until(instant)) > 0:
            time.sleep(min(left_s, 1.0))

    def _at(self, real_s: float) -> datetime:
        start, since_s, speed = self._anchor
        return start + timedelta(seconds=(real_s - since_s) * speed)


def checked(speed: float) -> float:
    """Return a speed that a clock can have."""
    if not 0 < speed <= 10_000_000:
        raise ValueError(f"a clock's speed must be more than 0 and 10,000,000 at most, not {speed:g}")
    return speed
