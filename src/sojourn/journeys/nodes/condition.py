"""The node that takes the first path whose condition is met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

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
