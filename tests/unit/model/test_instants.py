from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.model.instants import (
    format_duration,
    parse_clock,
    parse_duration,
    parse_instant,
    parse_local,
    parse_rate,
    parse_rrule,
    parse_zone,
    parse_zone_or_profile,
)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("45s", 45 / 3600),
        ("15m", 0.25),
        ("2h", 2),
        ("1d", 24),
        ("2w", 336),
        ("1d12h", 36),
        ("PT90M", 1.5),
        ("P1DT2H", 26),
    ],
)
def test_durations_are_read(text: str, hours: float) -> None:
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["3 fortnights", "", "1", "P", "PT", "P1M", "1h ", "-1h", "1.5h", "h", 5, True, None, []]
)
def test_what_is_no_duration_is_named(text: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration; write it like"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["36501d", "999999999999w", "P999999999999D"])
def test_a_duration_over_the_limit_names_the_limit(text: str) -> None:
    with pytest.raises(ValueError, match="36500d"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=36_000)))
def test_a_duration_reads_back(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


def test_instants_are_in_utc() -> None:
    assert parse_instant("2026-03-01T09:00:00+09:00") == datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_instant("2026-03-01t09:00:00.5z") == datetime(2026, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-03-01", "2026-03-01T09:00:00", "2026-13-01T09:00:00Z", "soon", 5, "0001-01-01T00:00:00+23:00"]
)
def test_what_is_no_instant_is_named(text: object) -> None:
    with pytest.raises(ValueError, match="is not an instant"):
        parse_instant(text)


def test_wall_clock_times() -> None:
    assert parse_clock("14:00") == time(14)
    assert parse_clock("23:59:30") == time(23, 59, 30)
    assert parse_local("2026-03-01 09:00") == datetime(2026, 3, 1, 9)


@pytest.mark.parametrize("text", ["24:00", "9:00", "14:60", "14", 840])
def test_what_is_no_clock_time_is_named(text: object) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        parse_clock(text)


def test_zones() -> None:
    assert parse_zone("Asia/Seoul") == "Asia/Seoul"
    assert parse_zone_or_profile("profile") == "profile"
    with pytest.raises(ValueError, match=r"`America/New_Yrok`.*did you mean `America/New_York`"):
        parse_zone("America/New_Yrok")
    with pytest.raises(ValueError, match="is not an IANA time zone"):
        parse_zone("../../etc/passwd")


def test_rates() -> None:
    rate = parse_rate("5000/s")
    assert (rate.per_s, str(rate)) == (5000, "5000/s")
    assert parse_rate("60/h").per == timedelta(hours=1)


@pytest.mark.parametrize("text", ["0/s", "5", "5/w", "x/s", 5])
def test_what_is_no_rate_is_named(text: object) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=DAILY;UNTIL=20260401T000000Z"])
def test_recurrences_are_read(text: str) -> None:
    assert parse_rrule(text) == text


@pytest.mark.parametrize(
    "text", ["FREQ=FORTNIGHTLY", "FREQ=DAILY;BYDAY=XX", "BYDAY=MO", "", 5, "FREQ=DAILY;INTERVAL=x"]
)
def test_what_is_no_recurrence_is_named(text: object) -> None:
    with pytest.raises(ValueError, match="is not a recurrence rule"):
        parse_rrule(text)
