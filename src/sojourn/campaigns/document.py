"""The document of an orchestrated campaign."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal, TypeVar

from pydantic import Field

import sojourn.campaigns.activities  # noqa: F401  (fills the registry)
from sojourn.campaigns.activities.activity import ACTIVITIES, Activity
from sojourn.campaigns.activities.load_file import LoadFile
from sojourn.campaigns.activities.save_audience import SaveAudience
from sojourn.campaigns.graph import Graph
from sojourn.model.document import Catalog, Document
from sojourn.model.entity import Attributes, types
from sojourn.model.errors import Problem
from sojourn.model.expressions import Names, Place, Reference
from sojourn.model.forms import ByForm, ByType, Model
from sojourn.model.instants import Zone
from sojourn.model.schedule import Once, Recurring, check_schedule

T = TypeVar("T", Place, Reference, Problem)


class Parameters(Model):
    """What a signal brings along."""

    parameters: Attributes = Field(default_factory=dict)


class SignalStart(Model):
    """A run at each signal."""

    signal: Parameters


Start = Annotated[Literal["asap"] | Once | Recurring | SignalStart, ByForm("schedule")]


class Campaign(Document):
    """Activities over whole populations."""

    kind: Literal["campaign"]
    schedule: Start = Field(default="asap", description="When it runs.")
    confirm: bool | None = Field(
        default=None, description="Whether somebody confirms the sends of each run; by default unless it recurs."
    )
    timezone: Zone | None = Field(
        default=None, description="The clock of its days and times; none: that of the workspace."
    )
    activities: list[Annotated[Activity, ByType("activity", ACTIVITIES)]] = Field(
        min_length=1, description="What is done with the rows, from queries to messages."
    )

    @property
    def signal(self) -> Parameters | None:
        """Return what the signal that starts it brings along; None if it starts otherwise."""
        return self.schedule.signal if isinstance(self.schedule, SignalStart) else None

    @property
    def needs_confirmation(self) -> bool:
        """Tell whether the sends of each run wait for a confirmation."""
        return self.confirm is not False and not isinstance(self.schedule, Recurring)

    @cached_property
    def graph(self) -> Graph:
        """Return the activities with what leads where."""
        return Graph(self.activities)

    def files(self) -> Iterable[str]:
        """Return the names of the files that it reads."""
        yield from (activity.path for activity in self.activities if isinstance(activity, LoadFile))

    def declares(self, kind: str) -> Iterable[str]:
        """Return the audiences that it saves."""
        if kind == "audience":
            yield from (activity.audience for activity in self.activities if isinstance(activity, SaveAudience))

    def names(self) -> Names:
        """Return the names that all expressions may use."""
        return Names(zone=self.timezone, variables=types(self.signal.parameters) if self.signal is not None else None)

    def references(self) -> Iterable[Reference]:
        """Return what the activities name."""
        for i, activity in enumerate(self.activities):
            yield from _at(i, activity.references())

    def places(self, catalog: Catalog) -> Iterable[Place]:
        """Return the expressions of the activities whose inputs are known."""
        tables = self.graph.tables(catalog)
        for i, activity in enumerate(self.activities):
            if i in tables:
                yield from _at(i, activity.places(tables[i], self.names(), catalog))

    def check(self, catalog: Catalog) -> Iterable[Problem]:
        """Check the schedule, the graph and each activity whose inputs are known."""
        yield from check_schedule(self.schedule, "schedule")
        yield from self.graph.check()
        tables = self.graph.tables(catalog)
        for i, activity in enumerate(self.activities):
            if i in tables:
                yield from _at(i, activity.check(tables[i], catalog))


def _at(index: int, found: Iterable[T]) -> Iterable[T]:
    prefix = f"activities[{index}]"
    for item in found:
        yield dataclasses.replace(item, path=f"{prefix}.{item.path}" if item.path else prefix)
