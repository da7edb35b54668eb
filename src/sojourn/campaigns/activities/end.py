"""The activity that ends a branch."""

from __future__ import annotations

from typing import ClassVar, Literal

from sojourn.campaigns.activities.activity import Following, register
from sojourn.model.palette import Category


@register
class End(Following):
    """Go no further."""

    category: ClassVar[Category] = "flow"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["end"]
