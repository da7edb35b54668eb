"""Live counts (`reports.status`), published versions, and the state of the engine."""

from __future__ import annotations

from pydantic import BaseModel, Field, RootModel

from sojourn.model.channels import ChannelType
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


class ProviderState(BaseModel):
    """How one provider of a channel does."""

    name: str
    resting_s: float = Field(description="Seconds until it is tried again.")
    trouble: str | None = Field(description="Null: all is well.")
    down: bool = Field(description="It has failed so often in a row that the next provider has its messages.")
    volume_today: int | None = Field(description="Messages that its warm-up plan allows today; null: no limit.")
    taken_today: int | None = Field(description="Messages that it took today; null where there is no limit.")


class MailboxState(BaseModel):
    """What came of the last look into the mailbox that bounces come to."""

    at: str
    trouble: str | None = Field(description="Why it could not be read; null: all is well.")
    mails: dict[str, int] = Field(description="Mails that were read (`mails`), and what they reported, by kind.")


class ChannelState(BaseModel):
    """How a channel does."""

    type: ChannelType
    resting_s: float = Field(description="Seconds until it is tried again.")
    trouble: str | None = Field(description="Null: all is well.")
    paused: bool = Field(description="Its messages wait until it is resumed.")
    paused_since: str | None
    callback: str | None = Field(
        description="Where its provider calls with what became of messages and with texts that came in; null: nowhere."
    )
    mailboxes: list[MailboxState] = Field(description="Those that bounces come to, and that were looked into.")
    providers: list[ProviderState] = Field(
        description="In the order in which they are asked; none before the first message."
    )


class ChannelStates(RootModel[dict[str, ChannelState]]):
    """The channels, by id."""


class ChannelPause(BaseModel):
    """Whether a channel is paused now."""

    id: str
    paused: bool
