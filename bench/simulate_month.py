"""A month of events goes through the journey of the demo in the simulator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import polars as pl

from bench.result import Result, Size, timed
from bench.shop import BASE, START, ZONES, first_message
from sojourn import simulate

EVENTS: Final = 1_000_000
PROFILES: Final = 20_000
MONTH: Final = timedelta(days=30)


def measure(size: Size) -> list[Result]:
    """Simulate; the ceiling is Polars, which reads the same calls into a table and counts them by profile."""
    people = [_person(i) for i in range(size.of(PROFILES))]
    calls = _calls(size.of(EVENTS), len(people))
    with timed() as watch:
        found = simulate(
            [*BASE, first_message("asap")], calls, start=START, until=START + MONTH, tables={"profile": people}
        )
    with timed() as by_hand:
        pl.DataFrame(calls).group_by("userId", "event").len()
    if len(found.passages) != len(people):
        raise AssertionError(f"{len(found.passages)} passages of {len(people)} profiles")
    details = {"events": len(calls), "profiles": len(people), "messages": len(found.messages)}
    return [Result("simulate_month", watch.seconds, "s", by_hand.seconds, lower_is_better=True, details=details)]


def _person(i: int) -> dict[str, Any]:
    return {
        "profile_id": f"c{i:09d}", "email": f"customer{i}@demo.example", "timezone": ZONES[i % len(ZONES)],
        "first_name": f"Ann{i % 1000}", "city": f"City {i % 500}", "orders": 2 + i % 7,
    }  # fmt: skip


def _calls(count: int, people: int) -> list[dict[str, Any]]:
    step = MONTH / (count + 1)
    return [
        {"type": "track", "userId": f"c{i * 7919 % people:09d}", "event": "purchase",
         "timestamp": START + step * (i + 1), "properties": {"invoice": f"i{i}", "amount": i % 100}}
        for i in range(count)
    ]  # fmt: skip
