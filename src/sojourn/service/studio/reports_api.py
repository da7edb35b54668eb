"""The routes of reports: one document by one thing, and its experiment."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, Field

from sojourn.model.instants import parse_instant, parse_zone
from sojourn.reports.breakdown import By, breakdown
from sojourn.reports.experiment import experiment
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.patience import patience

PATIENCE_S = 30.0
Zone = Annotated[str, BeforeValidator(parse_zone)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]


class BreakdownRow(BaseModel):
    """What has one thing in common."""

    key: str | None = Field(description="Null: it is not known, or there is none.")
    counts: dict[str, int] = Field(description="`sent` and the kinds of feedback; over time `entered`, `converted`, …")


class Breakdown(BaseModel):
    """A document's messages by one thing."""

    by: str
    zone: str
    rows: list[BreakdownRow]


class IntervalRow(BaseModel):
    """Where the true difference is."""

    low: float
    high: float
    p: float


class GroupResult(BaseModel):
    """A group's outcome, and beside the control the difference."""

    name: str
    n: int
    total: float
    mean: float
    difference: float | None
    lift: float | None = Field(description="The difference in relation to the control's mean.")
    fixed: IntervalRow | None = Field(description="Holds if it is looked at once, at a size chosen before.")
    anytime: IntervalRow | None = Field(description="Holds at every look.")


class Goal(BaseModel):
    """A goal's outcome in all groups."""

    goal: str
    measure: Literal["rate", "value"]
    groups: list[GroupResult]


class GroupSize(BaseModel):
    """A group's size."""

    name: str
    receipts: int
    expected: float | None


class Ratio(BaseModel):
    """Whether the groups are as large as their shares say."""

    p: float | None
    alarm: bool


class Experiment(BaseModel):
    """The variants of a document beside its control group."""

    id: str
    control: str
    confidence: float
    groups: list[GroupSize]
    ratio: Ratio
    goals: list[Goal]


def report_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/documents", tags=["reports"])
    reads = [Depends(guard.needs("read"))]

    @router.get("/{id}/breakdown", dependencies=reads)
    def get_breakdown(
        id: str, by: By, zone: Zone = "UTC", since: Instant | None = None, until: Instant | None = None
    ) -> Breakdown:
        """Count messages and what came back by time, channel, domain, link, variant or the profile's local hour."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the report"):
            return Breakdown(**breakdown(cursor, runtime.engine.processor.program, id, by, zone, since, until))

    @router.get("/{id}/experiment", dependencies=reads)
    def get_experiment(id: str, value: str | None = None) -> Experiment:
        """Compare variants with the control group: lift, intervals, and whether the groups are uneven."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the report"):
            return Experiment(**experiment(cursor, runtime.engine.processor.program, id, value))

    return router
