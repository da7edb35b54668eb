"""The node that takes the first path whose condition is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl
from pydantic import Field

from sojourn.expr import Condition as Checked
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Edge, Node, Path, register
from sojourn.model.document import Catalog
from sojourn.model.expressions import Condition, Names, Place
from sojourn.model.names import Id


class ConditionPath(Path):
    """A path and its condition."""

    when: Condition


@register
class ConditionNode(Node):
    """Take the first path that is met, else `otherwise`."""

    type: Literal["condition"]
    paths: list[ConditionPath] = Field(min_length=1)
    otherwise: Id | None = None

    def edges(self) -> list[Edge]:
        """Return the paths in order, and `otherwise`."""
        paths = [path.edge(i) for i, path in enumerate(self.paths)]
        return [*paths, Edge("otherwise", self.otherwise, "otherwise")]

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the conditions."""
        return (Place(f"paths[{i}].when", path.when, names) for i, path in enumerate(self.paths))

    def operator(self, build: Build) -> ConditionOperator:
        """Return what runs."""
        conditions = [build.compiler.condition(path.when) for path in self.paths]
        ways = [build.way(edge) for edge in self.edges()]
        return ConditionOperator(build.index, self.id, conditions, ways[:-1], ways[-1])


@dataclass
class ConditionOperator:
    """Send each passage the first way whose condition is met."""

    index: int
    id: str
    conditions: list[Checked]
    ways: list[Way]
    otherwise: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Divide the arrivals."""
        met = flow.fold.values(rows, {str(i): condition for i, condition in enumerate(self.conditions)})
        for i, way in enumerate(self.ways):
            flow.go(self, rows.filter(met[str(i)]), *way)
            rest = ~met[str(i)]
            rows, met = rows.filter(rest), met.filter(rest)
        flow.go(self, rows, *self.otherwise)
