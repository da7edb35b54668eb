"""The route that renders a template while it is edited."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sojourn.service.access.caller import Caller
from sojourn.service.access.errors import NotAllowed
from sojourn.service.access.guard import Guard
from sojourn.service.studio.previewing import Previewing
from sojourn.service.studio.problems import ProblemRow, problem_rows

Body = dict[str, Any]


class Letter(BaseModel):
    """What to render, and for whom."""

    model_config = ConfigDict(extra="forbid")

    template: Body | None = Field(default=None, description="A document as it is being edited.")
    id: str | None = Field(default=None, description="Or one of the folder.")
    profile: str | None = Field(default=None, description="A profile of the live store.")
    attributes: Body = Field(default={}, description="Stand in for the profile's own, or are all there is.")
    event: Body = Field(default={}, description="Properties of `event` and `entry`.")
    nodes: Body = Field(default={}, description="What nodes keep, by their ids; `row` of a campaign.")
    locale: str | None = Field(default=None, description="By default the profile's `locale`.")
    others: list[Body] = Field(default=[], max_length=100, description="Other documents as they are being edited.")

    @model_validator(mode="after")
    def _is_one(self) -> Letter:
        if (self.template is None) == (self.id is None):
            raise ValueError("give `template` or `id`")
        return self


class TextSegments(BaseModel):
    """How many parts a text message is sent in, each of which is paid for."""

    count: int
    encoding: Literal["GSM-7", "UCS-2"]
    units: int = Field(description="Septets (GSM-7) or UTF-16 code units (UCS-2).")
    forced_by: str | None = Field(description="The first character that GSM-7 does not have.")


class Preview(BaseModel):
    """A message as it would leave; nothing is sent."""

    outcome: Literal["rendered", "aborted", "failed", "invalid"]
    detail: str | None = Field(description="What the template said as it aborted, or what failed.")
    fields: Body = Field(description="All fields of the channel.")
    subject: str | None
    html: str | None
    text: str | None = Field(description="Of a mail without a text of its own, the one made from its HTML.")
    segments: TextSegments | None = Field(description="Of a text message.")
    reads: dict[str, list[str]] = Field(description="By object the names that the template reads; `*`: any.")
    problems: list[ProblemRow]


def previewing_routes(previewing: Previewing, guard: Guard) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/templates", tags=["studio"])
    reader = Depends(guard.needs("read"))

    @router.post("/preview")
    def preview(letter: Letter, caller: Caller = reader) -> Preview:
        """Render a template for a profile of the live store, or for made-up attributes."""
        if letter.profile is not None and not caller.may("profiles"):
            raise NotAllowed("profiles", caller.role)
        document = letter.template if letter.template is not None else previewing.saved(str(letter.id))
        profile = previewing.profile(letter.profile, letter.attributes)
        found = previewing.render(document, profile, letter.event, letter.nodes, letter.locale, letter.others)
        return Preview(**{**found, "problems": problem_rows(found["problems"])})

    return router
