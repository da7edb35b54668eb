"""What a node gets to become an operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sojourn.expr import Expression, union
from sojourn.expr.bucket import quote
from sojourn.journeys.compiler import Compiler

if TYPE_CHECKING:
    from sojourn.journeys.nodes.node import Edge

Way = tuple[str, int | None]
"""An outcome and the node that it leads to; None: the end."""


@dataclass(frozen=True)
class Build:
    """The surroundings of a node while its journey is compiled.

    Attributes
    ----------
    index : int
        The node's own index.
    targets : mapping of node id to index
        All nodes of the journey.
    """

    compiler: Compiler
    index: int
    targets: Mapping[str, int]

    def way(self, edge: Edge) -> Way:
        """Return an edge as outcome and index."""
        return edge.outcome, None if edge.target is None else self.targets[edge.target]

    def awaiting(self, edges: Sequence[Edge]) -> tuple[Way, Way]:
        """Return the ways `next` and `on_timeout`."""
        return self.way(edges[0]), self.way(edges[1])

    def as_object(self, properties: Mapping[str, str]) -> Expression:
        """Compile expressions into one that gives a JSON object of their values."""
        compiled = {name: self.compiler.expression(text) for name, text in properties.items()}
        pairs = ", ".join(f"{quote(name)}, {value.sql}" for name, value in compiled.items())
        reads = union([value.reads for value in compiled.values()])
        return Expression(f"CAST(json_object({pairs}) AS VARCHAR)", "VARCHAR", reads, "")
