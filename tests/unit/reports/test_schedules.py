"""When a schedule that is being edited would run."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sojourn.reports.schedules import next_runs

NOW = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)


def test_wall_clock_times_keep_over_a_change_of_clocks() -> None:
    found = next_runs({"rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"}, "Europe/Berlin", NOW, 3)
    assert found == {
        "runs": ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"],
        "timezone": "Europe/Berlin", "problem": None,
    }  # fmt: skip


def test_the_schedules_own_zone_goes_first_and_the_last_run_is_the_last() -> None:
    schedule = {"rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "timezone": "Asia/Seoul",
                "until": "2026-04-06T00:00:00Z"}  # fmt: skip
    found = next_runs(schedule, "UTC", NOW, 10)
    assert (found["runs"], found["timezone"]) == (["2026-03-30T00:00:00Z", "2026-04-06T00:00:00Z"], "Asia/Seoul")


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("asap", ["2026-03-27T12:00:00Z"]),
        ({"once": "2026-03-28T09:00:00Z"}, ["2026-03-28T09:00:00Z"]),
        ({"once": "2026-03-01T09:00:00Z"}, []),
    ],
    ids=["asap", "once", "past"],
)
def test_what_runs_once(schedule: object, runs: list[str]) -> None:
    assert next_runs(schedule, "UTC", NOW, 10)["runs"] == runs


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ({"rrule": "every day"}, "recurrence rule"),
        ({"rrule": "FREQ=DAILY", "starts": "2026-04-02T00:00:00Z", "until": "2026-04-01T00:00:00Z"}, "before `starts`"),
        ({"rrule": "FREQ=DAILY", "timezone": "Mars/Olympus"}, "time zone"),
        (7, ""),
    ],
    ids=["rule", "until", "zone", "number"],
)
def test_what_is_wrong_is_said(schedule: object, problem: str) -> None:
    found = next_runs(schedule, "UTC", NOW, 10)
    assert found["runs"] == []
    assert problem in found["problem"]
