"""Clocks: that of this machine, and one that runs fast."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from sojourn.engine.clock import AcceleratedClock, SystemClock

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_system_clock_is_that_of_this_machine_in_utc() -> None:
    now = SystemClock().now()
    assert abs(now.timestamp() - time.time()) < 1
    assert now.tzinfo is UTC


def test_seconds_until_the_past_are_none() -> None:
    assert SystemClock().seconds_until(START) == 0
    assert AcceleratedClock(START).seconds_until(START - timedelta(days=1)) == 0


def test_a_fast_clock_needs_less_real_time() -> None:
    clock = AcceleratedClock(START, speed=36_000)
    assert 0.05 < clock.seconds_until(START + timedelta(hours=1)) <= 0.1
    began = time.monotonic()
    clock.sleep_until(START + timedelta(hours=1))
    assert time.monotonic() - began < 1
    assert clock.now() >= START + timedelta(hours=1)


def test_a_change_of_speed_does_not_move_the_instant() -> None:
    clock = AcceleratedClock(START, speed=1)
    clock.speed = 1_000_000
    clock.speed = 0.001
    first = clock.now()
    assert START <= first < START + timedelta(days=30)
    assert clock.now() - first < timedelta(seconds=1)
    assert clock.speed == 0.001


@pytest.mark.parametrize("speed", [0, -1, float("nan"), 1e9])
def test_a_clock_does_not_stand_still_or_go_back(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        AcceleratedClock(START, speed)


def test_another_zone_is_the_same_instant() -> None:
    local = datetime.fromisoformat("2026-03-02T09:00:00+09:00")
    assert abs(AcceleratedClock(local).now() - START) < timedelta(seconds=5)
    assert AcceleratedClock(local).now().tzinfo is UTC
