"""The routes of test mode: documents tried out with chosen profiles and a clock that is moved by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sojourn.engine.session import ClockOfSession, Session
from sojourn.model.instants import parse_duration, parse_instant
from sojourn.model.reasons import ConsentStatus
from sojourn.reports.session import path_of, session_state
from sojourn.reports.speaking import spoken
from sojourn.service.access.guard import Guard
from sojourn.service.answers.explanation import PathState
from sojourn.service.language import Language
from sojourn.service.sessions import Sessions

Row = dict[str, Any]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Strict(BaseModel):
    """A request; what it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class PastEvent(Strict):
    """An event of a profile's history."""

    event: str = Field(description="Incoming name.")
    timestamp: Instant
    properties: Row = {}


class TestProfile(Strict):
    """A profile that takes part."""

    __test__ = False
    id: str = Field(min_length=1, max_length=255)
    copy_: bool = Field(False, alias="copy", description="Begin with what the live store knows of the profile.")
    attributes: Row = Field({}, description="Set at the start, over those that were copied.")
    consent: dict[str, ConsentStatus] = Field({}, description="By topic: `channel:email`, `group:newsletter`.")
    events: list[PastEvent] = Field([], max_length=10_000)


class SessionWish(Strict):
    """What a test session begins with: a draft workspace of its own, or that of the server with overrides."""

    documents: list[Row] | None = Field(None, max_length=2_000, description="A whole workspace; without it see `base`.")
    base: Literal["live", "folder"] = Field("live", description="Documents that run, or as the folder has them now.")
    overrides: list[Row] = Field([], max_length=500, description="Documents in place of those of the base, or new.")
    files: dict[str, str] = Field({}, description="Files that documents name.")
    ids: list[str] = Field([], description="Journeys and campaigns that are live from the start; none means all.")
    start: Instant | None = Field(None, description="The clock's first instant (RFC 3339); by default the engine's.")
    profiles: list[TestProfile] = Field([], max_length=100)
    tables: dict[str, list[Row]] = Field({}, description="Rows of entities, in place of copied ones.")
    responses: dict[str, list[Row]] = Field({}, description="What sources and actions answer, as in the simulator.")


class Fire(Strict):
    """Items as in the simulator; without `timestamp` they come now."""

    items: list[Row] = Field(min_length=1, max_length=1_000)


class Jump(Strict):
    """Where the clock goes: one of the three."""

    to: Instant | None = None
    by: Duration | None = Field(None, description="Such as `1d12h`.")
    next: bool = Field(False, description="To the next instant at which something is due.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.to is not None) + (self.by is not None) + self.next != 1:
            raise ValueError("name one of `to`, `by` and `next`")
        return self


class Rejected(BaseModel):
    """An item that could not be processed."""

    item: int = Field(description="Its index in the request.")
    code: str
    reason: str


class MessageState(BaseModel):
    """A message as it would have left."""

    at: str
    origin: str = Field(alias="from")
    channel: str
    to: str | None
    template: str
    subject: str | None
    body: str | None
    variant: str | int | None
    row: str | int | None


class Waiting(BaseModel):
    """A passage, a held message or an entry that waits."""

    document: str
    node: str | None
    what: Literal["passage", "message", "entry"]
    until: str | None = Field(description="None: for an item, or until the document is resumed.")
    ends_at: str | None
    is_paused: bool
    entry: Any
    vars: Any = Field(description="What nodes caught or were answered, by node id.")


class PastOf(BaseModel):
    """An event that came."""

    name: str
    at: str
    properties: Any


class ProfileState(BaseModel):
    """A profile of the session."""

    id: str
    attributes: Row
    consent: dict[str, str]
    events: list[PastOf]
    paths: list[PathState]
    messages: list[MessageState]
    waiting: list[Waiting]


class SessionState(BaseModel):
    """A test session as it stands."""

    id: str
    now: str
    next_at: str | None = Field(description="When something is due next.")
    profiles: list[ProfileState]
    rejects: list[Rejected] = Field([], description="Of the items that were just fired.")


class SessionList(BaseModel):
    """The ids of the server's sessions, oldest first."""

    sessions: list[str]


def session_routes(sessions: Sessions, guard: Guard) -> APIRouter:
    """Return the routes; a session may copy live profiles, so who tests must be allowed to see them."""
    needed = [Depends(guard.needs("test", "profiles"))]
    router = APIRouter(prefix="/api/test-sessions", dependencies=needed, tags=["test mode"])

    @router.post("", status_code=201, response_model=SessionState)
    def begin(wish: SessionWish, language: Language) -> Row:
        """Begin a session: a scratch copy, apart from all that is live. No message leaves."""
        return _state(sessions, sessions.create(wish.model_dump(by_alias=True)), language)

    @router.get("", response_model=SessionList)
    def every() -> Row:
        """Return the ids of all sessions."""
        return {"sessions": sessions.listed()}

    @router.get("/{id}", response_model=SessionState)
    def state(id: str, language: Language) -> Row:
        """Return every profile's path with steps, values and rendered messages, and what waits until when."""
        return _state(sessions, id, language)

    @router.post("/{id}/items", response_model=SessionState)
    def fire(id: str, what: Fire, language: Language) -> Row:
        """Let items happen, in the order of their instants: events, identify, feedback, …; all or none are read."""
        rejects = sessions.use(id, lambda session: session.fire(what.items))
        return _state(sessions, id, language) | {"rejects": rejects}

    @router.post("/{id}/clock", response_model=SessionState)
    def jump(id: str, where: Jump, language: Language) -> Row:
        """Move the clock; what is due until then, inclusive, happens."""
        sessions.use(id, lambda session: session.jump(_target(session, where)))
        return _state(sessions, id, language)

    @router.get("/{id}/explain/{document}/{profile:path}", response_model=PathState)
    def explained(id: str, document: str, profile: str, language: Language) -> Row:
        """Return why something did or did not happen to a profile in a document."""
        told: Row = spoken(sessions.use(id, lambda session: path_of(session, profile, document)), language)
        return told

    @router.delete("/{id}", status_code=204)
    def end(id: str) -> None:
        """Forget a session."""
        sessions.delete(id)

    return router


def _state(sessions: Sessions, id: str, language: str) -> Row:
    return {"id": id, **spoken(sessions.use(id, session_state), language)}


def _target(session: Session, where: Jump) -> datetime:
    if where.to is not None:
        return where.to
    if where.by is not None:
        return session.now + where.by
    if session.next_at is None:
        raise ClockOfSession("nothing is due within a year", hint="fire an item, or jump to an instant")
    return max(session.next_at, session.now)
