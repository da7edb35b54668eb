"""The node that waits for the first of several things to happen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Edge, Node, Path, Surroundings, register
from sojourn.journeys.nodes.reaction import check_message
from sojourn.model.document import Catalog
from sojourn.model.entity import event_types
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place, Reference
from sojourn.model.forms import ByForm
from sojourn.model.instants import Duration
from sojourn.model.names import Id
from sojourn.model.reasons import FeedbackKind


class EventPath(Path):
    """A path for an event."""

    event: Id
    where: Condition | None = None


class ReactionPath(Path):
    """A path for feedback on a message of this passage."""

    reaction: FeedbackKind
    to: Id


RacePath = Annotated[EventPath | ReactionPath, ByForm("path of a race")]


@register
class RaceNode(Node):
    """Take the path that happens first; `ranked`: the highest that happened by the end."""

    waits: ClassVar[bool] = True

    type: Literal["race"]
    paths: list[RacePath] = Field(min_length=1)
    within: Duration | None = None
    otherwise: Id | None = None
    ranked: bool = False

    def edges(self) -> list[Edge]:
        """Return the paths in order, and `otherwise`."""
        paths = [path.edge(i) for i, path in enumerate(self.paths)]
        return [*paths, Edge("otherwise", self.otherwise, "otherwise")]

    def _events(self) -> Iterable[tuple[int, EventPath]]:
        return ((i, path) for i, path in enumerate(self.paths) if isinstance(path, EventPath))

    def answer(self, catalog: Catalog) -> dict[str, str]:
        """Return the types of all events that may win; a property of two types is JSON."""
        return merge_types(event_types(catalog, path.event) for _, path in self._events())

    def durations(self) -> Iterable[tuple[str, timedelta]]:
        """Return `within`."""
        if self.within is not None:
            yield "within", self.within

    def references(self) -> Iterable[Reference]:
        """Return the events."""
        return (Reference(f"paths[{i}].event", ("event",), path.event) for i, path in self._events())

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return each `where`, which sees its event."""
        for i, path in self._events():
            if path.where is not None:
                own = replace(names, event=event_types(catalog, path.event))
                yield Place(f"paths[{i}].where", path.where, own)

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that messages come before, and that there is an end to wait for."""
        for i, path in enumerate(self.paths):
            if isinstance(path, ReactionPath):
                yield from check_message(path.to, self.id, f"paths[{i}].to", journey)
        if self.within is None and self.ranked:
            yield Problem("DOC-002", "a ranked race waits to its end: it needs `within`")
        if self.within is None and self.otherwise is not None:
            yield Problem("DOC-054", "`otherwise` is never taken without `within`", "otherwise")


def merge_types(several: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return the types of properties that may come from any of several; two different types are JSON."""
    merged: dict[str, str] = {}
    for types in several:
        for name, kind in types.items():
            merged[name] = kind if merged.get(name, kind) == kind else "json"
    return merged
