"""The routes of the schema registry."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.enforcement import Enforcement
from sojourn.service.access.account_api import Strict
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.registry.registry import Chosen, Registry

SortName = Literal["event", "property", "attribute", "entity", "column"]


class Undeclared(BaseModel):
    """Something that arrived and is not declared, or has another type."""

    sort: SortName
    subject: str = Field(description="Incoming name of the event, `profile`, or id of the entity.")
    field: str = Field(description="Property, attribute or column; empty: the event or entity as a whole.")
    found: str = Field(description="Type of what came; empty: the event or entity as a whole.")
    declared: str | None = Field(description="The type that is declared.")
    count: int
    refused: int = Field(description="How many of these were not taken.")
    first_at: str
    last_at: str
    example: str | None = Field(description="The first value that came, as JSON, cut.")
    mode: Enforcement = Field(description="What becomes of it.")


class UndeclaredList(BaseModel):
    """Everything that arrived undeclared."""

    rows: list[Undeclared]
    more: int = Field(description="Differences beyond those that are listed.")
    seen: int = Field(description="Items that were looked at.")
    arrived: int = Field(description="Items that there are.")


class ChosenRow(Strict):
    """Rows of the list."""

    subject: Annotated[str, Field(min_length=1, max_length=500)]
    sort: SortName | None = Field(default=None, description="None: whatever has the subject.")
    field: Annotated[str, Field(max_length=500)] | None = Field(default=None, description="One field; none: all.")

    def chosen(self) -> Chosen:
        """Return it as the registry takes it."""
        return Chosen(self.subject, self.sort, self.field)


class Choice(Strict):
    """Rows of the list."""

    items: Annotated[list[ChosenRow], Field(min_length=1, max_length=500)]


class AdoptedDocument(BaseModel):
    """A document that was written."""

    kind: str
    id: str
    file: str
    created: bool


class SkippedField(BaseModel):
    """What could not be declared."""

    subject: str
    field: str
    reason: str


class Adopted(BaseModel):
    """What was declared."""

    documents: list[AdoptedDocument]
    skipped: list[SkippedField]


class Forgotten(BaseModel):
    """How many rows were taken off the list."""

    rows: int


def registry_routes(registry: Registry, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/registry", tags=["registry"])
    changes = Depends(guard.needs("build", "configure"))

    @router.get("", dependencies=[Depends(guard.needs("read", "profiles"))])
    def undeclared() -> UndeclaredList:
        """Return what arrives and is not declared."""
        return UndeclaredList(**registry.listed())

    @router.post("/adopt")
    def adopt(choice: Choice, caller: Caller = changes) -> Adopted:
        """Declare what arrived, in the folder's documents; publish to let it take effect."""
        return Adopted(**registry.adopt([row.chosen() for row in choice.items], caller))

    @router.post("/forget")
    def forget(choice: Choice, caller: Caller = changes) -> Forgotten:
        """Take rows off the list; what comes again is listed again."""
        return Forgotten(rows=registry.forget([row.chosen() for row in choice.items], caller))

    return router
