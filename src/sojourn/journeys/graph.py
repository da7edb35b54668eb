"""The graph of a journey: edges, cycles, reachability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from sojourn.journeys.nodes.node import Edge, Node
from sojourn.model.errors import Problem, did_you_mean, nearest

NODE_LIMIT = 200


@dataclass(frozen=True)
class Graph:
    """The nodes of one journey and what leads where.

    Attributes
    ----------
    nodes : sequence of Node
        In the order of the document; the first is the start.
    max_duration : timedelta
        The longest that anybody stays.
    """

    nodes: Sequence[Node]
    max_duration: timedelta

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Return the index of each node by its id; of two with one id, the first."""
        return {node.id: i for i, node in reversed(list(enumerate(self.nodes)))}

    @cached_property
    def edges(self) -> Sequence[Sequence[tuple[Edge, int | None]]]:
        """Return the edges of each node, with the index of the target."""
        return [[(edge, self.positions.get(edge.target or "")) for edge in node.edges()] for node in self.nodes]

    @cached_property
    def order(self) -> Sequence[int]:
        """Return the indexes of the nodes that the first one leads to, each behind all that lead to it."""
        found: list[int] = []
        done: set[int] = set()
        path = [(0, iter(self.edges[0]))]
        while path:
            index, edges = path[-1]
            target = next((target for _, target in edges if target is not None and target not in done), None)
            if target is None:
                path.pop()
                done.add(index)
                found.append(index)
            else:
                path.append((target, iter(self.edges[target])))
        return found[::-1]

    @cached_property
    def later(self) -> Mapping[str, frozenset[str]]:
        """Return for each node that the first one leads to those that may come after it."""
        found: dict[str, frozenset[str]] = {}
        for index in reversed(self.order):
            targets = {self.nodes[target].id for _, target in self.edges[index] if target is not None}
            found[self.nodes[index].id] = frozenset(targets).union(*(found[target] for target in targets))
        return found

    def node(self, id: str) -> Node | None:
        """Return a node by its id."""
        return self.nodes[self.positions[id]] if id in self.positions else None

    def _reached(self, start: Iterable[int]) -> set[int]:
        seen: set[int] = set()
        todo = list(start)
        while todo:
            index = todo.pop()
            if index not in seen:
                seen.add(index)
                todo += [target for _, target in self.edges[index] if target is not None]
        return seen

    def check(self) -> Iterable[Problem]:
        """Yield what is wrong with the graph: too many nodes, ids twice, unknown targets, cycles, unreached nodes."""
        if len(self.nodes) > NODE_LIMIT:
            message = f"the journey has {len(self.nodes)} nodes; the limit is {NODE_LIMIT}"
            yield Problem("DOC-050", message, "nodes", hint="split it, and lead on with a `jump` node")
            return
        yield from self._check_ids()
        yield from self._check_targets()
        yield from self._check_cycles()
        yield from self._check_reach()

    def _check_ids(self) -> Iterable[Problem]:
        for i, node in enumerate(self.nodes):
            if self.positions[node.id] != i:
                first = f"nodes[{self.positions[node.id]}]"
                yield Problem("DOC-003", f"the id `{node.id}` is taken by `{first}` already", f"nodes[{i}].id")

    def _unknown(self) -> Iterable[tuple[int, Edge, str]]:
        for i, edges in enumerate(self.edges):
            for edge, target in edges:
                if edge.target is not None and target is None:
                    yield i, edge, edge.target

    def _check_targets(self) -> Iterable[Problem]:
        for i, edge, target in self._unknown():
            near = did_you_mean(target, self.positions)
            yield Problem("DOC-051", f"no node `{target}` in this journey{near}", f"nodes[{i}].{edge.field}")

    def _check_cycles(self) -> Iterable[Problem]:
        done: set[int] = set()
        for start in range(len(self.nodes)):
            if start not in done:
                yield from self._walk(start, done)

    def _walk(self, start: int, done: set[int]) -> Iterable[Problem]:
        path = [(start, iter(self.edges[start]))]
        inside = {start}
        while path:
            index, edges = path[-1]
            for edge, target in edges:
                if target in inside:
                    yield self._cycle(index, edge)
                elif target is not None and target not in done:
                    path.append((target, iter(self.edges[target])))
                    inside.add(target)
                    break
            else:
                path.pop()
                inside.discard(index)
                done.add(index)

    def _cycle(self, index: int, edge: Edge) -> Problem:
        message = f"`{self.nodes[index].id}` leads back to `{edge.target}`: a journey has no cycle"
        return Problem("DOC-052", message, f"nodes[{index}].{edge.field}", hint="let profiles enter again by `reentry`")

    def _check_reach(self) -> Iterable[Problem]:
        meant = {nearest(target, self.positions) for _, _, target in self._unknown()}
        reached = self._reached([0])
        for i, node in enumerate(self.nodes):
            if i not in reached and self.positions[node.id] == i and node.id not in meant:
                yield Problem("DOC-053", f"the node `{node.id}` cannot be reached from the first node", f"nodes[{i}]")
