"""What became of messages: each is in exactly one place, so the counts add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sojourn.journeys.program import Line
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS
from sojourn.reports.nodes import slots_of
from sojourn.reports.reading import Cursor, read

NOT_COUNTED = (FEEDBACK_KINDS.index("sent"), FEEDBACK_KINDS.index("failed"))
DECIDED = "SELECT doc, node, channel, variant, count(*) AS n FROM message GROUP BY ALL"
PENDING = """
SELECT doc, node, channel, variant, count(*) AS n FROM message SEMI JOIN outbox USING (no) ANTI JOIN unsent USING (no)
GROUP BY ALL
"""
# What delivery could not render has a discard of its own number: it is discarded for that reason, and not failed.
UNRENDERED = "SELECT d.no FROM discard d SEMI JOIN unsent USING (no) WHERE d.reason IN ({reasons})"
FAILED = f"""
SELECT doc, node, channel, variant, count(*) AS n FROM message SEMI JOIN unsent USING (no)
ANTI JOIN ({UNRENDERED}) u USING (no) GROUP BY ALL
"""
UNSENT = "SELECT doc, node, channel, variant, count(*) AS n FROM message SEMI JOIN unsent USING (no) GROUP BY ALL"
HELD = "SELECT doc, node, slot, count(*) AS n FROM held GROUP BY ALL"
DISCARDED = "SELECT doc, node, channel, reason, count(*) AS n FROM discard GROUP BY ALL"
# Ten times as fast as count(DISTINCT message); every message has a `sent`, so these are left out.
TOLD = f"""
SELECT doc, kind, count(*) AS messages FROM (
    SELECT DISTINCT doc, kind, message FROM feedback WHERE kind NOT IN ({", ".join(map(str, NOT_COUNTED))})
) GROUP BY ALL
"""
# A message that the provider refused is counted as `failed` by its own row; the discard tells of the same message.
REFUSED_BY_PROVIDER = DISCARD_REASONS.index("failed")


@dataclass(frozen=True)
class Place:
    """Whose message it is: version, node and channel type."""

    doc: int
    node: int
    channel: str


@dataclass
class Sending:
    """Messages by place: `sent`, `pending`, `held`, `failed`, and `discarded` by reason.

    Attributes
    ----------
    refused : Counter of (doc, reason)
        Entries that were refused, which are no messages.
    """

    sent: Counter[Place]
    pending: Counter[Place]
    held: Counter[Place]
    failed: Counter[Place]
    discarded: dict[Place, Counter[str]]
    refused: Counter[tuple[int, str]]

    def tables(self) -> dict[str, Counter[Place]]:
        """Return the counts of messages that were not discarded, by what became of them."""
        return {"sent": self.sent, "pending": self.pending, "held": self.held, "failed": self.failed}

    def places(self) -> set[Place]:
        """Return all places that have messages."""
        return set(self.discarded).union(*self.tables().values())


def count_messages(cursor: Cursor, lines: dict[int, Line]) -> Sending:
    """Count all messages of lines, by version number."""
    reasons = ", ".join(str(DISCARD_REASONS.index(reason)) for reason in ("aborted_by_template", "render_error"))
    queries = (DECIDED, PENDING, UNSENT, FAILED.format(reasons=reasons))
    decided, pending, unsent, failed = (_by_place(cursor, lines, query) for query in queries)
    held: Counter[Place] = Counter()
    for row in read(cursor, HELD):
        if (line := lines.get(row["doc"])) is not None:
            channel = slots_of(line, row["node"])[row["slot"]].spec.channel
            held[place_of(line, row["node"], channel)] += row["n"]
    discarded, refused = _discards(cursor, lines)
    return Sending(decided - pending - unsent, pending, held, failed, discarded, refused)


def place_of(line: Line, node: int, channel: str) -> Place:
    """Return a message's place; those of a triggered campaign have no node of their own."""
    return Place(line.doc, node if line.steps else -1, channel)


def _by_place(cursor: Cursor, lines: dict[int, Line], query: str) -> Counter[Place]:
    counts: Counter[Place] = Counter()
    for row in read(cursor, query):
        if (line := lines.get(row["doc"])) is not None:
            counts[place_of(line, row["node"], CHANNEL_TYPES[row["channel"]])] += row["n"]
    return counts


def _discards(cursor: Cursor, lines: dict[int, Line]) -> tuple[dict[Place, Counter[str]], Counter[tuple[int, str]]]:
    discarded: dict[Place, Counter[str]] = {}
    refused: Counter[tuple[int, str]] = Counter()
    for row in read(cursor, DISCARDED):
        line, reason = lines.get(row["doc"]), DISCARD_REASONS[row["reason"]]
        if line is None:
            continue
        if row["channel"] < 0:
            refused[line.doc, reason] += row["n"]
        elif row["reason"] != REFUSED_BY_PROVIDER:
            place = place_of(line, row["node"], CHANNEL_TYPES[row["channel"]])
            discarded.setdefault(place, Counter())[reason] += row["n"]
    return discarded, refused


def count_feedback(cursor: Cursor) -> dict[int, Counter[str]]:
    """Count, for each version, the messages that got each kind of feedback, each once; `sent` and `failed` apart."""
    counts: dict[int, Counter[str]] = {}
    for row in read(cursor, TOLD):
        counts.setdefault(row["doc"], Counter())[FEEDBACK_KINDS[row["kind"]]] += row["messages"]
    return counts
