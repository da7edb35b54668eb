"""The node that waits for feedback on a message of this passage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sojourn.journeys.nodes.event import Awaiting
from sojourn.journeys.nodes.node import Surroundings, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.names import Id
from sojourn.model.reasons import FeedbackKind


@register
class ReactionNode(Awaiting):
    """Wait for feedback of one kind on the message that a node sent in this passage."""

    type: Literal["reaction"]
    to: Id
    kind: FeedbackKind

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that the message comes before."""
        yield from super().check(journey, catalog)
        yield from check_message(self.to, self.id, "to", journey)


def check_message(to: str, here: str, path: str, journey: Surroundings) -> Iterable[Problem]:
    """Check that `to` is a message node that comes before the node `here`."""
    node = journey.node(to)
    if node is None:
        near = did_you_mean(to, [id for id in journey.positions if (found := journey.node(id)) and found.sends])
        yield Problem("DOC-055", f"no node `{to}` in this journey{near}", path)
    elif not node.sends:
        yield Problem("DOC-055", f"the node `{to}` sends no message that one could react to", path)
    elif not journey.comes_before(to, here):
        yield Problem("DOC-055", f"the node `{to}` does not come before `{here}`: its message is never there", path)
