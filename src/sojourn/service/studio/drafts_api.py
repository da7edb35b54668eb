"""The routes of drafts: the documents of the workspace's folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from sojourn.model.errors import Problem
from sojourn.model.instants import format_instant
from sojourn.model.reader import RawDocument
from sojourn.model.reasons import Lifecycle
from sojourn.service.access.guard import Guard
from sojourn.service.studio.problems import DocumentKey, ProblemRow, problem_rows
from sojourn.service.studio.publications import Publications, Published
from sojourn.service.studio.secrets import hide, hide_text
from sojourn.workspace.drafting import Draft, Drafting
from sojourn.workspace.folder import DocumentFile

Body = dict[str, Any]


class DraftRow(BaseModel):
    """One document of the folder."""

    kind: str
    id: str
    name: str = Field(description="Its title, else its id.")
    file: str
    labels: list[str]
    state: Lifecycle | None = Field(description="Lifecycle of the published one; null: not published, or no versions.")
    version: int | None
    changed: bool = Field(description="Whether it differs from what runs.")
    errors: int
    warnings: int
    modified_at: str


class PublishedRow(BaseModel):
    """The document as it runs."""

    version: int | None = Field(description="Null for kinds that have no versions.")
    state: Lifecycle | None
    published_at: str | None
    document: Body


class DraftBody(BaseModel):
    """One document, as its file has it."""

    kind: str
    id: str
    file: str
    line: int = Field(description="The line of the file at which `yaml` begins.")
    etag: str
    yaml: str
    document: Body
    problems: list[ProblemRow] = Field(description="Those of this document; lines are those of the file.")
    published: PublishedRow | None
    modified_at: str


class Unsaved(BaseModel):
    """Documents that are being edited: each stands in for the saved one of its kind and id, or is new."""

    model_config = ConfigDict(extra="forbid")

    documents: list[Body] = Field([], max_length=500)
    yaml: list[str] = Field([], max_length=500, description="Texts; their problems have lines and columns of the text.")
    removed: list[DocumentKey] = Field([], max_length=500, description="Documents that are looked away from.")


class Checked(BaseModel):
    """What `sojourn validate` says."""

    problems: list[ProblemRow]


def draft_routes(drafting: Drafting, publications: Publications, guard: Guard) -> APIRouter:
    """Return the routes that read and check drafts."""
    router = APIRouter(prefix="/api/drafts", tags=["drafts"])
    reads = [Depends(guard.needs("read"))]

    @router.get("", dependencies=reads)
    def list_drafts() -> list[DraftRow]:
        """Return all documents of the folder, those with errors included."""
        return list(draft_rows(drafting, publications))

    @router.get("/problems", dependencies=reads)
    def problems() -> Checked:
        """Return all problems of the folder, those of files that cannot be read included."""
        return Checked(problems=problem_rows(drafting.problems()))

    @router.post("/check", dependencies=reads)
    def check(unsaved: Unsaved) -> Checked:
        """Check unsaved documents over the others of the folder; nothing is saved."""
        removed = [(key.kind, key.id) for key in unsaved.removed]
        return Checked(problems=problem_rows(drafting.check(unsaved.documents, unsaved.yaml, removed)))

    @router.get("/{kind}/{id}", dependencies=reads)
    def get_draft(kind: str, id: str) -> DraftBody:
        """Return one document with its text, its problems and what is published of it."""
        return draft_body(drafting.draft(kind, id), drafting, publications)

    return router


def draft_rows(drafting: Drafting, publications: Publications) -> Iterable[DraftRow]:
    """Yield the rows of all documents."""
    counts = Counter((problem.document, problem.severity) for problem in drafting.problems())
    published = publications.all()
    for file, raw in drafting.documents():
        key = (raw.kind, raw.id)
        running = published.get(key)
        yield DraftRow(
            kind=raw.kind, id=raw.id, name=_title(raw), file=file.name, labels=_labels(raw),
            state=running.state if running else None, version=running.version if running else None,
            changed=running is None or running.document != raw.body,
            errors=counts[key, "error"], warnings=counts[key, "warning"], modified_at=_modified(file),
        )  # fmt: skip


def draft_body(draft: Draft, drafting: Drafting, publications: Publications) -> DraftBody:
    """Return a draft as answers have it."""
    key = (draft.kind, draft.id)
    mine: list[Problem] = [problem for problem in drafting.problems() if problem.document == key]
    return DraftBody(
        kind=draft.kind, id=draft.id, file=draft.file, line=draft.line, etag=draft.etag,
        yaml=hide_text(draft.text, draft.document, as_json=draft.file.endswith(".json")),
        document=hide(draft.document), problems=problem_rows(mine), published=_published(publications.all().get(key)),
        modified_at=_modified(draft),
    )  # fmt: skip


def _published(found: Published | None) -> PublishedRow | None:
    if found is None:
        return None
    at = format_instant(found.published_at) if found.published_at is not None else None
    return PublishedRow(version=found.version, state=found.state, published_at=at, document=hide(found.document))


def _title(raw: RawDocument) -> str:
    title = raw.body.get("title")
    return title if isinstance(title, str) and title else raw.id


def _labels(raw: RawDocument) -> list[str]:
    labels = raw.body.get("labels")
    return [label for label in labels if isinstance(label, str)] if isinstance(labels, list) else []


def _modified(file: DocumentFile | Draft) -> str:
    return format_instant(datetime.fromtimestamp(file.modified_ns / 1e9, UTC))
