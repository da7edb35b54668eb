"""When audiences are read: once, at publication, or by a recurrence in a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

from sojourn.engine.schedule import next_occurrence
from sojourn.journeys.program import AudienceRun

PUBLISHED = datetime(2026, 3, 6, tzinfo=UTC)


def runs(rule: str, count: int, **fields: object) -> list[str]:
    run = AudienceRun("all", rrule=rule, **fields)  # type: ignore[arg-type]

    def every() -> object:
        last = None
        while (last := next_occurrence(run, PUBLISHED, last)) is not None:
            yield last

    return [at.isoformat()[:16] for at in islice(every(), count)]  # type: ignore[call-overload]


def test_a_local_hour_keeps_over_the_change_of_clocks() -> None:
    found = runs("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", 4, timezone="America/New_York")
    assert found == ["2026-03-06T14:00", "2026-03-07T14:00", "2026-03-08T13:00", "2026-03-09T13:00"]


def test_a_time_that_is_skipped_runs_once_after_the_gap() -> None:
    found = runs("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0", 4, timezone="America/New_York")
    assert found == ["2026-03-06T07:30", "2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"]


def test_until_is_inclusive() -> None:
    until = PUBLISHED + timedelta(days=1)
    assert runs("FREQ=DAILY", 9, until=until) == ["2026-03-06T00:00", "2026-03-07T00:00"]
    assert runs("FREQ=DAILY", 9, until=until - timedelta(microseconds=1)) == ["2026-03-06T00:00"]


def test_the_rules_own_until_is_an_instant() -> None:
    found = runs("FREQ=DAILY;UNTIL=20260307T150000Z", 9, starts=PUBLISHED + timedelta(hours=15), timezone="Asia/Seoul")
    assert found == ["2026-03-06T15:00", "2026-03-07T15:00"]


def test_runs_before_publication_are_over() -> None:
    assert runs("FREQ=WEEKLY", 2, starts=PUBLISHED - timedelta(days=10)) == ["2026-03-10T00:00", "2026-03-17T00:00"]


def test_a_rule_that_never_comes_ends() -> None:
    assert runs("FREQ=DAILY;COUNT=2", 9, starts=PUBLISHED - timedelta(days=10)) == []
