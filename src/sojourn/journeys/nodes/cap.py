"""The node that lets a fixed number of passages through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import ANYTHING, NEVER, Facts
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Edge, Step, register
from sojourn.model.errors import Problem
from sojourn.model.names import Outlet
from sojourn.model.palette import Category

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout


@register
class CapNode(Step):
    """Let the first `limit` passages of this version go `next`, all others `otherwise`."""

    category: ClassVar[Category] = "branch"

    type: Literal["cap"]
    limit: Annotated[int, Field(ge=0)] = Field(description="How many passages go on by `next`.")
    otherwise: Outlet | None = Field(default=None, description="The node for all others.")

    def edges(self) -> list[Edge]:
        """Return `next` and `otherwise`."""
        return [*super().edges(), Edge("otherwise", self.otherwise, "otherwise")]

    def certainties(self, look: Lookout) -> list[Facts]:
        """Return that nobody goes `next` where the limit lets nobody through."""
        return [ANYTHING if self.limit else NEVER, ANYTHING]

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of a limit that lets nobody through."""
        if not self.limit:
            message = "nobody goes `next`: the limit is 0"
            yield Problem(
                "WARN-006", message, "limit", severity="warning", hint="raise the limit, or take the node out"
            )

    def operator(self, build: Build) -> CapOperator:
        """Return what runs."""
        return CapOperator(build.index, self.id, self.limit, *(build.way(edge) for edge in self.edges()))


@dataclass
class CapOperator:
    """Let the first passages through, in the order of their instants; at a resume in that of their arrival."""

    counts_arrivals: ClassVar[bool] = True

    index: int
    id: str
    limit: int
    next: Way
    otherwise: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Count the arrivals."""
        counts = flow.fold.caps
        place = (flow.line.doc, self.index)
        free = max(0, self.limit - counts.get(place, 0))
        rows = flow.fold.in_order(rows)
        counts[place] = counts.get(place, 0) + min(free, rows.height)
        flow.fold.let_in |= {place} if free and rows.height else set()
        flow.fold.is_contested |= rows.height > free and place in flow.fold.let_in
        flow.go(self, rows.head(free), *self.next)
        flow.go(self, rows.slice(free), *self.otherwise)
