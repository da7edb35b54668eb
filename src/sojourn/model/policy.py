"""Rules of the whole workspace: caps, quiet hours, holdout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from sojourn.model.channels import ChannelType
from sojourn.model.document import Catalog, Document
from sojourn.model.errors import Problem
from sojourn.model.expressions import Reference
from sojourn.model.forms import Model
from sojourn.model.instants import ClockTime, ZoneOrProfile
from sojourn.model.names import LineId

DELIVERIES = ("journey", "triggered", "campaign")
Percent = Annotated[float, Field(ge=0, le=100)]


class Cap(Model):
    """At most so many messages per calendar period; no channels: any."""

    channels: list[ChannelType] = Field(default_factory=list)
    at_most: Annotated[int, Field(ge=0)]
    per: Literal["hour", "day", "week", "month"]


class QuietHours(Model):
    """Hours in which nothing is sent, `until` exclusive."""

    start: ClockTime = Field(alias="from")
    until: ClockTime
    timezone: ZoneOrProfile = "profile"
    then: Literal["hold", "discard"] = "hold"


class Holdout(Model):
    """The share of profiles that is never sent anything."""

    percent: Percent


class Policy(Document):
    """Rules that hold for every document."""

    kind: Literal["policy"]
    caps: list[Cap] = Field(default_factory=list, description="How many messages a profile gets at most.")
    quiet_hours: QuietHours | None = Field(default=None, description="When nothing is sent.")
    holdout: Holdout | None = Field(default=None, description="Who is never sent anything, to compare with.")
    frequency_exempt: list[LineId] = Field(default_factory=list, description="Documents whose messages do not count.")

    def references(self) -> Iterable[Reference]:
        """Return the exempt documents."""
        return (Reference(f"frequency_exempt[{i}]", DELIVERIES, id) for i, id in enumerate(self.frequency_exempt))

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that the workspace has one holdout and one set of quiet hours at most."""
        for field, name in (("holdout", "holdout"), ("quiet_hours", "quiet hours")):
            having = [id for id, policy in catalog.all("policy").items() if getattr(policy, field) is not None]
            if getattr(self, field) is not None and having and having[0] != self.id:
                yield Problem("DOC-043", f"a workspace has one {name}; the policy `{having[0]}` has it already", field)
        quiet = self.quiet_hours
        if quiet is not None and quiet.start == quiet.until:
            yield Problem("DOC-044", "quiet hours that end when they begin are never over", "quiet_hours.until")
