"""The node that puts an event of the profile on the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import Expression as Checked
from sojourn.expr import Reads
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Step, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, EventId
from sojourn.model.palette import Category


@register
class EmitNode(Step):
    """Put an event on the log, after the current item."""

    category: ClassVar[Category] = "data"

    type: Literal["emit"]
    event: EventId = Field(description="The event that the profile has then.")
    properties: dict[AttributeName, Expression] = Field(
        default_factory=dict, description="Its properties, as expressions."
    )

    def references(self) -> Iterable[Reference]:
        """Return the event."""
        yield Reference("event", ("event",), self.event)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the properties."""
        return mapped(self.properties, "properties", names)

    def unsettles(self, reads: Reads) -> bool:
        """Tell that the event is history."""
        return bool(reads.history)

    def operator(self, build: Build) -> EmitOperator:
        """Return what runs."""
        match = build.compiler.directory.events[self.event].match
        return EmitOperator(build.index, self.id, match, build.as_object(self.properties), build.way(self.edges()[0]))


@dataclass
class EmitOperator:
    """Put an event of each profile behind the current item."""

    untraced: ClassVar[bool] = True

    index: int
    id: str
    event: str
    properties: Checked
    next: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Emit for the arrivals and go on."""
        told = rows.with_columns(flow.fold.values(rows, {"data": self.properties})["data"])
        flow.fold.follow(flow.line, told, "track", self.event, pl.col("data"))
        flow.go(self, rows, *self.next)
