"""A period of the log, as offsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import polars as pl

from sojourn.engine.backtest.errors import BadPeriod
from sojourn.log.port import Log
from sojourn.model.erasure import ERASED
from sojourn.model.instants import format_instant

SLICE: Final = 50_000
"""Items that are read at once."""
TICK: Final = timedelta(microseconds=1)


class Readable(Protocol):
    """What can be read like a log."""

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on; see `Log.read`."""
        ...


@dataclass(frozen=True)
class Period:
    """Where a period lies in the log.

    Attributes
    ----------
    since, until : datetime
        Both inclusive.
    begin : int
        First offset that retention has left.
    first, end : int
        Offset of its first item, and the one behind its last.
    taken : int
        The offset up to which the live engine has come; what lies behind it did not happen yet.
    span : tuple of datetime or None
        Instants of the first and last item of the log that are kept; None: there are none.
    """

    since: datetime
    until: datetime
    begin: int
    first: int
    end: int
    taken: int
    span: tuple[datetime, datetime] | None


def find_period(log: Log, taken: int, since: datetime, until: datetime, now: datetime) -> Period:
    """Find a period in the log.

    Raises
    ------
    BadPeriod
        It ends before it begins, or in the future.
    """
    if until < since:
        raise BadPeriod(
            f"the period begins at {format_instant(since)} and ends before, at {format_instant(until)}",
            hint="swap --from and --until",
        )
    if until > now:
        raise BadPeriod(
            f"the period ends at {format_instant(until)}, which is later than now, {format_instant(now)}",
            hint="a backtest is over what was recorded; `sojourn simulate` runs over items that you make up",
        )
    oldest = log.read(0, 1)
    begin = int(oldest["offset"][0]) if oldest.height else taken
    span = None
    if begin < taken:
        span = (oldest["at"][0], log.read(taken - 1, 1)["at"][0])
    first, end = (first_from(log, at, begin, taken) for at in (since, until + TICK))
    return Period(since, until, begin, first, end, taken, span)


def first_from(log: Log, at: datetime, low: int, high: int) -> int:
    """Return the first offset whose item is at an instant or later, `high` where there is none; instants never fall."""
    while low < high:
        middle = (low + high) // 2
        if log.read(middle, 1)["at"][0] < at:
            low = middle + 1
        else:
            high = middle
    return low


def slices(log: Readable, first: int, end: int) -> Iterator[pl.DataFrame]:
    """Yield the items of offsets from `first` to before `end`, some at a time."""
    while first < end:
        items = log.read(first, min(SLICE, end - first))
        items = items.filter(pl.col("offset") < end)
        if not items.height:
            return
        left = items.filter(pl.col("kind") != ERASED)
        if left.height:
            yield left
        first = int(items["offset"][-1]) + 1
