"""The node that enters another journey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import Expression as Checked
from sojourn.expr import Reads
from sojourn.journeys.entry import enter
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Step, Surroundings, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, JourneyId


@register
class JumpNode(Step):
    """Enter the other journey first, then go on here."""

    type: Literal["jump"]
    journey: JourneyId = Field(description="The journey to enter.")
    arguments: dict[AttributeName, Expression] = Field(
        default_factory=dict,
        alias="with",
        description="The payload that the other journey reads as `entry`, as expressions.",
    )

    def references(self) -> Iterable[Reference]:
        """Return the journey."""
        yield Reference("journey", ("journey",), self.journey)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the arguments."""
        return mapped(self.arguments, "with", names)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the other journey can be entered."""
        target: Any = catalog.get("journey", self.journey)
        if target is not None and not target.entry.takes_jumps:
            message = f"the journey `{self.journey}` has an entry of type `{target.entry.type}`, which takes no jumps"
            yield Problem("DOC-059", message, "journey", hint="only entries of type `api` and `event` do")

    def unsettles(self, reads: Reads) -> bool:
        """Tell that the other journey may have changed anything."""
        return not reads.settled

    def operator(self, build: Build) -> JumpOperator:
        """Return what runs."""
        return JumpOperator(
            build.index, self.id, self.journey, build.as_object(self.arguments), build.way(self.edges()[0])
        )


@dataclass
class JumpOperator:
    """Enter the other journey, then go on here."""

    untraced: ClassVar[bool] = True

    index: int
    id: str
    journey: str
    arguments: Checked
    next: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Let the arrivals enter there; a refusal is a discard from this node with the target in `detail`."""
        if flow.hold(self, rows):
            return
        flow.fold.put_down("passage", rows)  # they are inside while they jump: nothing there may enter here
        self._jump(flow, flow.fold.within_limit(flow.line, rows))
        flow.fold.lift("passage", rows)
        flow.go(self, rows, *self.next)

    def _jump(self, flow: Flow, rows: pl.DataFrame) -> None:
        payload = flow.fold.values(rows, {"event": self.arguments})["event"]
        own = pl.lit(None, pl.Int64).alias("own")  # A jump is no event: what the audience there counts is complete.
        candidates = rows.select("pno", "at", payload.alias("event"), own)
        rank = candidates.select(pl.int_range(pl.len()).over("pno").alias("rank"))["rank"]
        for i in rank.unique().sort().to_list():
            self._enter(flow, candidates.filter(rank == i))

    def resume(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on after a pause."""
        flow.put(self.index, rows)

    def _enter(self, flow: Flow, candidates: pl.DataFrame) -> None:
        target = next((line for line in flow.fold.program.versions(self.journey) if line.entries), None)
        if target is None:
            flow.fold.discard(flow.line, self.index, candidates, "closed", detail=self.journey)
            return
        there = Flow(flow.fold, target)
        enter(there, candidates, refused_by=lambda rows, reason: flow.fold.discard(
            flow.line, self.index, rows, reason, detail=self.journey
        ))  # fmt: skip
        there.run()
