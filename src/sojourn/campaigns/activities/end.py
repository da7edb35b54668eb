"""The activity that ends a branch."""

from __future__ import annotations

from typing import Literal

from sojourn.campaigns.activities.activity import Following, register


@register
class End(Following):
    """Go no further."""

    type: Literal["end"]

    def outlets(self) -> list[str]:
        """Return none."""
        return []
