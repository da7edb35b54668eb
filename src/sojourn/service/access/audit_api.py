"""The route of the record of changes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sojourn.service.access.access import Access
from sojourn.service.access.audit import LIMIT


class Change(BaseModel):
    """One field that is different; a side that was not there is null."""

    path: str = Field(description="As in problems: `nodes[mail].template`.")
    before: Any = None
    after: Any = None


class Difference(BaseModel):
    """What is different: fields, or lines of a text."""

    changes: list[Change] = []
    text: str | None = Field(None, description="A unified difference.")
    truncated: bool = Field(False, description="It was too long to be kept as a whole.")


class Entry(BaseModel):
    """One change."""

    id: int
    at: str
    caller: str = Field(description="`user:ann`, `key:ab12cd34` or `local`.")
    action: str
    subject: str = Field(description="Such as `journey/welcome` or `user/ann`.")
    difference: Difference


class AuditPage(BaseModel):
    """Changes, the newest first."""

    entries: list[Entry]
    next: int | None = Field(description="`before` of the next page; null: there are no more.")


def audit_routes(access: Access) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/audit", tags=["audit"], dependencies=[Depends(access.guard.needs("audit"))])

    @router.get("")
    def audit(
        before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
        limit: int = Query(50, ge=1, le=LIMIT),
        document: str | None = Query(None, max_length=300, description="`journey/welcome` or `welcome`."),
        user: str | None = Query(None, max_length=200, description="`user:ann`, `ann`, `key:ab12cd34` or `local`."),
        action: str | None = Query(None, max_length=100, description="`user.create`, or `user` for all of these."),
    ) -> AuditPage:
        """Return who changed what, the newest first."""
        rows = access.audit.entries(before=before, limit=limit + 1, document=document, user=user, action=action)
        entries = [Entry.model_validate(row) for row in rows[:limit]]
        return AuditPage(entries=entries, next=entries[-1].id if len(rows) > limit else None)

    return router
