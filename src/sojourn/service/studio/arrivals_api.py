"""The routes that show data as it arrives: items, what was rejected, and the rows of entities."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sojourn.model.entity import PROFILE
from sojourn.model.items import ItemKind
from sojourn.reports.entity_rows import NoSuchEntity, entity_rows
from sojourn.reports.incoming import incoming, rejects
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.store.duckdb.patience import patience

Body = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=0, description="`next` of the page before.")]
PATIENCE_S = 30.0


class Arrival(BaseModel):
    """An item of the log."""

    offset: int
    at: str = Field(description="The engine's instant.")
    occurred_at: str
    kind: ItemKind
    profile: str | None
    name: str | None = Field(description="Of a `track` the incoming name of the event.")
    data: Any
    traits: Any
    message_id: str | None


class Arrivals(BaseModel):
    """Items, the newest first."""

    rows: list[Arrival]
    end: int = Field(description="`after` of the next question.")
    next: int | None = Field(description="`before` of older items; null where there are none.")
    skipped: int = Field(description="Items that came since `after` and were too many to look at.")


class RejectedItem(BaseModel):
    """What could not be taken."""

    id: int
    at: str | None
    source: str | None = Field(description="`http`, the name of a file, or `engine`.")
    line: int | None
    offset: int | None
    code: str | None
    reason: str | None
    item: str | None


class RejectCode(BaseModel):
    """How often something was rejected for one reason."""

    code: str | None
    count: int


class RejectedPage(BaseModel):
    """What could not be taken, the newest first."""

    rows: list[RejectedItem]
    next: int | None
    codes: list[RejectCode] | None = Field(description="On the first page.")


class EntityPage(BaseModel):
    """Rows of an entity."""

    columns: list[str] = Field(description="The key first.")
    rows: list[Body]
    next: int | None
    of: int | None = Field(description="All rows; on the first page.")


def arrival_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the routes; all show personal data."""
    router = APIRouter(prefix="/api", tags=["setup"])
    watches = [Depends(guard.needs("configure", "profiles"))]

    @router.get("/incoming", dependencies=watches)
    def arrivals(
        after: Annotated[int | None, Query(ge=0, description="`end` of the answer before.")] = None,
        before: Before = None, kind: Annotated[list[ItemKind] | None, Query()] = None,
        name: Annotated[str | None, Query(max_length=200)] = None,
        profile: Annotated[str | None, Query(max_length=500)] = None, limit: Limit = 50,
    ) -> Arrivals:  # fmt: skip
        """Return what arrived, the newest first; with `after` what came since."""
        return Arrivals(**incoming(runtime.log, after, before, kind or (), name, profile, limit))

    @router.get("/rejects", dependencies=watches)
    def rejected(
        before: Before = None, code: Annotated[str | None, Query(max_length=100)] = None, limit: Limit = 50
    ) -> RejectedPage:
        """Return what could not be taken, and why, the newest first."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the list of rejects"):
            return RejectedPage(**rejects(cursor, before, code, limit))

    @router.get("/entities/{id}/rows", dependencies=[Depends(guard.needs("read", "profiles"))])
    def rows(
        id: str, search: Annotated[str, Query(max_length=200)] = "",
        after: Annotated[int | None, Query(description="`next` of the page before.")] = None, limit: Limit = 50,
    ) -> EntityPage:  # fmt: skip
        """Return rows of an entity, in the order in which they came or were changed."""
        entities = runtime.engine.processor.audiences.directory.entities
        if id not in entities or id == PROFILE:
            raise NoSuchEntity(id, [known for known in entities if known != PROFILE])
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the rows"):
            return EntityPage(**entity_rows(cursor, id, entities[id], search, after, limit))

    return router
