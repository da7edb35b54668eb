"""When an audience is read or a campaign runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from sojourn.model.errors import Problem
from sojourn.model.forms import ByForm, Model
from sojourn.model.instants import Instant, Recurrence, Zone


class Once(Model):
    """One run at an instant."""

    once: Instant


class Recurring(Model):
    """Runs by a recurrence rule, `until` inclusive; without `starts` from the publication on."""

    rrule: Recurrence
    starts: Instant | None = None
    until: Instant | None = None
    timezone: Zone | None = None


Schedule = Annotated[Literal["asap"] | Once | Recurring, ByForm("schedule")]


def run_times(schedule: object) -> tuple[datetime | None, datetime | None]:
    """Return instants before the first and after the last of which nothing runs, as far as the schedule says so."""
    if isinstance(schedule, Once):
        return schedule.once, schedule.once
    return (schedule.starts, schedule.until) if isinstance(schedule, Recurring) else (None, None)


def check_schedule(schedule: object, path: str) -> Iterable[Problem]:
    """Check that a recurrence ends after its start."""
    if isinstance(schedule, Recurring) and schedule.starts and schedule.until and schedule.until < schedule.starts:
        yield Problem("DOC-046", "`until` is before `starts`", f"{path}.until")
