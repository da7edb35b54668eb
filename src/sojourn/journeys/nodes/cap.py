"""The node that lets a fixed number of passages through."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Edge, Step, register
from sojourn.model.names import Id


@register
class CapNode(Step):
    """Let the first `limit` passages of this version go `next`, all others `otherwise`."""

    type: Literal["cap"]
    limit: Annotated[int, Field(ge=0)]
    otherwise: Id | None = None

    def edges(self) -> list[Edge]:
        """Return `next` and `otherwise`."""
        return [*super().edges(), Edge("otherwise", self.otherwise, "otherwise")]
