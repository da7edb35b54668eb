"""A channel: the providers that its messages leave by, how fast, and what holds when one of them is down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.document import Catalog, Document
from sojourn.model.errors import Problem
from sojourn.model.forms import Model
from sojourn.model.instants import Day, Rate
from sojourn.model.links import Links
from sojourn.model.names import Editor, Id

DayVolume = Annotated[int, Field(ge=1)]
ProviderName = Annotated[str, Editor("provider")]
ProviderSettings = Annotated[dict[str, Any], Editor("settings")]
Strikes = Annotated[int, Field(ge=1, le=1_000)]


class WarmUp(Model):
    """How many messages a provider takes on each day of its first weeks, until its sender has a reputation."""

    since: Day = Field(description="The first day of the plan (UTC).")
    daily: Annotated[list[DayVolume], Field(min_length=1, max_length=366)] = Field(
        description="Messages on the first day, the second, …; after the last there is no limit."
    )
    over: Literal["wait", "next"] = Field(
        default="wait", description="What is more than a day takes waits for the next day, or takes the next provider."
    )

    def volume(self, day: date) -> int | None:
        """Return how many messages may leave on a day; None when the plan is over.

        Examples
        --------
        >>> plan = WarmUp(since=date(2026, 3, 1), daily=[50, 100])
        >>> [plan.volume(date(2026, 3, n)) for n in (1, 2, 3)]
        [50, 100, None]
        """
        place = max(0, (day - self.since).days)
        return self.daily[place] if place < len(self.daily) else None


class Way(Model):
    """A provider of a channel, with its settings."""

    name: Id | None = Field(default=None, description="What it is called in reports; by default the provider's name.")
    provider: ProviderName = Field(description="Who sends it.")
    settings: ProviderSettings = Field(default_factory=dict, description="What the provider needs.")
    rate: Rate | None = Field(default=None, description="How many messages it takes in a time at most.")
    warm_up: WarmUp | None = Field(default=None, description="A daily volume that grows.")

    @property
    def label(self) -> str:
        """What it is called."""
        return self.name or self.provider


class Channel(Document):
    """How a channel's messages leave: the provider and its settings."""

    technical: ClassVar[bool] = True
    secret_parts: ClassVar[tuple[str, ...]] = ("settings", "fallbacks")

    kind: Literal["channel"]
    type: ChannelType = Field(description="What it sends.")
    provider: ProviderName = Field(description="Who sends it.")
    settings: ProviderSettings = Field(default_factory=dict, description="What the provider needs.")
    rate: Rate | None = Field(default=None, description="How many messages leave in a time at most.")
    warm_up: WarmUp | None = Field(default=None, description="A daily volume of the provider that grows.")
    fallbacks: list[Way] = Field(
        default_factory=list, max_length=5, description="Providers that take over, in this order, when one is down."
    )
    fail_over_after: Strikes = Field(
        default=3, description="Failures of a provider in a row after which the next one takes over."
    )
    at_most_once: bool = Field(
        default=False, description="Whether what may have been handed over is reported rather than sent again."
    )
    default: bool = Field(default=False, description="Whether messages of the type take it that name no channel.")
    links: Links | None = Field(default=None, description="What is put behind the addresses of links in its messages.")

    @property
    def ways(self) -> list[Way]:
        """Return all providers in the order in which they are asked; the channel's own rate is over all of them."""
        first = Way(provider=self.provider, settings=self.settings, warm_up=self.warm_up)
        return [first, *self.fallbacks]

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check that the id hides no other type, that a type has one default, and that providers can be told apart."""
        if self.id in CHANNEL_TYPES and self.id != self.type:
            yield Problem("DOC-041", f"a channel of type `{self.type}` cannot have the id `{self.id}`", "id")
        defaults = [id for id, other in catalog.all("channel").items() if other.default and other.type == self.type]
        if self.default and defaults and defaults[0] != self.id:
            yield Problem("DOC-042", f"`{defaults[0]}` is the default channel of type `{self.type}` already", "default")
        labels = [way.label for way in self.ways]
        for i, label in enumerate(labels):
            if label in labels[:i]:
                message = f"two providers of the channel are called `{label}`"
                yield Problem("DOC-047", message, f"fallbacks[{i - 1}].name", hint="give it a `name` of its own")
        if self.warm_up is not None and self.warm_up.over == "next" and not self.fallbacks:
            message = "there is no next provider for what is over the warm-up's volume"
            yield Problem("DOC-048", message, "warm_up.over", hint="add one to `fallbacks`, or write `over: wait`")
