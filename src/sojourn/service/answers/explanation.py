"""What happened to one profile in a document, and why (`reports.explain`)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from sojourn.model.channels import ChannelType
from sojourn.model.reasons import DiscardReason, FeedbackKind, Lifecycle

Text = str | None


class Feedback(BaseModel):
    """What came back about a message."""

    kind: FeedbackKind
    at: str
    link: Text


class ExplainedMessage(BaseModel):
    """A message, and what became of it."""

    channel: ChannelType
    to: Text
    template: str
    variant: str | int | None
    at: Text = Field(description="When it was decided; null while it is held.")
    status: Literal["pending", "failed", "sent", "held"]
    feedback: list[Feedback]
    text: str


class ExplainedRefusal(BaseModel):
    """An entry or a message that was refused."""

    at: str
    channel: ChannelType | None
    reason: DiscardReason
    detail: Text
    text: str
    would_differ: Text = Field(description="What would have had to be otherwise.")


class StepState(BaseModel):
    """A node that a passage came through, or waits at."""

    at: str
    node: str
    type: str
    outcome: str
    until: Text
    text: str = Field(description="Why, with the values that decided.")
    messages: list[ExplainedMessage]
    discards: list[ExplainedRefusal]


class PassageState(BaseModel):
    """A way through a journey, a send of a triggered campaign, or a run of a campaign."""

    entered_at: str
    left_at: Text
    key: Text
    state: str
    reason: Text
    would_differ: Text
    node: str
    steps: list[StepState]
    messages: list[ExplainedMessage]
    discards: list[ExplainedRefusal]


class TestedLeaf(BaseModel):
    """A part of a condition."""

    __test__ = False
    text: str
    met: bool
    wanted: bool
    text_of_values: str
    values: dict[str, Any]
    inside: list[TestedLeaf]


class EntryTest(BaseModel):
    """One test on the way into a document."""

    test: str
    passed: bool
    text: str
    leaves: list[TestedLeaf]
    would_differ: Text


class PathState(BaseModel):
    """What happened to a profile in a document, and why."""

    profile: str
    document: str
    kind: str
    state: Lifecycle
    entered: bool
    summary: str
    passages: list[PassageState]
    refusals: list[ExplainedRefusal]
    tests: list[EntryTest] | None = Field(description="Of a profile that never entered, in their order.")
    first_failed: EntryTest | None
    would_differ: Text
