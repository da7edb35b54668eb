"""Live counts (`reports.status`), published versions, and the state of the engine."""

from __future__ import annotations

from pydantic import BaseModel, Field, RootModel

from sojourn.model.reasons import Lifecycle
from sojourn.service.answers.counts import MessageCounts, NodeCounts, PassageCounts, Reasons
from sojourn.service.answers.runs import Run


class Items(BaseModel):
    """Items of the log."""

    appended: int
    processed: int = Field(description="Those that the engine has taken.")


class DocumentStatus(PassageCounts):  # type: ignore[misc]
    """Live counts of one document, over all its versions."""

    id: str
    kind: str
    state: Lifecycle
    version: int
    nodes: list[NodeCounts] = Field(description="In the newest version's order; those of older ones behind them.")
    messages: MessageCounts
    discards: Reasons = Field(description="Of entries and messages.")
    runs: list[Run] = Field(description="A campaign's newest run.")


class Status(BaseModel):
    """Live counts of every document."""

    now: str = Field(description="The engine's instant.")
    items: Items
    documents: list[DocumentStatus]


class PublishedVersion(BaseModel):
    """One published version."""

    id: str
    kind: str
    version: int
    state: Lifecycle
    published_at: str


class Lifecycled(BaseModel):
    """A document after a lifecycle command."""

    id: str
    state: Lifecycle


class ImportProgress(BaseModel):
    """How far the import of a file is."""

    rows: int = Field(description="Rows that were read, good and bad.")
    rejected: int
    done: bool


class EngineClock(BaseModel):
    """The engine's clock."""

    now: str
    speed: float = Field(description="Its seconds in one real second.")


class ChannelState(BaseModel):
    """How a channel does."""

    resting_s: float = Field(description="Seconds until it is tried again.")
    trouble: str | None = Field(description="Null: all is well.")


class ChannelStates(RootModel[dict[str, ChannelState]]):
    """The channels in use, by id."""
