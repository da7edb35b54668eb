"""Wall clocks over the changes of daylight saving, against the standard library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.model.wallclock import LOCAL, from_local, to_local, zones_of

ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Seoul", "UTC"]
LONDON_GAP = datetime(2026, 3, 29, 1, 30)


def back(time: datetime, zone: str) -> datetime:
    found: datetime = from_local(pl.Series([time], dtype=LOCAL), pl.Series([zone]))[0]
    return found.astimezone(UTC)


@pytest.mark.parametrize(
    "zone, wall, instant",
    [
        ("America/New_York", datetime(2026, 3, 8, 2, 0), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 2, 59, 59), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 3, 0), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        ("Europe/London", LONDON_GAP, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, 12), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_skipped_time_is_the_first_instant_after_the_gap(zone: str, wall: datetime, instant: datetime) -> None:
    assert back(wall, zone) == instant


@pytest.mark.parametrize(
    "zone, wall, instant",
    [
        ("America/New_York", datetime(2026, 11, 1, 1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 0), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_time_that_comes_twice_is_the_first(zone: str, wall: datetime, instant: datetime) -> None:
    assert back(wall, zone) == instant


@given(
    st.lists(
        st.tuples(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)), st.sampled_from(ZONES)),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_whole_columns_agree_with_the_standard_library(rows: list[tuple[datetime, str]]) -> None:
    instants = pl.Series([at for at, _ in rows], dtype=LOCAL).dt.replace_time_zone("UTC")
    zones = pl.Series([zone for _, zone in rows])
    expected = [at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at, zone in rows]
    local = to_local(instants, zones)
    assert local.to_list() == expected
    again = from_local(local, zones)
    assert all(
        abs(b - a) in (timedelta(), timedelta(hours=1), timedelta(minutes=30))
        for a, b in zip(instants, again, strict=True)
    )
    assert to_local(again, zones).to_list() == expected


def test_null_stays_null() -> None:
    assert from_local(pl.Series([None, LONDON_GAP], dtype=LOCAL), pl.Series(["UTC", "UTC"])).is_null().to_list() == [
        True,
        False,
    ]


def test_a_zone_that_is_none_falls_back() -> None:
    assert zones_of(pl.Series(["Asia/Seoul", "Nowhere/Atall", None]), "UTC", 3).to_list() == [
        "Asia/Seoul",
        "UTC",
        "UTC",
    ]
    assert zones_of(None, "Europe/Berlin", 2).to_list() == ["Europe/Berlin"] * 2
