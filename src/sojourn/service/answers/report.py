"""What a document did (`reports.document`)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from sojourn.model.channels import ChannelType
from sojourn.model.reasons import Lifecycle
from sojourn.service.answers.counts import MessageCounts, NodeCounts, PassageCounts, Reasons, Reconciled
from sojourn.service.answers.runs import Run


class Tally(MessageCounts):  # type: ignore[misc]
    """Messages of one channel: `targeted` = `sent` + `pending` + `held` + `failed` + all that were discarded."""

    channel: ChannelType
    targeted: int
    discarded: Reasons
    opened_total: int
    clicked_total: int


class NodeTally(Tally):
    """Messages of one node and channel."""

    node: str


class LinkCounts(BaseModel):
    """Clicks of one link."""

    link: str
    clicked: int = Field(description="Messages.")
    clicked_total: int


class ConversionCounts(BaseModel):
    """How one variant did for one goal."""

    goal: str
    variant: str | int | None = Field(description="`control` for the control group.")
    receipts: int
    converted: int
    rate: float = Field(description="0 … 1")


class Report(BaseModel):
    """What a document did, over all its versions."""

    id: str
    kind: str
    state: Lifecycle
    since: str | None = Field(description="The first thing that happened.")
    until: str | None
    passages: PassageCounts
    nodes: list[NodeCounts]
    refused: Reasons = Field(description="Entries.")
    totals: Reconciled
    channels: list[Tally]
    messages: list[NodeTally]
    links: list[LinkCounts]
    conversions: list[ConversionCounts]
    runs: list[Run] = Field(description="A campaign's newest runs.")
