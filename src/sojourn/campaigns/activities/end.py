"""The activity that ends a branch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.palette import Category


@register
class End(Following):
    """Go no further."""

    category: ClassVar[Category] = "flow"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["end"]

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()
