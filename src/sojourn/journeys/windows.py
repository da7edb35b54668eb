"""The sliding window of a limit: at most so many calls in any stretch of time of its length."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

GRID_US: Final = 50_000
"""Calls that wait are let through at multiples of this (µs): many at once where a limit lets many through a second."""
START: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Window:
    """When calls were made, as far as a limit still counts them.

    Parameters
    ----------
    calls : int
        How many may be made in any ``(t - per, t]``.
    per : timedelta
        Length of the window.
    made : iterable of datetime
        Calls so far.

    Examples
    --------
    >>> window = Window(1, timedelta(hours=1))
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> window.take(noon)
    >>> window.room(noon + timedelta(minutes=59)), window.room(noon + timedelta(hours=1))
    (0, 1)
    """

    __slots__ = ("_made", "calls", "per")

    def __init__(self, calls: int, per: timedelta, made: Iterable[datetime] = ()) -> None:
        self.calls = calls
        self.per = per
        self._made = sorted(made)[-calls:]

    def copy(self) -> Window:
        """Return a window that goes its own way from here."""
        return Window(self.calls, self.per, self._made)

    def free_at(self) -> datetime:
        """Return the instant from which on one more call may be made."""
        return self._made[0] + self.per if len(self._made) == self.calls else START

    def room(self, at: datetime) -> int:
        """Return how many calls may be made at an instant."""
        return self.calls - sum(made + self.per > at for made in self._made)

    def take(self, at: datetime) -> None:
        """Count a call, for which there was room."""
        insort(self._made, at)
        del self._made[: -self.calls]


def next_opening(instant: datetime) -> datetime:
    """Return the next point of the grid at which calls that wait are let through.

    >>> next_opening(datetime(2026, 3, 2, 12, 0, 0, 20_001, tzinfo=UTC)).microsecond
    50000
    """
    passed = (instant - START) // timedelta(microseconds=1)
    return START + timedelta(microseconds=-(-passed // GRID_US) * GRID_US)
