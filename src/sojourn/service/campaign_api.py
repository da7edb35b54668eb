"""The routes of campaigns."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.answers.runs import Run, Signalled, TransitionRows
from sojourn.service.management import Management

Row = dict[str, Any]


class Signal(BaseModel):
    """What a signal brings along; parameters that the campaign does not declare are text."""

    model_config = ConfigDict(extra="forbid")

    parameters: dict[str, Any] = {}


class Draft(BaseModel):
    """A campaign as it is being edited."""

    model_config = ConfigDict(extra="forbid")

    id: str
    document: dict[str, Any] | None = Field(None, description="Without it the campaign of the workspace's folder.")
    parameters: dict[str, Any] = Field({}, description="Stand in for those of a signal.")
    sample: int = Field(10, ge=0, le=1_000, description="Rows shown of each transition.")


class CountedTransition(BaseModel):
    """One transition of a preview, or an activity that failed."""

    source: str = Field(alias="from", description="`activity` or `activity.outlet`.")
    rows: int | None = None
    sample: list[Row] = []
    code: str | None = None
    error: str | None = None


def campaign_routes(management: Management, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/campaigns", tags=["campaigns"])
    publisher = Depends(guard.needs("publish"))
    campaigning = management.campaigning

    @router.get("/{id}/runs", response_model=list[Run], dependencies=[Depends(guard.needs("read"))])
    def runs(id: str, limit: int = Query(20, ge=1, le=1_000)) -> list[Row]:
        """Return the runs of a campaign, the newest first: activities, exact counts, alerts."""
        return campaigning.runs(id, limit)

    @router.get(
        "/{id}/runs/{run}/transitions/{transition}",
        response_model=TransitionRows,
        dependencies=[Depends(guard.needs("read", "profiles"))],
    )
    def rows(
        id: str, run: Annotated[int, Path(ge=0, lt=2**31)], transition: str,
        limit: int = Query(100, ge=1, le=1_000), offset: int = Query(0, ge=0, lt=2**53),
    ) -> Row:  # fmt: skip
        """Return rows of a transition."""
        return campaigning.rows(id, run, transition, limit, offset)

    @router.post("/{id}/signal", response_model=Signalled)
    def signal(id: str, wanted: Signal, caller: Caller = publisher) -> Row:
        """Start a run of a campaign that starts by a signal."""
        return management.signal(id, wanted.parameters, caller)

    @router.post(
        "/preview", dependencies=[Depends(guard.needs("build", "profiles"))], response_model=list[CountedTransition]
    )
    def preview(draft: Draft) -> list[Row]:
        """Count, exactly, all that comes before the messages of a draft; nothing is sent or saved."""
        return campaigning.preview(draft.id, draft.document, draft.parameters, draft.sample)

    return router
