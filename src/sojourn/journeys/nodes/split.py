"""The node that divides profiles by chance, always the same way for one profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import ANYTHING, NEVER, Expression, Facts
from sojourn.journeys.compiler import shares_to_bounds
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Edge, Node, Path, Surroundings, register
from sojourn.model.delivery import Share, check_shares
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.palette import Category

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout


class SplitPath(Path):
    """A path and its share in percent."""

    share: Share = Field(description="Percent of the profiles; all shares sum to 100.")


@register
class SplitNode(Node):
    """Divide by bucket of (profile, journey, node), paths in order."""

    category: ClassVar[Category] = "branch"

    type: Literal["split"]
    paths: list[SplitPath] = Field(
        min_length=1, description="Shares of the profiles; the same profile always takes the same path."
    )

    def edges(self) -> list[Edge]:
        """Return the paths in order."""
        return [path.edge(i) for i, path in enumerate(self.paths)]

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the shares are a whole."""
        return check_shares([path.share for path in self.paths], "paths")

    def certainties(self, look: Lookout) -> list[Facts]:
        """Return that nobody takes a path without a share."""
        return [ANYTHING if path.share else NEVER for path in self.paths]

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of paths without a share."""
        for i, path in enumerate(self.paths):
            if not path.share:
                message = "nobody takes this path: its share is 0"
                yield Problem("WARN-006", message, f"paths[{i}].share", severity="warning", hint="take the path out")

    def operator(self, build: Build) -> SplitOperator:
        """Return what runs."""
        bounds = shares_to_bounds([path.share for path in self.paths])
        bucket = build.compiler.bucket(build.compiler.document, self.id)
        return SplitOperator(build.index, self.id, bucket, bounds, [build.way(edge) for edge in self.edges()])


@dataclass
class SplitOperator:
    """Send each passage the way of its bucket."""

    index: int
    id: str
    bucket: Expression
    bounds: list[int]
    ways: list[Way]

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Divide the arrivals."""
        buckets = flow.fold.values(rows, {"bucket": self.bucket})["bucket"]
        for bound, way in zip(self.bounds, self.ways, strict=True):
            mine = buckets < bound
            flow.go(self, rows.filter(mine), *way)
            rows, buckets = rows.filter(~mine), buckets.filter(~mine)
