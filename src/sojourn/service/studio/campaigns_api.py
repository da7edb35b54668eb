"""The routes of the campaign canvas: exact counts while one edits, and when a schedule runs next."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from sojourn.reports.runs import plain
from sojourn.reports.schedules import next_runs
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.studio.tallies import Tallies
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.workspace import settings_of

Row = dict[str, Any]


class Edited(BaseModel):
    """A campaign as it is being edited."""

    model_config = ConfigDict(extra="forbid")

    document: Row
    parameters: Row = Field({}, description="Stand in for those of a signal.")
    anew: bool = Field(False, description="Count everything again, also what did not change.")


class Look(BaseModel):
    """Which rows to show."""

    model_config = ConfigDict(extra="forbid")

    transition: str
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0)


class WorkRows(BaseModel):
    """A transition that was counted, or an activity that failed."""

    source: str = Field(alias="from", description="`activity` or `activity.outlet`.")
    activity: str
    rows: int | None = Field(None, description="How many rows; of an activity that sends, how many messages.")
    sends: bool = False
    entity: str | None = None
    columns: dict[str, str] = Field({}, description="Types by name.")
    code: str | None = None
    error: str | None = None


class Tallied(BaseModel):
    """The exact counts of a draft."""

    transitions: list[WorkRows] = Field(description="What has errors, and what is behind it, is not there.")
    recounted: list[str] = Field(description="Activities that were counted now; the others had not changed.")
    took_ms: float


class Looked(BaseModel):
    """Rows of a transition."""

    rows: list[Row]


class Timetable(BaseModel):
    """A schedule as it is being edited."""

    model_config = ConfigDict(extra="forbid")

    schedule: Any
    timezone: str | None = Field(None, description="The clock of the document; none: the workspace's.")
    count: int = Field(10, ge=1, le=100)


class NextRuns(BaseModel):
    """When a schedule would run, were it published now."""

    runs: list[str] = Field(description="RFC 3339, the next first.")
    timezone: str = Field(description="The zone of its wall-clock times.")
    problem: str | None = Field(None, description="What is wrong with the schedule; then there are no runs.")


def campaign_canvas_routes(runtime: Runtime, drafting: Drafting, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", tags=["studio"])
    tallies = Tallies(runtime, drafting)
    runtime.closing.append(tallies.close)
    builder = Depends(guard.needs("build"))
    seer = Depends(guard.needs("build", "profiles"))

    @router.post("/campaigns/count")
    def count(wanted: Edited, caller: Caller = builder) -> Tallied:
        """Count, exactly, all that a draft does before its messages, and the messages; nothing is sent or saved."""
        began = time.perf_counter()
        rows, recounted = tallies.count(caller.id, wanted.document, wanted.parameters, anew=wanted.anew)
        took = round((time.perf_counter() - began) * 1_000, 1)
        return Tallied(transitions=[WorkRows(**row) for row in rows], recounted=recounted, took_ms=took)

    @router.post("/campaigns/{id}/look")
    def look(id: str, wanted: Look, caller: Caller = seer) -> Looked:
        """Return rows of a transition of the draft as it was counted last."""
        found = tallies.look(caller.id, id, wanted.transition, wanted.limit, wanted.offset)
        return Looked(rows=[plain(row) for row in found])

    @router.post("/schedules/next", dependencies=[Depends(guard.needs("read"))])
    def next_of_schedule(wanted: Timetable) -> NextRuns:
        """Return the next runs of a schedule, were it published now."""
        zone = wanted.timezone or settings_of(drafting.catalog()).timezone
        return NextRuns(**next_runs(wanted.schedule, zone, runtime.clock.now(), wanted.count))

    return router
