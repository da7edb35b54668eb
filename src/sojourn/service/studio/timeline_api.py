"""The route of a triggered campaign's time line."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sojourn.journeys.triggered_document import Triggered
from sojourn.model.errors import DocumentError
from sojourn.model.instants import parse_instant, parse_zone
from sojourn.model.parse import parse
from sojourn.model.reader import RawDocument
from sojourn.reports.example_times import time_line
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.reading import FolderFiles
from sojourn.workspace.workspace import settings_of

Row = dict[str, Any]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Zone = Annotated[str, BeforeValidator(parse_zone)]


class TimeLineWish(BaseModel):
    """Which time line."""

    model_config = ConfigDict(extra="forbid")

    document: Row
    timezone: Zone | None = Field(None, description="Of the example profile; none: the workspace's.")
    instants: list[Instant] = Field([], max_length=8, description="Triggers in place of the usual ones.")


class Leaving(BaseModel):
    """A message that leaves."""

    at: str
    channel: str
    template: str
    variant: str | int | None


class Refused(BaseModel):
    """A message that does not leave."""

    at: str
    reason: str
    detail: str | None
    channel: str | None


class Excepted(BaseModel):
    """An exception that was played halfway to the message."""

    index: int = Field(description="Its place in `unless`.")
    at: str
    cancelled: bool


class ExampleTrigger(BaseModel):
    """What happens when the campaign is set off at an instant."""

    name: str = Field(description="`now`, `night`, `noon`, `before_window`, `after_window` or `wished`.")
    at: str
    leaves: list[Leaving]
    refused: list[Refused]
    due_at: str | None = Field(description="When it would leave without window, duration and exceptions.")
    excepted: list[Excepted]


class Period(BaseModel):
    """A stretch of time; `until` is not in it."""

    start: str = Field(alias="from")
    until: str


class TimeLine(BaseModel):
    """When messages would leave, as the simulator has it."""

    timezone: str
    examples: list[ExampleTrigger]
    open: list[Period] | None = Field(description="When messages may leave; null: always.")
    during: Period | None = Field(description="When triggers count; null: always.")


def time_line_routes(runtime: Runtime, drafting: Drafting, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/triggered", tags=["studio"])
    one_at_a_time = threading.Lock()

    @router.post("/timeline", dependencies=[Depends(guard.needs("build"))])
    def timeline(wanted: TimeLineWish) -> TimeLine:
        """Set a draft off at example instants, in a scratch; no message leaves. Its errors are answered as such."""
        parsed = parse(RawDocument(wanted.document))
        if parsed.problems or not isinstance(parsed.document, Triggered):
            raise DocumentError(parsed.problems)
        catalog = drafting.catalog([wanted.document])
        bodies = [raw.body for _, raw in drafting.documents()]
        with one_at_a_time:
            found = time_line(
                parsed.document, wanted.document, bodies, FolderFiles(drafting.folder.directory), catalog,
                wanted.timezone or settings_of(catalog).timezone, runtime.clock.now(), wanted.instants,
            )  # fmt: skip
        return TimeLine(**found)

    return router
