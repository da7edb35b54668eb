"""Wall-clock time of whole columns, each row in its own zone.

A wall-clock time that a daylight-saving jump skips means the first instant after the gap; one that occurs twice means
the first (spec, section 1).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

LOCAL = pl.Datetime("us")


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Return all IANA zone names."""
    return frozenset(available_timezones())


def zones_of(attribute: pl.Series | None, fallback: str, height: int) -> pl.Series:
    """Return each row's zone: the attribute where it is a zone, else the fallback.

    Parameters
    ----------
    attribute : Series of String or None
        The profiles' `timezone`.
    fallback : str
        An IANA name.
    height : int
        Number of rows, for when there is no attribute.
    """
    if attribute is None:
        return pl.Series("zone", [fallback], dtype=pl.String).new_from_index(0, height)
    names = attribute.unique().drop_nulls().to_list()
    unknown = [name for name in names if name not in known_zones()]
    known = attribute.set(attribute.is_in(unknown), None) if unknown else attribute
    return known.fill_null(fallback).alias("zone")


def to_local(instants: pl.Series, zones: pl.Series) -> pl.Series:
    """Return the wall-clock times of instants, as naive datetimes.

    Examples
    --------
    >>> at = pl.Series([datetime(2026, 3, 2, 20, tzinfo=UTC)])
    >>> to_local(at, pl.Series(["Asia/Seoul"])).to_list()
    [datetime.datetime(2026, 3, 3, 5, 0)]
    """
    return _by_zone(instants, zones, lambda part, zone: part.dt.convert_time_zone(zone).dt.replace_time_zone(None))


def from_local(times: pl.Series, zones: pl.Series) -> pl.Series:
    """Return the instants of wall-clock times.

    Examples
    --------
    >>> gap = pl.Series([datetime(2026, 3, 8, 2, 30)])
    >>> from_local(gap, pl.Series(["America/New_York"])).to_list()
    [datetime.datetime(2026, 3, 8, 7, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))]
    """
    return _by_zone(times, zones, _instants)


def _by_zone(column: pl.Series, zones: pl.Series, convert: object) -> pl.Series:
    distinct = zones.unique()
    if distinct.len() == 1:
        return convert(column, distinct[0])  # type: ignore[operator, no-any-return]
    frame = pl.DataFrame({"i": pl.int_range(column.len(), eager=True), "value": column, "zone": zones})
    parts = [
        part.select("i", pl.Series("value", convert(part["value"], part["zone"][0])))  # type: ignore[operator]
        for part in frame.partition_by("zone")
    ]
    return pl.concat(parts).sort("i")["value"] if parts else column


def _instants(part: pl.Series, zone: str) -> pl.Series:
    placed = part.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    found = placed.dt.convert_time_zone("UTC")
    skipped = (found.is_null() & part.is_not_null()).arg_true()
    if skipped.len():
        ends = pl.Series([_end_of_gap(part[i], zone) for i in skipped], dtype=found.dtype)
        found = found.scatter(skipped, ends)
    return found


def _end_of_gap(time: datetime, zone: str) -> datetime:
    """Return the first instant after the gap in which a wall-clock time falls."""
    info = ZoneInfo(zone)
    before = time.replace(tzinfo=info, fold=0).utcoffset() or timedelta()
    after = time.replace(tzinfo=info, fold=1).utcoffset() or timedelta()
    low, high = (time - max(before, after)).replace(tzinfo=UTC), (time - min(before, after)).replace(tzinfo=UTC)
    old = low.astimezone(info).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(info).utcoffset() == old else (low, middle)
    return high.replace(microsecond=0)
