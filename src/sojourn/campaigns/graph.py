"""The graph of a campaign: transitions, cycles, the shape of every table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sojourn.campaigns.activities.activity import WHOLE, Activity, WorkTable
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean

ACTIVITY_LIMIT = 500


@dataclass(frozen=True)
class Graph:
    """The activities of one campaign and what leads where."""

    activities: Sequence[Activity]

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return the index of each activity by its id; of two with one id, the first."""
        return {activity.id: i for i, activity in reversed(list(enumerate(self.activities)))}

    @cached_property
    def sources(self) -> Sequence[Sequence[int | None]]:
        """Return for each activity the indexes that its inputs come from; None for an unknown one."""
        inputs = [[name.partition(".")[0] for _, name in activity.inputs()] for activity in self.activities]
        return [[self.positions.get(id) for id in ids] for ids in inputs]

    @cached_property
    def followers(self) -> Sequence[Sequence[tuple[int, str]]]:
        """Return for each activity those that take it in, with the field that says so."""
        found: list[list[tuple[int, str]]] = [[] for _ in self.activities]
        for i, sources in enumerate(self.sources):
            for source, (field, _) in zip(sources, self.activities[i].inputs(), strict=True):
                if source is not None:
                    found[source].append((i, field))
        return found

    @cached_property
    def order(self) -> Sequence[int]:
        """Return the indexes so that inputs come first; what is in or behind a cycle is left out."""
        waiting = [len(sources) for sources in self.sources]
        ready = [i for i, count in enumerate(waiting) if count == 0]
        for index in ready:
            for follower, _ in self.followers[index]:
                waiting[follower] -= 1
                if waiting[follower] == 0:
                    ready.append(follower)
        return ready

    def tables(self, catalog: Catalog) -> dict[int, Sequence[WorkTable]]:
        """Return the shapes of the inputs of each activity that can be reached from known ones."""
        inputs: dict[int, Sequence[WorkTable]] = {}
        for index in self.order:
            named = zip(self.sources[index], self.activities[index].inputs(), strict=True)
            inputs[index] = [
                self.activities[source].outlet_table(name.partition(".")[2], inputs[source], catalog)
                for source, (_, name) in named
                if source is not None
            ]
        return inputs

    def check(self) -> Iterable[Problem]:
        """Yield what is wrong with the graph: too many activities, ids twice, unknown inputs, cycles."""
        if len(self.activities) > ACTIVITY_LIMIT:
            message = f"the campaign has {len(self.activities)} activities; the limit is {ACTIVITY_LIMIT}"
            yield Problem("DOC-050", message, "activities", hint="let a `signal` activity start another campaign")
            return
        yield from self._check_ids()
        yield from self._check_inputs()
        yield from self._check_cycles()

    def _check_ids(self) -> Iterable[Problem]:
        for i, activity in enumerate(self.activities):
            if self.positions[activity.id] != i:
                first = f"activities[{self.positions[activity.id]}]"
                yield Problem("DOC-003", f"the id `{activity.id}` is taken by `{first}` already", f"activities[{i}].id")
            seen: set[str] = set()
            for field, name in activity.named_outlets():
                if name in seen:
                    message = f"`{activity.id}` has the outlet `{name}` twice"
                    yield Problem("DOC-003", message, f"activities[{i}].{field}")
                seen.add(name)

    def _check_inputs(self) -> Iterable[Problem]:
        for i, activity in enumerate(self.activities):
            for field, name in activity.inputs():
                yield from self._check_input(name, f"activities[{i}].{field}")

    def _check_input(self, name: str, path: str) -> Iterable[Problem]:
        id, _, outlet = name.partition(".")
        if id not in self.positions:
            near = did_you_mean(id, self.positions)
            yield Problem("DOC-051", f"no activity `{id}` in this campaign{near}", path)
            return
        outlets = self.activities[self.positions[id]].outlets()
        if outlet not in outlets:
            yield Problem("DOC-080", _no_outlet(id, outlet, outlets), path)

    def _check_cycles(self) -> Iterable[Problem]:
        done: set[int] = set()
        for start in sorted(range(len(self.activities)), key=lambda i: bool(self.sources[i])):
            if start not in done:
                yield from self._walk(start, done)

    def _walk(self, start: int, done: set[int]) -> Iterable[Problem]:
        path = [(start, iter(self.followers[start]))]
        inside = {start}
        while path:
            index, followers = path[-1]
            for follower, field in followers:
                if follower in inside:
                    ids = self.activities[index].id, self.activities[follower].id
                    message = f"`{ids[1]}` takes in `{ids[0]}`, which comes from it: a campaign has no cycle"
                    yield Problem("DOC-052", message, f"activities[{follower}].{field}")
                elif follower not in done:
                    path.append((follower, iter(self.followers[follower])))
                    inside.add(follower)
                    break
            else:
                path.pop()
                inside.discard(index)
                done.add(index)


def _no_outlet(id: str, outlet: str, outlets: Sequence[str]) -> str:
    named = [name for name in outlets if name != WHOLE]
    known = ", ".join(f"`{id}.{name}`" for name in named)
    if not outlets:
        return f"`{id}` has no rows out"
    if outlet == WHOLE:
        return f"`{id}` has several outlets; name one of {known}"
    return f"`{id}` has no outlet `{outlet}`{did_you_mean(outlet, named) or (f'; it has {known}' if known else '')}"
