"""The routes about profiles: the list, one of them, what happened to it, and who is behind a number of a document."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sojourn.reports.inside import Number
from sojourn.reports.life import KINDS, LifeKind
from sojourn.service.access.guard import Guard
from sojourn.service.studio.numbers import number_of
from sojourn.service.studio.people import People

Body = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Cursor = Annotated[int | None, Query(description="`next` of the page before.")]


class ProfileRow(BaseModel):
    """A profile of a list."""

    id: str
    created_at: str | None
    attributes: Body


class ProfilePage(BaseModel):
    """A page of profiles, in the order in which they came."""

    rows: list[ProfileRow]
    next: int | None = Field(description="Null on the last page.")
    of: int | None = Field(default=None, description="All profiles; on the first page.")


class Suppression(BaseModel):
    """Why nothing is sent to an address."""

    reason: str | None
    at: str


class Address(BaseModel):
    """Where messages of a channel go."""

    channel: str
    attribute: str
    address: str
    suppressed: Suppression | None


class Identity(BaseModel):
    """Another id of a profile: of the visitor that it was, of the profile that was joined with it."""

    id: str
    since: str


class Consent(BaseModel):
    """What the profile wants of a channel (`channel:email`) or group (`group:news`)."""

    topic: str
    channel: str
    status: str
    at: str | None
    said: bool = Field(description="False: nothing was said, the status is the default.")


class ProfileBody(ProfileRow):
    """All that is known of a profile now."""

    identities: list[Identity] = Field(description="Its other ids; any of them finds it.")
    addresses: list[Address]
    consent: list[Consent]
    audiences: list[str]


class Happened(BaseModel):
    """One thing that happened."""

    at: str
    kind: LifeKind
    document: str | None
    version: int | None
    node: str | None
    name: str | None = Field(
        description="Of an event; the outcome of a step, the kind of feedback, the reason of a discard, the last state."
    )
    channel: str | None
    detail: str | None = Field(description="The key of a passage, the address of a message, the link of a click, …")
    properties: Body | None = Field(description="Of an event.")


class HappenedPage(BaseModel):
    """A page of what happened, the newest first."""

    rows: list[Happened]
    next: str | None = Field(description="`before` of the next page; null on the last one.")


class InsideRow(BaseModel):
    """A profile behind a number of a document."""

    profile: str | None
    at: str = Field(description="Of those inside when they entered, else when it happened.")
    document: str
    version: int
    node: str | None
    key: str | None
    until: str | None = Field(description="Of those who wait: the next instant at which they go on by themselves.")
    name: str | None = Field(description="The outcome, state, channel, reason or kind.")
    detail: str | None


class InsidePage(BaseModel):
    """A page of profiles behind a number."""

    rows: list[InsideRow]
    next: int | None = Field(description="`after` of the next page; null on the last one.")


def people_routes(people: People, guard: Guard) -> APIRouter:
    """Return the routes; all show personal data."""
    router = APIRouter(prefix="/api", tags=["profiles"])
    sees = [Depends(guard.needs("read", "profiles"))]

    @router.get("/profiles", dependencies=sees)
    def profiles(
        search: Annotated[str, Query(max_length=200)] = "", audience: str | None = None, after: Cursor = None,
        limit: Limit = 50,
    ) -> ProfilePage:  # fmt: skip
        """Return profiles whose id or a text attribute begins with a text, or that are in an audience."""
        with closing(people.cursor()) as cursor:
            return ProfilePage(**people.page(cursor, search, audience, after, limit))

    @router.get("/profiles/{id:path}/timeline", dependencies=sees)
    def timeline(
        id: str, before: str | None = None, limit: Limit = 50,
        kind: Annotated[list[LifeKind] | None, Query(description="Which kinds are wanted; all by default.")] = None,
    ) -> HappenedPage:  # fmt: skip
        """Return what happened to a profile in all documents, the newest first."""
        with closing(people.cursor()) as cursor:
            return HappenedPage(**people.life(cursor, id, before, limit, kind or KINDS))

    @router.get("/profiles/{id:path}", dependencies=sees)
    def profile(id: str) -> ProfileBody:
        """Return attributes, addresses, consent and audiences of a profile."""
        with closing(people.cursor()) as cursor:
            return ProfileBody(**people.profile(cursor, id))

    @router.get("/documents/{id}/inside", dependencies=sees)
    def inside(id: str, number: Number = Depends(number_of), after: Cursor = None, limit: Limit = 50) -> InsidePage:
        """Return who is inside a document or at a node of it now, came over an `edge`, or is behind another number."""
        with closing(people.cursor()) as cursor:
            return InsidePage(**people.who(cursor, id, number, after, limit))

    @router.get("/inside", dependencies=sees)
    def inside_all(number: Number = Depends(number_of), after: Cursor = None, limit: Limit = 50) -> InsidePage:
        """Return who is behind a number of all documents together."""
        with closing(people.cursor()) as cursor:
            return InsidePage(**people.who(cursor, None, number, after, limit))

    return router
