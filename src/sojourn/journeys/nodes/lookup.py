"""The node that reads from a system outside."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sojourn.journeys.nodes.call import Calling
from sojourn.journeys.nodes.node import register
from sojourn.model.names import SourceId


@register
class LookupNode(Calling):
    """Read a source; it goes on while the journey is paused."""

    type: Literal["lookup"]
    source: SourceId = Field(description="The source to read; its answer is `<id>.x` in later nodes.")

    @property
    def target(self) -> tuple[str, str]:
        """Return the source."""
        return "source", self.source
