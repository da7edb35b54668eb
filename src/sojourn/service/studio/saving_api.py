"""The routes that change drafts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sojourn.engine.clock import SystemClock
from sojourn.model.document import KINDS
from sojourn.model.reader import read_text
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NotAllowed
from sojourn.service.access.guard import Guard
from sojourn.service.studio.drafts_api import Body, DraftBody, draft_body
from sojourn.service.studio.publications import Publications
from sojourn.service.studio.secrets import reveal
from sojourn.workspace.draft_changes import Content, DraftChanges
from sojourn.workspace.draft_errors import StaleDraft
from sojourn.workspace.drafting import Draft
from sojourn.workspace.editing.alignment import same
from sojourn.workspace.editing.document import rewrite
from sojourn.workspace.trash import Deleted


class Written(BaseModel):
    """A document as values, or as YAML."""

    model_config = ConfigDict(extra="forbid")

    document: Body | None = None
    yaml: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Written:
        if (self.document is None) == (self.yaml is None):
            raise ValueError("give `document` or `yaml`")
        return self

    def content(self) -> Content:
        """Return the one that is there."""
        return self.yaml if self.yaml is not None else self.document or {}


class Save(Written):
    """A changed draft."""

    etag: str = Field(description="Of the draft that was changed.")


class Create(Written):
    """A new draft."""

    kind: str
    id: str


class Rename(BaseModel):
    """Another id for a draft."""

    model_config = ConfigDict(extra="forbid")

    id: str
    etag: str


class Conflict(BaseModel):
    """Somebody else changed the draft: nothing is saved."""

    code: str
    message: str
    hint: str | None
    retryable: bool
    draft: DraftBody = Field(description="As it is now.")


class DeletedRow(BaseModel):
    """A document that was deleted."""

    key: str
    kind: str
    id: str
    file: str
    deleted_at: str


Answers = dict[int | str, dict[str, Any]]
CONFLICT: Answers = {409: {"model": Conflict, "description": "The draft was changed since it was read."}}


def saving_routes(changes: DraftChanges, publications: Publications, audit: Audit, guard: Guard) -> APIRouter:
    """Return the routes that save, make, delete, restore and rename drafts."""
    router = APIRouter(prefix="/api", tags=["drafts"])
    builder = Depends(guard.needs("build"))

    def shown(draft: Draft) -> DraftBody:
        return draft_body(draft, changes.drafting, publications)

    def conflict(error: StaleDraft) -> JSONResponse:
        told = Conflict(
            code=error.code, message=error.message, hint=error.hint, retryable=False, draft=shown(error.draft)
        )
        return JSONResponse(told.model_dump(), 409)

    @router.put("/drafts/{kind}/{id}", response_model=DraftBody, responses=CONFLICT)
    def save(kind: str, id: str, wanted: Save, caller: Caller = builder) -> Any:
        """Save a document, errors or not; all that did not change keeps its text, comments included."""
        check_may(caller, kind)
        try:
            saved = changes.drafting.draft(kind, id)
            before, after = changes.save(kind, id, wanted.etag, revealed(wanted.content(), saved))
        except StaleDraft as error:
            return conflict(error)
        audit.record(caller, "draft.save", f"{kind}/{id}", dict(before.document), dict(after.document))
        return shown(after)

    @router.post("/drafts", status_code=201)
    def create(wanted: Create, caller: Caller = builder) -> DraftBody:
        """Make a document in a file of its own."""
        check_may(caller, wanted.kind)
        made = changes.create(wanted.kind, wanted.id, wanted.content())
        audit.record(caller, "draft.create", f"{made.kind}/{made.id}", None, dict(made.document))
        return shown(made)

    @router.delete("/drafts/{kind}/{id}", response_model=DeletedRow, responses=CONFLICT)
    def delete(kind: str, id: str, etag: Annotated[str, Query()], caller: Caller = builder) -> Any:
        """Delete a document of the folder; it can be restored, and what is published goes on."""
        check_may(caller, kind)
        try:
            before, kept = changes.delete(kind, id, etag, SystemClock().now())
        except StaleDraft as error:
            return conflict(error)
        audit.record(caller, "draft.delete", f"{kind}/{id}", dict(before.document), None)
        return deleted_row(kept)

    @router.post("/drafts/{kind}/{id}/rename", response_model=DraftBody, responses=CONFLICT)
    def rename(kind: str, id: str, wanted: Rename, caller: Caller = builder) -> Any:
        """Give a document another id; documents that name it have a problem then, until they are changed."""
        check_may(caller, kind)
        try:
            before, after = changes.rename(kind, id, wanted.etag, wanted.id)
        except StaleDraft as error:
            return conflict(error)
        audit.record(caller, "draft.rename", f"{kind}/{id}", dict(before.document), dict(after.document))
        return shown(after)

    @router.get("/drafts-trash", dependencies=[Depends(guard.needs("read"))])
    def trash() -> list[DeletedRow]:
        """Return the deleted documents, the newest first."""
        return [deleted_row(kept) for kept in changes.trash.all()]

    @router.post("/drafts-trash/{key}/restore")
    def restore(key: str, caller: Caller = builder) -> DraftBody:
        """Put a deleted document back."""
        check_may(caller, changes.trash.find(key).kind)
        made = changes.restore(key)
        audit.record(caller, "draft.restore", f"{made.kind}/{made.id}", None, dict(made.document))
        return shown(made)

    return router


def check_may(caller: Caller, kind: str) -> None:
    """Refuse a caller who may not change documents of a kind.

    Raises
    ------
    NotAllowed
        It is technical, and the caller may not configure.
    """
    model = KINDS.get(kind)
    if model is not None and model.technical and not caller.may("configure"):
        raise NotAllowed("configure", caller.role)


def revealed(content: Content, saved: Draft) -> Content:
    """Return content with what was hidden in the answer as it is saved."""
    if not isinstance(content, str):
        found: Body = reveal(dict(content), dict(saved.document))
        return found
    documents, problems = read_text(content)
    if problems or len(documents) != 1:
        return content
    body = reveal(documents[0].body, dict(saved.document))
    return content if same(body, documents[0].body) else rewrite(content, body, as_json=saved.file.endswith(".json"))


def deleted_row(kept: Deleted) -> DeletedRow:
    """Return a deleted document as answers have it."""
    return DeletedRow(key=kept.key, kind=kept.kind, id=kept.id, file=kept.file, deleted_at=kept.deleted_at)
