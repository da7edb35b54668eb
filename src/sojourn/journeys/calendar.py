"""Instants by wall clock, for whole columns: the next such hour, calendar days, weekdays."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import polars as pl

from sojourn.model.wallclock import from_local, to_local

DAY_US = 86_400_000_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _clock(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _days(instants: pl.Series, zones: pl.Series) -> pl.Series:
    return to_local(instants, zones).dt.truncate("1d").alias("day")


def next_clock(instants: pl.Series, zones: pl.Series, at: time) -> pl.Series:
    """Return the next instant that shows a time of day; the instant itself if it does.

    Examples
    --------
    >>> from datetime import UTC
    >>> next_clock(pl.Series([datetime(2026, 3, 3, 14, 1, tzinfo=UTC)]), pl.Series(["UTC"]), time(14))[0].day
    4
    """
    today = _days(instants, zones) + _clock(at)
    first, second = from_local(today, zones), from_local(today + timedelta(days=1), zones)
    return first.zip_with(first >= instants, second)


def days_later(instants: pl.Series, zones: pl.Series, days: int, at: time) -> pl.Series:
    """Return a time of day so many local dates later; one that is past means at once."""
    found = from_local(_days(instants, zones) + timedelta(days=days) + _clock(at), zones)
    return found.zip_with(found >= instants, instants)


def next_weekday(instants: pl.Series, zones: pl.Series, weekday: str, at: time) -> pl.Series:
    """Return a time of day on the next such weekday, strictly a later day."""
    days = _days(instants, zones)
    ahead = (WEEKDAYS.index(weekday) + 1 - days.dt.weekday().cast(pl.Int32) + 6) % 7 + 1
    return from_local(days + (ahead.cast(pl.Int64) * DAY_US).cast(pl.Duration("us")) + _clock(at), zones)


def within_clock(instants: pl.Series, zones: pl.Series, start: time, until: time) -> pl.Series:
    """Tell whether the wall clock is in a window, which may cross midnight; `until` is exclusive."""
    clock = to_local(instants, zones).dt.time()
    late, early = clock >= start, clock < until
    return (late | early) if start > until else (late & early)


def within_local(instants: pl.Series, zones: pl.Series, start: datetime, until: datetime) -> pl.Series:
    """Tell whether the wall clock is in a period of local dates and times; `until` is exclusive."""
    local = to_local(instants, zones)
    return (local >= start) & (local < until)
