"""Who may go on in another version of a journey: those for whom nothing is lost, and nothing comes twice.

What decides is where a passage waits, and the two documents. In doubt it stays in its version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from sojourn.journeys.document import Journey
from sojourn.journeys.graph import Graph
from sojourn.journeys.nodes.node import Node
from sojourn.journeys.program import Line
from sojourn.model.document import Document

Reason = Literal["kind", "entry", "timezone", "removed", "bound", "changed", "repeats", "looks_back", "held"]
"""Why passages stay in their version:

- `kind`: passages of this kind of document never move;
- `entry`, `timezone`: the versions let people in differently, or have another clock;
- `removed`, `changed`: the new version does not have the step where they wait, or it waits otherwise;
- `bound`: they wait for what the old version has asked for, such as a reaction to its message;
- `repeats`: a step that they may have passed stands after the one where they wait;
- `looks_back`: what comes then reads what they do not have, or not from the same step;
- `held`: quiet hours or a pause hold something of theirs.
"""

ADMISSION: Final = frozenset({"where", "schedule", "rate", "incremental"})
"""Fields of an entry that say who comes in, and when, not what a passage has then."""


class Stay(NamedTuple):
    """Why those who wait at a step stay in their version.

    Attributes
    ----------
    later : str or None
        The step after it that is in the way; None: it is none, or one of the exits.
    source : str or None
        The step that it looks back at.
    """

    reason: Reason
    later: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Edition:
    """A version of a document: as it is written, and as it runs."""

    document: Document
    line: Line

    @property
    def journey(self) -> Journey:
        """Return the document of a journey."""
        assert isinstance(self.document, Journey)
        return self.document

    @property
    def graph(self) -> Graph:
        """Return its nodes with what leads where."""
        return self.journey.graph

    def before(self, id: str) -> frozenset[str]:
        """Return the nodes that a passage may have come through before a node."""
        return frozenset(node for node, later in self.graph.later.items() if id in later)

    def keeps(self, id: str) -> bool:
        """Tell whether passages that come through a node keep what it got."""
        return getattr(self.line.operators[self.graph.positions[id]], "keeps", True)


def obstacle(old: Edition, new: Edition, id: str) -> Stay | None:
    """Tell why passages that wait at a node of a version cannot go on in another one; None: they can.

    Parameters
    ----------
    id : str
        A node of the old version.
    """
    if not (isinstance(old.document, Journey) and isinstance(new.document, Journey)):
        return Stay("kind")
    here, there = old.graph.node(id), new.graph.node(id)
    assert here is not None
    if not _alike(old.document.entry.model_dump(), new.document.entry.model_dump(), ADMISSION):
        return Stay("entry")
    if there is None:
        return Stay("removed")
    if not here.waits or here.calls_out or any(awaited.to for awaited in here.awaits()):
        return Stay("bound")
    if not is_same(here, there):
        return Stay("changed")
    if old.document.timezone != new.document.timezone:
        return Stay("timezone")
    again = new.graph.later[id] & old.before(id)
    if again:
        return Stay("repeats", min(again, key=new.graph.positions.__getitem__))
    return _looks_back(old, new, id)


def is_same(one: Node, other: Node) -> bool:
    """Tell whether two nodes do the same, wherever their ways lead and whatever these are called."""
    if one.type != other.type:
        return False
    ways = {edge.field.rpartition(".")[2] for node in (one, other) for edge in node.edges()}
    first, second = one.model_dump(), other.model_dump()
    paths = [told.pop("paths", []) for told in (first, second)]
    return (
        _alike(first, second, ways)
        and len(paths[0]) == len(paths[1])
        and all(_alike(mine, yours, {*ways, "name"}) for mine, yours in zip(*paths, strict=True))
    )


def _alike(one: dict[str, Any], other: dict[str, Any], but: frozenset[str] | set[str]) -> bool:
    return all(one.get(name) == other.get(name) for name in (one.keys() | other.keys()) - but)


def _looks_back(old: Edition, new: Edition, id: str) -> Stay | None:
    """Find what is read from the step on that a passage of the old version does not have like one of the new."""
    ahead = new.graph.later[id]
    for node in sorted({id, *ahead}, key=new.graph.positions.__getitem__):
        for source in sorted(new.line.recalls[new.graph.positions[node]]):
            if not _has_alike(old, new, id, source):
                return Stay("looks_back", node, source)
    for source in sorted(new.line.exits_recall):
        if not _has_alike(old, new, id, source):
            return Stay("looks_back", None, source)
    for node in sorted(ahead, key=new.graph.positions.__getitem__):
        later = new.graph.node(node)
        assert later is not None
        for awaited in later.awaits():
            if awaited.to is not None and awaited.to in new.before(id):
                return Stay("looks_back", node, awaited.to)
    return None


def _has_alike(old: Edition, new: Edition, id: str, source: str) -> bool:
    """Tell whether what a node has kept is to a passage that waits at `id` what it would be in the new version."""
    was, would = source in old.before(id), source in new.before(id)
    if not was and not would:
        return True
    mine, yours = old.graph.node(source), new.graph.node(source)
    if not (was and would) or mine is None or yours is None:
        return False
    return is_same(mine, yours) and old.keeps(source)
