"""The routes of the watched folder and of mappings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.inbox import ImportRule
from sojourn.service.access.account_api import Strict
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.mapping import keep_rule, kept_rules, suggest_for
from sojourn.service.runtime import Runtime


class SampleColumn(Strict):
    """A column of a file, with some of its values."""

    name: Annotated[str, Field(max_length=500)]
    values: Annotated[list[Any], Field(max_length=200)] = Field(default_factory=list)


class AskMapping(Strict):
    """A file, as far as a mapping needs it."""

    target: Annotated[str, Field(max_length=63)] = Field(description="`profiles`, `events`, or the id of an entity.")
    columns: Annotated[list[SampleColumn], Field(max_length=1_000)]


class SuggestedColumn(BaseModel):
    """What a column may be."""

    column: str
    attribute: str | None = Field(description="Null: nothing fits.")
    why: str = Field(description="`same name`, `known name`, `like name` or `none`.")


class ImportReport(BaseModel):
    """What came of a file of the watched folder."""

    file: str
    rule: str
    target: str
    rows: int
    rejected: int
    error: str | None
    at: str


class InboxState(BaseModel):
    """The watched folder."""

    folder: str | None = Field(description="Null: none is watched.")
    waiting: list[str]
    unknown: list[str] = Field(description="Files that no rule reads.")
    reports: list[ImportReport] = Field(description="The newest first.")


class KeptRule(BaseModel):
    """Where a rule was written; publish to let it take effect."""

    id: str
    file: str


class ListedRule(ImportRule):
    """A mapping that is kept."""

    published: bool = Field(description="Whether the watched folder goes by it; else publish first.")


def mapping_routes(runtime: Runtime, audit: Audit, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", tags=["import"])
    configures = Depends(guard.needs("configure"))

    @router.get("/inbox", dependencies=[Depends(guard.needs("read"))])
    def inbox() -> InboxState:
        """Return what waits in the watched folder, and what was read."""
        return InboxState(**runtime.watcher.state())

    @router.get("/mappings", dependencies=[Depends(guard.needs("read"))])
    def rules() -> list[ListedRule]:
        """Return the mappings that are kept in the workspace document, published or not."""
        running = {rule.id: rule for rule in runtime.watcher.settings().rules}
        drafts = kept_rules(runtime.places.directory)
        return [ListedRule(**rule.model_dump(), published=running.get(rule.id) == rule) for rule in drafts]

    @router.post("/mappings/suggest", dependencies=[configures])
    def suggestion(asked: AskMapping) -> list[SuggestedColumn]:
        """Suggest an attribute for each column of a file."""
        columns = {column.name: column.values for column in asked.columns}
        found = suggest_for(runtime.engine.processor.audiences.catalog, asked.target, columns)
        return [SuggestedColumn(**row) for row in found]

    @router.post("/mappings")
    def keep(rule: ImportRule, caller: Caller = configures) -> KeptRule:
        """Keep a mapping as a rule in the workspace document; one of the same id is replaced."""
        written = rule.model_dump(mode="json", exclude_defaults=True)
        before, after, file = keep_rule(runtime.places.directory, runtime.places.trash, written)
        audit.record(caller, "draft.save", f"workspace/{after['id']}", before or None, after)
        return KeptRule(id=rule.id, file=file)

    return router
