"""The node that puts an event of the profile on the log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Step, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, Id


@register
class EmitNode(Step):
    """Put an event on the log, after the current item."""

    type: Literal["emit"]
    event: Id
    properties: dict[AttributeName, Expression] = Field(default_factory=dict)

    def references(self) -> Iterable[Reference]:
        """Return the event."""
        yield Reference("event", ("event",), self.event)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the properties."""
        return mapped(self.properties, "properties", names)
