"""The node that takes the first path whose condition is met."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import ANYTHING, Facts
from sojourn.expr import Condition as Checked
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Edge, Node, Path, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place
from sojourn.model.names import Outlet
from sojourn.model.palette import Category

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout


class ConditionPath(Path):
    """A path and its condition."""

    when: Condition = Field(description="Who takes this path.")


@register
class ConditionNode(Node):
    """Take the first path that is met, else `otherwise`."""

    category: ClassVar[Category] = "branch"

    type: Literal["condition"]
    paths: list[ConditionPath] = Field(min_length=1, description="The first path whose condition is met is taken.")
    otherwise: Outlet | None = Field(default=None, description="The node for those who meet none.")

    def edges(self) -> list[Edge]:
        """Return the paths in order, and `otherwise`."""
        paths = [path.edge(i) for i, path in enumerate(self.paths)]
        return [*paths, Edge("otherwise", self.otherwise, "otherwise")]

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the conditions."""
        return (Place(f"paths[{i}].when", path.when, names) for i, path in enumerate(self.paths))

    def certainties(self, look: Lookout) -> list[Facts]:
        """Return for each path that it is met and none before it is, and for `otherwise` that none is."""
        found, rest = [], ANYTHING
        for path in self.paths:
            found.append(rest & look.met(path.when))
            rest = rest & look.unmet(path.when)
        return [*found, rest]

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of paths that those before leave nobody for."""
        *paths, rest = self.certainties(look)
        for i, facts in enumerate(paths):
            if facts.impossible and not look.met(self.paths[i].when).impossible:
                message = "nobody takes this path: whoever meets it has taken one before it"
                hint = "put the narrower condition first, or take this path out"
                yield Problem("WARN-004", message, f"paths[{i}].when", severity="warning", hint=hint)
        if self.otherwise is not None and rest.impossible:
            message = "nobody takes `otherwise`: one of the paths is always met"
            yield Problem("WARN-005", message, "otherwise", severity="warning", hint="take it out")

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
