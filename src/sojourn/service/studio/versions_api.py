"""The routes about versions and publications."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from sojourn.journeys.moving import Reason
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NotAllowed
from sojourn.service.access.guard import Guard
from sojourn.service.studio.versions import Versions

ChangeKind = Literal["added", "removed", "changed"]


class Change(BaseModel):
    """One thing that differs."""

    path: str = Field(description="Such as `nodes[first].template`; empty: the document as a whole.")
    kind: ChangeKind
    before: Any = None
    after: Any = None


class VersionRow(BaseModel):
    """A published version."""

    version: int
    state: str
    published_at: str
    inside: int = Field(description="Profiles inside it, waiting to enter, or with a message of it held.")
    yaml: str
    changes: list[Change] = Field(description="What differs from the version before.")


class DraftChange(BaseModel):
    """The folder's document beside the newest version."""

    yaml: str
    changes: list[Change]


class History(BaseModel):
    """A document's versions, the newest first."""

    id: str
    kind: str
    versions: list[VersionRow]
    draft: DraftChange | None = Field(description="Null when the folder does not have the document any more.")


class Wanted(BaseModel):
    """What would be published; no ids mean all that can run."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = []
    documents: list[dict[str, Any]] = Field(
        default=[], max_length=100, description="Unsaved documents, as if they were saved before."
    )


class StayingPassages(BaseModel):
    """Passages that wait at one step and cannot go on in the new version, and why."""

    step: str
    passages: int
    reason: Reason = Field(
        description="`kind`: only passages of journeys move. `entry`, `timezone`: the versions let people in "
        "differently, or have another clock. `removed`, `changed`: the new version does not have the step, or it waits "
        "otherwise. `bound`: they wait for what the old version asked for, such as a reaction to its message. "
        "`repeats`: a step that they may have passed comes again. `looks_back`: what comes then reads what they do not "
        "have. `held`: quiet hours or a pause hold something of theirs."
    )
    later: str | None = Field(description="The step after it that is in the way, if it is one.")
    source: str | None = Field(description="Of `looks_back`: the step that is looked back at.")


class InsideVersion(BaseModel):
    """Profiles inside a version, and what becomes of them."""

    version: int
    profiles: int
    then: Literal["stay", "finish"] = Field(
        description="`stay`: the version goes on. `finish`: they go to the end as it stood when they entered, unless "
        "the publication lets them move or leave."
    )
    moving: int = Field(description="Passages that can move into the new version.")
    staying: list[StayingPassages] = Field(description="All others: they finish in any case.")


class Rehearsed(BaseModel):
    """What would become of a document."""

    id: str
    kind: str
    version: int
    verdict: Literal["published", "already live"]
    changes: list[Change]
    inside: list[InsideVersion]


class DataChange(BaseModel):
    """A document without versions that a publication lets take effect."""

    id: str
    kind: str
    verdict: ChangeKind
    changes: list[Change]


class Rehearsal(BaseModel):
    """What a publication would change."""

    documents: list[Rehearsed]
    data: list[DataChange]


def version_routes(versions: Versions, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", tags=["documents"])

    @router.get("/documents/{id}/changes", dependencies=[Depends(guard.needs("read"))])
    def changes(id: str) -> History:
        """Return a document's versions, the newest first, with what differs, and the draft beside them."""
        return History(**versions.changes(id))

    reader = Depends(guard.needs("read"))

    @router.post("/publish/preview")
    def preview(wanted: Wanted, caller: Caller = reader) -> Rehearsal:
        """Tell what a publication would change, and for whom; errors are those of the publication."""
        if wanted.documents and not caller.may("build"):
            raise NotAllowed("build", caller.role)
        return Rehearsal(**versions.rehearse(wanted.ids, wanted.documents))

    return router
