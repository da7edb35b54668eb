"""The node that waits for the first of several things to happen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field

from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import merge_vars
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Awaited, Edge, Node, Path, Surroundings, register
from sojourn.journeys.nodes.reaction import check_message, reactions
from sojourn.journeys.program import Matcher
from sojourn.model.document import Catalog
from sojourn.model.entity import event_types
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place, Reference
from sojourn.model.forms import ByForm
from sojourn.model.instants import Duration
from sojourn.model.names import EventId, NodeId, Outlet
from sojourn.model.palette import Category
from sojourn.model.reasons import FeedbackKind

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout


class EventPath(Path):
    """A path for an event."""

    event: EventId = Field(description="The event that takes this path.")
    where: Condition | None = Field(default=None, description="Which of these events count.")


class ReactionPath(Path):
    """A path for feedback on a message of this passage."""

    reaction: FeedbackKind = Field(description="The feedback that takes this path.")
    to: NodeId = Field(description="The node whose message the feedback is about.")


RacePath = Annotated[EventPath | ReactionPath, ByForm("path of a race")]


@register
class RaceNode(Node):
    """Take the path that happens first; `ranked`: the highest that happened by the end."""

    category: ClassVar[Category] = "wait"
    waits: ClassVar[bool] = True

    type: Literal["race"]
    paths: list[RacePath] = Field(min_length=1, description="What may happen, in the order of their rank.")
    within: Duration | None = Field(
        default=None, description="How long to wait at most; none: to the end of the passage."
    )
    otherwise: Outlet | None = Field(default=None, description="The node for those to whom none of it happens in time.")
    ranked: bool = Field(default=False, description="Wait to the end, and take the highest path that happened.")

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
                yield from check_message(path.to, f"paths[{i}].to", journey)
        if self.within is None and self.ranked:
            yield Problem("DOC-002", "a ranked race waits to its end: it needs `within`")
        if self.within is None and self.otherwise is not None:
            yield Problem("DOC-054", "`otherwise` is never taken without `within`", "otherwise")

    def stays(self) -> list[timedelta]:
        """Return nothing for a path that wins, unless the race waits to its end, and `within` for `otherwise`."""
        end = self.within or timedelta()
        return [*(end if self.ranked else timedelta() for _ in self.paths), end]

    def awaits(self) -> Iterable[Awaited]:
        """Return the events and the feedback, in order."""
        for i, path in enumerate(self.paths):
            if isinstance(path, EventPath):
                yield Awaited(f"paths[{i}].event", event=path.event, where=path.where)
            else:
                yield Awaited(f"paths[{i}].reaction", kind=path.reaction, to=path.to)

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of paths that an earlier one always wins against."""
        awaited = list(self.awaits())
        for i, later in enumerate(awaited):
            if any(look.comes_with(later, earlier) for earlier in awaited[:i]):
                message = "this path never wins: whatever it waits for happens on a path before it, too"
                hint = "put the narrower path first, or take this one out"
                yield Problem("WARN-004", message, f"paths[{i}]", severity="warning", hint=hint)

    def operator(self, build: Build) -> RaceOperator:
        """Return what runs."""
        ways = [build.way(edge) for edge in self.edges()]
        matchers = tuple(self._matcher(path, build) for path in self.paths)
        sources = tuple(build.targets[path.to] if isinstance(path, ReactionPath) else None for path in self.paths)
        return RaceOperator(build.index, self.id, matchers, sources, self.within, ways[:-1], ways[-1], self.ranked)

    def _matcher(self, path: EventPath | ReactionPath, build: Build) -> Matcher:
        if isinstance(path, ReactionPath):
            return Matcher("reaction", path.reaction, origin=(build.compiler.document, path.to))
        own = replace(build.compiler.names, event=event_types(build.compiler.catalog, path.event))
        where = build.compiler.condition(path.where, own) if path.where is not None else None
        return Matcher("event", path.event, where)


def merge_types(several: Iterable[dict[str, str]]) -> dict[str, str]:
    """Return the types of properties that may come from any of several; two different types are JSON."""
    merged: dict[str, str] = {}
    for types in several:
        for name, kind in types.items():
            merged[name] = kind if merged.get(name, kind) == kind else "json"
    return merged


@dataclass
class RaceOperator:
    """Park each passage until the first of its paths happens, or, ranked, until the end."""

    index: int
    id: str
    matchers: tuple[Matcher, ...]
    sources: tuple[int | None, ...]
    within: timedelta | None
    ways: list[Way]
    otherwise: Way
    ranked: bool

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Take the path of a reaction that came before; park the others."""
        won = self._before(flow, rows)
        if not self.ranked:
            for which, way in enumerate(self.ways):
                flow.go(self, rows.filter((won == which).fill_null(False)), *way)
            flow.park_for(self, rows.filter(won.is_null()), self.within)
            return
        flow.park_for(self, self._kept(rows.filter(won.is_null()), None), self.within)
        for which in won.drop_nulls().unique().to_list():
            flow.park_for(self, self._kept(rows.filter((won == which).fill_null(False)), which), self.within)

    def caught(self, flow: Flow, rows: pl.DataFrame, which: int) -> None:
        """Take the path; a ranked race only remembers it."""
        if not self.ranked:
            flow.go(self, rows.with_columns(merge_vars(self.id, pl.col("event")).alias("vars")), *self.ways[which])
            return
        best = self._best(rows)
        better = best.is_null() | (best > which)
        flow.fold.put_down("passage", self._kept(rows.filter(better), which))
        flow.fold.put_down("passage", rows.filter(~better))

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Take the highest path that happened, else `otherwise`."""
        best = self._best(rows)
        for which, way in enumerate(self.ways):
            flow.go(self, rows.filter((best == which).fill_null(False)), *way)
        flow.go(self, rows.filter(best.is_null()), *self.otherwise)

    def _before(self, flow: Flow, rows: pl.DataFrame) -> pl.Series:
        """Return the path of the earliest reaction of each passage that came before its arrival."""
        found = [
            reactions(flow, source, matcher.value).with_columns(pl.lit(which, pl.Int64).alias("which"))
            for which, (source, matcher) in enumerate(zip(self.sources, self.matchers, strict=True))
            if source is not None
        ]
        if not found:
            return pl.Series("which", [None], dtype=pl.Int64).new_from_index(0, rows.height)
        order = ["passage", "which"] if self.ranked else ["passage", "at"]
        first = pl.concat(found).sort(order).unique("passage", keep="first", maintain_order=True)
        return rows.select("no").join(first, left_on="no", right_on="passage", how="left", maintain_order="left")[
            "which"
        ]

    def _kept(self, rows: pl.DataFrame, which: int | None) -> pl.DataFrame:
        """Remember the best path so far behind the payload, under a name that no document can use."""
        if which is None:
            return rows
        payload = pl.col("event") if "event" in rows.columns else pl.lit("{}")
        marked = merge_vars(self.id, payload).alias("vars")
        rows = rows.with_columns(marked)
        return rows.with_columns(merge_vars(f"{self.id}#rank", pl.lit(str(which))).alias("vars"))

    def _best(self, rows: pl.DataFrame) -> pl.Series:
        """Return the best path so far; of a name that stands twice the last one counts."""
        name = re.escape(f'"{self.id}#rank":')
        found = rows["vars"].fill_null("").str.extract_all(name + r"(\d+)").list.last()
        return found.str.extract(r":(\d+)$").cast(pl.Int64)
