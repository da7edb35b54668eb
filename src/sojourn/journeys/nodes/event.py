"""The node that waits for an event of the profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import merge_vars
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Awaited, Edge, Step, Surroundings, register
from sojourn.journeys.program import Matcher
from sojourn.model.document import Catalog
from sojourn.model.entity import event_types
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place, Reference
from sojourn.model.instants import Duration
from sojourn.model.names import EventId, Outlet
from sojourn.model.palette import Category


class Awaiting(Step):
    """A node that waits for something to happen, at most for `timeout`."""

    category: ClassVar[Category] = "wait"
    waits: ClassVar[bool] = True

    timeout: Duration | None = Field(
        default=None, description="How long to wait at most; none: to the end of the passage."
    )
    on_timeout: Outlet | None = Field(default=None, description="The node after the time-out; none: `next`.")

    def edges(self) -> list[Edge]:
        """Return `next` and `on_timeout`, which leads to `next` where it is not given."""
        if self.on_timeout is None:
            return [*super().edges(), Edge("on_timeout", self.next, "next")]
        return [*super().edges(), Edge("on_timeout", self.on_timeout, "on_timeout")]

    def stays(self) -> list[timedelta]:
        """Return nothing for `next`, and the time-out."""
        return [timedelta(), self.timeout or timedelta()]

    def durations(self) -> Iterable[tuple[str, timedelta]]:
        """Return the time-out."""
        if self.timeout is not None:
            yield "timeout", self.timeout

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that a way out after a time-out has one."""
        if self.on_timeout is not None and self.timeout is None:
            yield Problem("DOC-054", "`on_timeout` is never taken without a `timeout`", "on_timeout")


@register
class EventNode(Awaiting):
    """Wait for the first matching event after arrival."""

    type: Literal["event"]
    event: EventId = Field(description="The event to wait for.")
    where: Condition | None = Field(
        default=None, description="Which of these events count; `event.x` reads the one under test."
    )

    def answer(self, catalog: Catalog) -> dict[str, str]:
        """Return the types of the caught event."""
        return event_types(catalog, self.event)

    def references(self) -> Iterable[Reference]:
        """Return the event."""
        yield Reference("event", ("event",), self.event)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return `where`, which sees the event."""
        if self.where is not None:
            yield Place("where", self.where, replace(names, event=event_types(catalog, self.event)))

    def awaits(self) -> Iterable[Awaited]:
        """Return the event."""
        yield Awaited("event", event=self.event, where=self.where)

    def operator(self, build: Build) -> EventOperator:
        """Return what runs."""
        own = replace(build.compiler.names, event=event_types(build.compiler.catalog, self.event))
        where = build.compiler.condition(self.where, own) if self.where is not None else None
        matcher = Matcher("event", self.event, where)
        return EventOperator(build.index, self.id, (matcher,), self.timeout, *build.awaiting(self.edges()))


@dataclass
class AwaitingOperator:
    """Park each passage until something happens, or until the time-out."""

    index: int
    id: str
    matchers: tuple[Matcher, ...]
    timeout: timedelta | None
    next: Way
    on_timeout: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Park the arrivals."""
        flow.park_for(self, rows, self.timeout)

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Take the time-out's way."""
        flow.go(self, rows, *self.on_timeout)

    def caught(self, flow: Flow, rows: pl.DataFrame, which: int) -> None:
        """Go on with what happened."""
        flow.go(self, rows, *self.next)


@dataclass
class EventOperator(AwaitingOperator):
    """Wait for an event, and keep it where something later reads it."""

    keeps: bool = True

    def caught(self, flow: Flow, rows: pl.DataFrame, which: int) -> None:
        """Keep the event under the node's id and go on."""
        if self.keeps:
            rows = rows.with_columns(merge_vars(self.id, pl.col("event")).alias("vars"))
        flow.go(self, rows, *self.next)
