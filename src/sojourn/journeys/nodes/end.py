"""The node that ends the passage."""

from __future__ import annotations

from typing import Literal

from sojourn.journeys.nodes.node import Edge, Node, register


@register
class EndNode(Node):
    """End the passage: it is completed."""

    type: Literal["end"]

    def edges(self) -> list[Edge]:
        """Return the one outcome, which leads nowhere."""
        return [Edge("end", None, "type")]
