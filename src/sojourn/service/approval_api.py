"""The routes of publishing: at once, or when somebody else has approved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from sojourn.model.reasons import Inside
from sojourn.service.access.approvals import Approval, Approvals, ApprovalState
from sojourn.service.access.audit_api import Difference
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.approving import Approving
from sojourn.service.management import Management
from sojourn.service.workspace_facts import WorkspaceFacts

Comment = Annotated[str, Field(max_length=2_000)]
LARGEST: Final = 2**53
RequestId = Annotated[int, Path(ge=0, le=LARGEST)]


class Strict(BaseModel):
    """A request; what it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class Publish(Strict):
    """What to publish; no ids mean all that can run. What has no versions (a channel) takes effect along with it."""

    ids: list[str] = []
    comment: Comment = Field("", description="For who approves, where that is needed.")
    inside: Inside = Field(
        "finish",
        description="What those inside older versions of these documents do: `finish` there, `move` from where they "
        "wait into the new version, as far as they can, or `leave` at once.",
    )


class Decision(Strict):
    """What to say to who asked."""

    comment: Comment = ""


class Refusing(Strict):
    """Why it is refused."""

    comment: Annotated[str, Field(min_length=1, max_length=2_000)]


class PublishRule(BaseModel):
    """How the caller publishes."""

    by: Literal["publishing", "asking"] = Field(description="`asking`: somebody else must approve it first.")


class PublishOutcome(BaseModel):
    """What became of one document."""

    id: str
    version: int | None = Field(description="Null while nobody has approved.")
    verdict: Literal["published", "already live", "requested"]
    approval: int | None = Field(None, description="Number of the request that somebody must approve.")
    moved: Annotated[int, Field(description="Passages of older versions that went on in this one.")] = 0
    stayed: Annotated[int, Field(description="Passages that could not, and finish on their version.")] = 0
    left: Annotated[int, Field(description="Profiles that left older versions at once.")] = 0


class DocumentChange(BaseModel):
    """How one document would change."""

    subject: str = Field(description="Such as `journey/welcome`.")
    difference: Difference


class ApprovalRow(BaseModel):
    """A publication that somebody asked for."""

    id: int
    requested_at: str
    requested_by: str
    ids: list[str]
    comment: str
    inside: Inside
    state: ApprovalState
    changes: list[DocumentChange] = Field(description="To what ran at the time of the request.")
    changed_since: list[str] = Field(
        description="What is not as it was asked for any more; then it must be asked anew."
    )
    decided_at: str | None
    decided_by: str | None
    decision: str | None


class ApprovalPage(BaseModel):
    """Requests, the newest first."""

    approvals: list[ApprovalRow]
    next: int | None = Field(description="`before` of the next page; null: there are no more.")


class Approved(BaseModel):
    """An approved request, and what became of its documents."""

    approval: ApprovalRow
    published: list[PublishOutcome]


def approval_routes(management: Management, guard: Guard, facts: WorkspaceFacts) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", tags=["publishing"])
    publisher, approver = Depends(guard.needs("publish")), Depends(guard.needs("approve"))
    approvals = Approvals(management.runtime.database)
    approving = Approving(management, approvals)

    def asks(caller: Caller) -> bool:
        return facts.needs_approval() and not caller.may("approve")

    def told(approval: Approval) -> ApprovalRow:
        changed = approving.changed(approval) if approval.state == "waiting" else []
        return ApprovalRow.model_validate({**asdict(approval), "changed_since": changed})

    @router.get("/publish")
    def rule(caller: Caller = publisher) -> PublishRule:
        """Tell whether the caller publishes at once, or asks for it."""
        return PublishRule(by="asking" if asks(caller) else "publishing")

    @router.post("/publish", responses={202: {"description": "Somebody must approve it first."}})
    def publish(wanted: Publish, response: Response, caller: Caller = publisher) -> list[PublishOutcome]:
        """Publish documents of the workspace's folder, all or none; or ask for it, where approval is required."""
        if asks(caller):
            asked = approving.ask(wanted.ids, wanted.comment, caller, wanted.inside)
            response.status_code = 202
            return [PublishOutcome(id=id, version=None, verdict="requested", approval=asked.id) for id in asked.ids]
        return [PublishOutcome(**row) for row in management.publish(wanted.ids, wanted.inside, caller)]

    @router.get("/approvals", dependencies=[Depends(guard.needs("read"))])
    def requests(
        state: ApprovalState | None = None,
        before: Annotated[int | None, Query(ge=0, le=LARGEST)] = None,
        limit: int = Query(50, ge=1, le=200),
    ) -> ApprovalPage:
        """Return the publications that were asked for, the newest first."""
        found = approvals.page(state=state, before=before, limit=limit + 1)
        rows = [told(approval) for approval in found[:limit]]
        return ApprovalPage(approvals=rows, next=rows[-1].id if len(found) > limit else None)

    @router.post("/approvals", status_code=201)
    def ask(wanted: Publish, caller: Caller = publisher) -> ApprovalRow:
        """Ask somebody else to look at a publication, whether that is required or not."""
        return told(approving.ask(wanted.ids, wanted.comment, caller, wanted.inside))

    @router.get("/approvals/{id}", dependencies=[Depends(guard.needs("read"))])
    def request(id: RequestId) -> ApprovalRow:
        """Return one request."""
        return told(approvals.find(id))

    @router.post("/approvals/{id}/approve")
    def approve(id: RequestId, decision: Decision, caller: Caller = approver) -> Approved:
        """Publish what was asked for, exactly as it was then."""
        approval, made = approving.approve(id, decision.comment, caller)
        return Approved(approval=told(approval), published=[PublishOutcome(**row) for row in made])

    @router.post("/approvals/{id}/refuse")
    def refuse(id: RequestId, decision: Refusing, caller: Caller = approver) -> ApprovalRow:
        """Refuse a request, and say why."""
        return told(approving.refuse(id, decision.comment, caller))

    @router.post("/approvals/{id}/withdraw")
    def withdraw(id: RequestId, caller: Caller = publisher) -> ApprovalRow:
        """Take one's own request back."""
        return told(approving.withdraw(id, caller))

    return router
