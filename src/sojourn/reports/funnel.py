"""How many came to each node, are there, and left by which way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sojourn.journeys.program import Line
from sojourn.model.reasons import PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.nodes import node_id, node_type
from sojourn.reports.reading import Cursor, Row, read

LEFT = "SELECT doc, node, outcome, count(*) AS n FROM step WHERE outcome > 0 GROUP BY ALL"
INSIDE = "SELECT doc, node, count(*) AS n FROM passage GROUP BY ALL"
ENDED = "SELECT doc, node, state, reason, count(*) AS n FROM passage_end GROUP BY ALL"


@dataclass
class Counts:
    """Passages by version, node and outcome.

    Attributes
    ----------
    left : dict of (doc, node) to Counter of str
        By name of the outcome.
    inside : Counter of (doc, node)
        Passages that are there now.
    ended : dict of doc to Counter of str
        By state: `completed`, `exited`, `failed`, `timed_out`, `stopped`.
    """

    left: dict[tuple[int, int], Counter[str]] = field(default_factory=dict)
    inside: Counter[tuple[int, int]] = field(default_factory=Counter)
    ended: dict[int, Counter[str]] = field(default_factory=dict)


def count_passages(cursor: Cursor, lines: dict[int, Line]) -> Counts:
    """Count the passages of lines, by version number."""
    counts = Counts()
    for row in read(cursor, LEFT):
        if (line := lines.get(row["doc"])) is not None:
            counts.left.setdefault((row["doc"], row["node"]), Counter())[line.names[row["outcome"]]] += row["n"]
    for row in read(cursor, INSIDE):
        counts.inside[row["doc"], row["node"]] += row["n"]
    for row in read(cursor, ENDED):
        if (line := lines.get(row["doc"])) is not None:
            _count_end(counts, line, row)
    return counts


def _count_end(counts: Counts, line: Line, row: Row) -> None:
    state = PASSAGE_STATES[row["state"]]
    counts.ended.setdefault(line.doc, Counter())[state] += row["n"]
    # The steps of a triggered campaign do not tell of a send that was cancelled.
    if not line.steps and state != "completed":
        reason = state if row["reason"] is None else PASSAGE_REASONS[row["reason"]]
        counts.left.setdefault((line.doc, row["node"]), Counter())[reason] += row["n"]


def passage_counts(counts: Counts, versions: list[Line]) -> Row:
    """Return `entered`, `inside` and the ends by state, of all versions together."""
    ended: Counter[str] = sum((counts.ended.get(line.doc, Counter()) for line in versions), Counter())
    docs = {line.doc for line in versions}
    inside = sum(n for (doc, _), n in counts.inside.items() if doc in docs)
    states: Row = {state: ended[state] for state in PASSAGE_STATES if state != "active"}
    return {"entered": inside + sum(ended.values()), "inside": inside, **states}


def node_counts(counts: Counts, versions: list[Line]) -> list[Row]:
    """Return `id`, `type`, `entered`, `waiting`, `left` of each node.

    Nodes of the newest version stand first, in its order; those that only older versions have, and somebody came to,
    behind them.
    """
    nodes: dict[str, Row] = {}
    for line in versions:
        for node in range(len(line.operators)):
            left, waiting = counts.left.get((line.doc, node), Counter()), counts.inside[line.doc, node]
            if line is versions[0] or left or waiting:
                _add(nodes, line, node, left, waiting)
    return [{**node, "left": dict(node["left"].most_common())} for node in nodes.values()]


def _add(nodes: dict[str, Row], line: Line, node: int, left: Counter[str], waiting: int) -> None:
    id_ = node_id(line, node)
    empty = {"id": id_, "type": node_type(line, node), "entered": 0, "waiting": 0, "left": Counter[str]()}
    row = nodes.setdefault(id_, empty)
    row["entered"] += waiting + left.total()
    row["waiting"] += waiting
    row["left"] += left
