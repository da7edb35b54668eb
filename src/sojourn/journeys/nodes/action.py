"""The node that has a system outside do something."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sojourn.journeys.nodes.call import Calling
from sojourn.journeys.nodes.node import register
from sojourn.model.names import ActionId


@register
class ActionNode(Calling):
    """Call an action; a pause holds its passages, as it holds messages."""

    held_by_pause: ClassVar[bool] = True

    type: Literal["action"]
    action: ActionId = Field(description="The action to call; its answer is `<id>.x` in later nodes.")

    @property
    def target(self) -> tuple[str, str]:
        """Return the action."""
        return "action", self.action
