"""The node that changes attributes of the profile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Step, Surroundings, mapped, register
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE, PROFILE_KEY, unknown_column
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place
from sojourn.model.names import AttributeName


@register
class UpdateProfileNode(Step):
    """Set attributes; the next node sees them."""

    type: Literal["update_profile"]
    set: dict[AttributeName, Expression] = Field(min_length=1)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the values."""
        return mapped(self.set, "set", names)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the attributes exist and may be set."""
        profile = catalog.get("entity", PROFILE)
        for name in self.set:
            if name == PROFILE_KEY:
                yield Problem("DOC-058", f"`{PROFILE_KEY}` is the profile's key and cannot be set", f"set.{name}")
            elif profile is not None and name not in profile.types:
                yield unknown_column(name, profile, f"set.{name}")
