"""Who can get where in a journey: facts and time along its ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sojourn.expr import NEVER, Facts
from sojourn.journeys.document import AudienceEntry, Journey
from sojourn.journeys.lookout import Lookout
from sojourn.journeys.nodes.node import Edge, Node
from sojourn.model.errors import Problem
from sojourn.model.instants import format_duration
from sojourn.model.schedule import run_times


@dataclass
class Reach:
    """The edges of a journey that somebody can take.

    Attributes
    ----------
    arriving : dict of index to Facts
        What is certain of those who arrive at a node; nodes that nobody reaches are left out.
    earliest : dict of index to timedelta
        The shortest time from the entry to the node.
    contradicted : list of (index, edge, Facts)
        The edges that those who arrive can never take, though somebody else could.
    taken : set of (index, number of the edge)
        The edges that can be taken.
    """

    look: Lookout
    arriving: dict[int, Facts] = field(default_factory=dict)
    earliest: dict[int, timedelta] = field(default_factory=dict)
    contradicted: list[tuple[int, Edge, Facts]] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.arriving[0], self.earliest[0] = self.look.at_entry(), timedelta()
        for index in self.look.graph.order:
            if index in self.arriving:
                self._leave(index)

    def _leave(self, index: int) -> None:
        node, here = self.look.journey.nodes[index], self.arriving[index]
        ways, stays = node.certainties(self.look), node.stays()
        for number, (edge, target) in enumerate(self.look.graph.edges[index]):
            leaving = here & ways[number]
            if leaving.impossible:
                if not ways[number].impossible and not here.impossible:
                    self.contradicted.append((index, edge, leaving))
                continue
            self.taken.add((index, number))
            if target is not None:
                after = self.earliest[index] + stays[number]
                self.arriving[target] = self.arriving.get(target, NEVER) | leaving.without(node.unsettles)
                self.earliest[target] = min(after, self.earliest.get(target, after))

    def behind(self, start: int, *, without: int | None = None) -> set[int]:
        """Return the nodes to which a way leads from a node, itself among them, that does not lead over another."""
        seen: set[int] = set()
        todo = [start] if start != without else []
        while todo:
            index = todo.pop()
            if index not in seen:
                seen.add(index)
                todo += [target for _, target in self._out(index) if target != without]
        return seen

    def _out(self, index: int) -> Iterator[tuple[int, int]]:
        for number, (_, target) in enumerate(self.look.graph.edges[index]):
            if target is not None and (index, number) in self.taken:
                yield number, target


def warn_of_reach(look: Lookout) -> Iterable[Problem]:
    """Warn of ways that nobody takes, and of nodes to which nobody gets in time."""
    reach = Reach(look)
    yield from _contradictions(reach)
    yield from _too_late(reach)
    yield from _reactions(reach)


def _contradictions(reach: Reach) -> Iterable[Problem]:
    nodes = reach.look.journey.nodes
    for index, edge, facts in reach.contradicted:
        if edge.target is None and edge.field == "otherwise":
            continue  # nobody wrote this way
        why = f": {facts.clash}" if facts.clash is not None else ""
        lost = f", so `{edge.target}` is never reached" if _is_lost(reach, edge.target) else ""
        message = f"nobody who gets to `{nodes[index].id}` goes `{edge.outcome}`{lost}{why}"
        hint = "take it out, or change the condition; a value changes only where the journey waits or sets it"
        yield Problem("WARN-003", message, _place(index, edge), severity="warning", hint=hint)


def _is_lost(reach: Reach, target: str | None) -> bool:
    return target is not None and reach.look.graph.positions[target] not in reach.arriving


def _place(index: int, edge: Edge) -> str:
    field = edge.field.removesuffix("next").removesuffix(".")
    return f"nodes[{index}].{field}" if field else f"nodes[{index}]"


def _too_late(reach: Reach) -> Iterable[Problem]:
    limits = [(reach.look.journey.max_duration, "`max_duration`, at which the passage ends")]
    last = _longest(reach.look.journey)
    if last is not None:
        limits.append((last, "`ends_at`, at which all leave"))
    limit, what = min(limits)
    for index, node in enumerate(reach.look.journey.nodes):
        edges = reach.look.graph.edges[index] if index in reach.earliest else ()
        late = [
            edge.target
            for number, (edge, target) in enumerate(edges)
            if target is not None and _crosses(reach, index, number, limit)
        ]
        if late:
            since = format_duration(reach.earliest[index]) if reach.earliest[index] else "no time"
            message = (
                f"nobody gets from `{node.id}` to `{late[0]}`: {since} has passed at least before `{node.id}`, "
                f"and with its own wait that is past {what} ({format_duration(limit)} after the first entry)"
            )
            yield Problem(
                "WARN-010", message, f"nodes[{index}]", severity="warning", hint="wait for less, or end later"
            )


def _crosses(reach: Reach, index: int, number: int, limit: timedelta) -> bool:
    stay = reach.look.journey.nodes[index].stays()[number]
    return reach.earliest[index] < limit <= reach.earliest[index] + stay


def _longest(journey: Journey) -> timedelta | None:
    """Return the longest that anybody can be inside before `ends_at`; None: that is not known."""
    if journey.ends_at is None or journey.at_end != "exit":
        return None
    first = run_times(journey.entry.schedule)[0] if isinstance(journey.entry, AudienceEntry) else None
    starts: list[datetime] = [instant for instant in (journey.starts_at, first) if instant is not None]
    return max(journey.ends_at - max(starts), timedelta()) if starts else None


def _reactions(reach: Reach) -> Iterable[Problem]:
    nodes, positions = reach.look.journey.nodes, reach.look.graph.positions
    for index, node in enumerate(nodes):
        for awaited in node.awaits() if index in reach.arriving else ():
            if awaited.to is None:
                continue
            sender = positions[awaited.to]
            path = f"nodes[{index}].{awaited.field}"
            if sender not in reach.arriving or index not in reach.behind(sender):
                message = f"`{awaited.to}` has sent nothing to anybody who gets here: there is nothing to react to"
                yield Problem(
                    "WARN-008", message, path, severity="warning", hint=f"see why `{awaited.to}` is passed by"
                )
            elif _waits_for_ever(node) and index in reach.behind(0, without=sender):
                message = f"some get here without `{awaited.to}`, and wait for a reaction that cannot come"
                yield Problem("WARN-009", message, path, severity="warning", hint="give the node a `timeout`")


def _waits_for_ever(node: Node) -> bool:
    return len(list(node.awaits())) == 1 and not list(node.durations())
