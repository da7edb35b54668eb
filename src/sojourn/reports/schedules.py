"""When a schedule that is being edited would run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from sojourn.engine.schedule import next_of
from sojourn.journeys.program import AudienceRun
from sojourn.model.instants import format_instant, parse_zone
from sojourn.model.schedule import Once, Recurring, Schedule, check_schedule

Row = dict[str, Any]
_SCHEDULE: Final[TypeAdapter[Any]] = TypeAdapter(Schedule)


def next_runs(schedule: object, zone: str, now: datetime, count: int) -> Row:
    """Return the next runs of a schedule that would be published now.

    Parameters
    ----------
    schedule : JSON value
        As a document has it: `asap`, `{once}` or `{rrule, starts, until, timezone}`.
    zone : str
        The clock of its wall-clock times, where it names none.

    Returns
    -------
    dict
        `runs` (RFC 3339), `timezone`, and `problem`: what is wrong with the schedule, or None.
    """
    try:
        read = _SCHEDULE.validate_python(schedule)
        clock = parse_zone(getattr(read, "timezone", None) or zone)
    except ValidationError as error:
        return _wrong(zone, error.errors(include_url=False)[0]["msg"].removeprefix("Value error, "))
    except ValueError as error:
        return _wrong(zone, str(error))
    problem = next(iter(check_schedule(read, "schedule")), None)
    if problem is not None:
        return _wrong(clock, problem.message)
    return {"runs": [format_instant(at) for at in _instants(read, clock, now, count)], "timezone": clock,
            "problem": None}  # fmt: skip


def _instants(schedule: object, zone: str, now: datetime, count: int) -> list[datetime]:
    run = _run(schedule, zone)
    found: list[datetime] = []
    while len(found) < count:
        at = next_of(run, now, found[-1] if found else None)
        if at is None:
            break
        found.append(at)
    return found


def _run(schedule: object, zone: str) -> AudienceRun:
    if isinstance(schedule, Once):
        return AudienceRun("", once=schedule.once)
    if isinstance(schedule, Recurring):
        return AudienceRun(
            "", rrule=schedule.rrule, starts=schedule.starts, until=schedule.until, timezone=zone
        )  # fmt: skip
    return AudienceRun("", asap=True)


def _wrong(zone: str, message: str) -> Row:
    return {"runs": [], "timezone": zone, "problem": message}
