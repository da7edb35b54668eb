"""Dead letters over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sojourn.model.channels import ChannelType
from sojourn.reports.dead_letters import Choice
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.letters import Letters, Verb

Row = dict[str, Any]
Number = Annotated[int, Field(ge=0, lt=2**62)]


class DeadLetter(BaseModel):
    """One message that failed for good."""

    message: int
    profile: str | None
    document: str
    node: str | None = Field(description="Null: a triggered campaign's message.")
    channel: ChannelType
    decided_at: str
    failed_at: str
    reason: str | None


class DeadLetterCount(BaseModel):
    """How many failed alike."""

    document: str
    channel: ChannelType
    reason: str
    messages: int


class DeadLetters(BaseModel):
    """A page of dead letters, the newest messages first."""

    rows: list[DeadLetter]
    next: int | None = Field(description="`before` of the next page; null on the last.")
    counts: list[DeadLetterCount] = Field(description="Of all that were chosen, the most frequent first.")
    total: int


class ChosenLetters(BaseModel):
    """Which dead letters are meant: all that fit every field that is given."""

    messages: list[Number] | None = Field(None, max_length=10_000)
    channel: ChannelType | None = None
    document: str | None = Field(None, max_length=100)
    every: bool = Field(False, alias="all", description="Must be said where no other field is given.")


class LettersLeft(BaseModel):
    """How many of the channel and document there were, and are now."""

    before: int
    left: int


def letter_routes(letters: Letters, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/dead-letters", tags=["operation"])
    publisher = Depends(guard.needs("publish"))

    @router.get("", response_model=DeadLetters, dependencies=[Depends(guard.needs("read", "profiles"))])
    def listed(
        channel: ChannelType | None = None, document: str | None = None,
        before: int | None = Query(None, ge=0, lt=2**62), limit: int = Query(100, ge=1, le=1_000),
    ) -> Row:  # fmt: skip
        """Return messages that failed for good, and why."""
        return letters.listed(Choice(channel, document), before, limit)

    @router.post("/{verb}", response_model=LettersLeft)
    def act(verb: Verb, chosen: ChosenLetters, caller: Caller = publisher) -> Row:
        """Send dead letters again through the gate, or drop them."""
        choice = Choice(chosen.channel, chosen.document)
        return letters.act(verb, choice, chosen.messages, every=chosen.every, caller=caller)

    return router
