"""The node that divides profiles by chance, always the same way for one profile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Edge, Node, Path, Surroundings, register
from sojourn.model.delivery import Share, check_shares
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem


class SplitPath(Path):
    """A path and its share in percent."""

    share: Share


@register
class SplitNode(Node):
    """Divide by bucket of (profile, journey, node), paths in order."""

    type: Literal["split"]
    paths: list[SplitPath] = Field(min_length=1)

    def edges(self) -> list[Edge]:
        """Return the paths in order."""
        return [path.edge(i) for i, path in enumerate(self.paths)]

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the shares are a whole."""
        return check_shares([path.share for path in self.paths], "paths")
