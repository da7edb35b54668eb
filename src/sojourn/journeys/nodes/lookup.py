"""The node that reads from a system outside."""

from __future__ import annotations

from typing import Literal

from sojourn.journeys.nodes.call import Calling
from sojourn.journeys.nodes.node import register
from sojourn.model.names import SourceId


@register
class LookupNode(Calling):
    """Read a source; it goes on while the journey is paused."""

    type: Literal["lookup"]
    source: SourceId

    @property
    def target(self) -> tuple[str, str]:
        """Return the source."""
        return "source", self.source
