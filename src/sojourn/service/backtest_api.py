"""The routes of backtests."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sojourn.model.instants import parse_instant
from sojourn.service.access.guard import Guard
from sojourn.service.management import Management

Instant = Annotated[datetime, BeforeValidator(parse_instant)]
"""RFC 3339, with its zone."""


class BacktestWish(BaseModel):
    """A document of the workspace's folder, and the period of the log to run it over."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(description="Id of a journey or a campaign, as the folder has it now.")
    since: Instant = Field(alias="from", description="The draft is published at this instant (RFC 3339).")
    until: Instant = Field(description="The last instant, inclusive (RFC 3339).")


class Compared(BaseModel):
    """A count of both sides."""

    draft: int
    live: int
    difference: int = Field(description="draft − live")


class PassagesCompared(Compared):
    """Who entered, was inside at the end, or left in the period: `completed`, or state and reason."""

    what: str


class MessagesCompared(Compared):
    """Messages that were handed over."""

    node: str | None = Field(description="None for a triggered campaign.")
    channel: str
    variant: str | int | None


class DiscardsCompared(Compared):
    """Entries that were refused (without a channel), and messages that were not sent."""

    node: str | None
    channel: str | None
    reason: str


class ConversionsCompared(Compared):
    """Conversions, also of the control group (variant `control`)."""

    event: str | None
    variant: str | int | None


class TransitionsCompared(Compared):
    """Rows of a campaign's transition, over all runs of the period."""

    source: str = Field(alias="from")


class BacktestResult(BaseModel):
    """What a draft would have done, beside what the live version did."""

    document: str
    kind: str
    since: str
    until: str
    items: int = Field(description="Items of the log in the period.")
    seconds: float = Field(description="How long the backtest took.")
    passages: list[PassagesCompared]
    messages: list[MessagesCompared]
    discards: list[DiscardsCompared]
    conversions: list[ConversionsCompared]
    transitions: list[TransitionsCompared]
    notes: list[str] = Field(description="What could not be reconstructed, and where the sides differ in kind.")


TOLD: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}, "description": "Both sides."}
}


def backtest_routes(management: Management, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api", dependencies=[Depends(guard.needs("test"))], tags=["backtest"])

    @router.post("/backtest", response_model=BacktestResult, responses=TOLD)
    def backtest(wish: BacktestWish, progress: bool = False) -> Any:
        """Run a draft over the recorded log; nothing that is live changes, and no message leaves.

        With `progress=true` the answer is a stream of JSON lines: `{"doing", "items"}` as it goes on, then one
        `{"result"}` or `{"error"}`.
        """
        if progress:
            lines = management.backtesting.told(wish.document, wish.since, wish.until)
            return StreamingResponse(lines, media_type="application/x-ndjson")
        found = management.backtest(wish.document, wish.since, wish.until)
        return Response(BacktestResult(**found).model_dump_json(by_alias=True), media_type="application/json")

    return router
