"""Instants by wall clock, against a plain reading of the rules with the standard library, one row at a time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from sojourn.journeys.calendar import WEEKDAYS, days_later, next_clock, next_weekday, within_clock

ZONES = ["America/New_York", "Europe/Berlin", "Asia/Seoul", "UTC", "Australia/Lord_Howe"]
INSTANTS = st.one_of(
    st.datetimes(datetime(2026, 3, 6), datetime(2026, 3, 10)),
    st.datetimes(datetime(2026, 10, 2), datetime(2026, 11, 3)),
    st.builds(lambda h: datetime(2026, 3, 7) + timedelta(minutes=30 * h), st.integers(0, 96)),
).map(lambda at: at.replace(tzinfo=UTC))
CLOCKS = st.sampled_from([time(0), time(1, 30), time(2), time(2, 30), time(3), time(9), time(23, 59, 59)])
ROWS = st.lists(st.tuples(INSTANTS, st.sampled_from(ZONES)), min_size=1, max_size=8)


def placed(wall: datetime, zone: str) -> datetime:
    """Return the first instant that shows a wall-clock time, or the first after the gap that skips it."""
    info = ZoneInfo(zone)
    at = (wall - timedelta(hours=15)).replace(tzinfo=UTC, second=0, microsecond=0)
    while at.astimezone(info).replace(tzinfo=None) < wall.replace(second=0, microsecond=0):
        at += timedelta(minutes=30 if wall.minute in (0, 30) else 1)
    shown = at.astimezone(info).replace(tzinfo=None)
    return at + (wall - shown if shown <= wall else timedelta())


def local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def columns(rows: list[tuple[datetime, str]]) -> tuple[pl.Series, pl.Series]:
    return pl.Series([at for at, _ in rows]).cast(pl.Datetime("us", "UTC")), pl.Series([zone for _, zone in rows])


@given(ROWS, CLOCKS)
def test_the_next_such_hour(rows: list[tuple[datetime, str]], clock: time) -> None:
    def plain(at: datetime, zone: str) -> datetime:
        today = placed(datetime.combine(local(at, zone).date(), clock), zone)
        return (
            today if today >= at else placed(datetime.combine(local(at, zone).date() + timedelta(days=1), clock), zone)
        )

    assert next_clock(*columns(rows), clock).to_list() == [plain(*row) for row in rows]


@given(ROWS, CLOCKS, st.integers(0, 40))
def test_calendar_days(rows: list[tuple[datetime, str]], clock: time, days: int) -> None:
    def plain(at: datetime, zone: str) -> datetime:
        return max(at, placed(datetime.combine(local(at, zone).date() + timedelta(days=days), clock), zone))

    assert days_later(*columns(rows), days, clock).to_list() == [plain(*row) for row in rows]


@given(ROWS, CLOCKS, st.sampled_from(WEEKDAYS))
def test_the_next_weekday_is_strictly_a_later_day(rows: list[tuple[datetime, str]], clock: time, weekday: str) -> None:
    def plain(at: datetime, zone: str) -> datetime:
        day = local(at, zone).date() + timedelta(days=1)
        while day.weekday() != WEEKDAYS.index(weekday):
            day += timedelta(days=1)
        return placed(datetime.combine(day, clock), zone)

    assert next_weekday(*columns(rows), weekday, clock).to_list() == [plain(*row) for row in rows]


@given(ROWS, CLOCKS, CLOCKS)
def test_a_window_may_cross_midnight(rows: list[tuple[datetime, str]], start: time, until: time) -> None:
    def plain(at: datetime, zone: str) -> bool:
        clock = local(at, zone).time()
        return start <= clock < until if start <= until else not until <= clock < start

    assert within_clock(*columns(rows), start, until).to_list() == [plain(*row) for row in rows]
