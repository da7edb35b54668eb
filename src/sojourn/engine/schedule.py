"""When audiences are read into lines, and when lines end: instants that concern everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import polars as pl
from dateutil.rrule import rruleset, rrulestr

from sojourn.journeys.program import AudienceRun, Line
from sojourn.model.wallclock import from_local

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Occasion:
    """Something that happens to a whole line: `run` reads its audience, `end` takes those inside out.

    Of several at one instant, the line that comes first in the program goes first (`rank`); `campaign` is whatever a
    campaign has to do then. Before all lines comes `sweep`: everybody's membership in the audiences that need it is
    looked at.
    """

    at: datetime
    rank: int
    doc: int
    what: Literal["run", "end", "campaign", "sweep"]


def next_sweep(every: timedelta, last: datetime) -> datetime:
    """Return the next full hour, or whatever `every` is, after an instant.

    >>> next_sweep(timedelta(hours=1), datetime(2026, 3, 2, 9, tzinfo=UTC)).hour
    10
    """
    return EPOCH + ((last - EPOCH) // every + 1) * every


def next_run(line: Line, last_run_at: datetime | None) -> datetime | None:
    """Return the instant of a line's next read after its last one, or None."""
    run, published = line.entry.run, line.published_at
    if run is None or line.entry.business_event or published is None or not line.entries:
        return None
    return next_of(run, published, last_run_at)


def next_of(run: AudienceRun, published: datetime, last_run_at: datetime | None) -> datetime | None:
    """Return the instant of a schedule's next run after its last one, or None."""
    if run.rrule is None:
        at = published if run.asap else run.once
        return at if last_run_at is None and at is not None and at >= published else None
    return next_occurrence(run, published, last_run_at)


def next_occurrence(run: AudienceRun, published: datetime, last: datetime | None) -> datetime | None:
    """Return the next instant of a recurrence, not before publication; wall-clock times keep over clock changes."""
    zone = run.timezone or "UTC"
    start = (run.starts or published).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    rule = rrulestr(_naive(run.rrule or "", zone), dtstart=start, forceset=True)
    assert isinstance(rule, rruleset)
    after = last.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if last else start - timedelta(seconds=1)
    for local in rule.xafter(after, inc=False):
        at = from_local(pl.Series([local], dtype=pl.Datetime("us")), pl.Series([zone]))[0].astimezone(UTC)
        if run.until is not None and at > run.until:
            return None
        if at >= published and (last is None or at > last):
            return datetime.fromtimestamp(at.timestamp(), UTC)
    return None


def _naive(rule: str, zone: str) -> str:
    """Write a rule's own UNTIL, an instant, as wall clock, as the start is."""
    parts = []
    for part in rule.removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name == "UNTIL" and value.endswith("Z"):
            instant = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            value = instant.astimezone(ZoneInfo(zone)).strftime("%Y%m%dT%H%M%S")
        parts.append(f"{name}={value}")
    return ";".join(parts)
