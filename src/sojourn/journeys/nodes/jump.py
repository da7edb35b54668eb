"""The node that enters another journey."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Step, Surroundings, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, Id


@register
class JumpNode(Step):
    """Enter the other journey first, then go on here."""

    type: Literal["jump"]
    journey: Id
    arguments: dict[AttributeName, Expression] = Field(default_factory=dict, alias="with")

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
