"""What one document did: its funnel, its messages, what came back, and what it was worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sojourn.engine.lifecycle import state_now
from sojourn.engine.results import variant_label
from sojourn.journeys.conversions import CONTROL
from sojourn.journeys.program import Line, Program
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.instants import format_instant
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS
from sojourn.reports.funnel import count_passages, node_counts, passage_counts
from sojourn.reports.nodes import node_id, versions
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.reconciliation import totals
from sojourn.reports.runs import runs_of
from sojourn.reports.sending import NOT_COUNTED, Place, Sending, count_messages, place_of

RUNS_SHOWN = 20
"""Runs of a campaign in its report."""

TOTALS = ("opened", "clicked")
"""Feedback of which one message may get several, and of which that is of interest."""

REACTIONS = """
SELECT m.doc, m.node, m.channel, f.kind, sum(f.n)::BIGINT AS total, count(*) AS messages
FROM (
    SELECT message, kind, count(*) AS n FROM feedback WHERE doc IN ({docs}) AND kind NOT IN ({skipped}) GROUP BY ALL
) f
JOIN message m ON m.no = f.message GROUP BY ALL
"""
LINKS = """
SELECT f.link, count(*) AS total, count(DISTINCT f.message) AS messages
FROM feedback f WHERE f.doc IN ({docs}) AND f.kind = {clicked} AND f.link IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
RECEIPTS = """
WITH receipt AS (
    SELECT passage, arg_min(variant, no) AS variant FROM message ANTI JOIN unsent USING (no)
    WHERE doc IN ({docs}) GROUP BY ALL
)
SELECT variant, count(*) AS n FROM receipt GROUP BY ALL
UNION ALL
SELECT {control}, count(*) FROM discard WHERE doc IN ({docs}) AND reason = {control_group} HAVING count(*) > 0
"""
CONVERSIONS = """
SELECT doc, goal, variant, count(*) AS n FROM conversion WHERE doc IN ({docs}) GROUP BY ALL
"""
SPAN = """
SELECT min(t."at") AS since, max(t."at") AS until FROM (
    SELECT "at" FROM step WHERE doc IN ({docs}) UNION ALL SELECT "at" FROM message WHERE doc IN ({docs})
    UNION ALL SELECT "at" FROM feedback WHERE doc IN ({docs}) UNION ALL SELECT "at" FROM discard WHERE doc IN ({docs})
) t
"""


def report(cursor: Cursor, program: Program, document_id: str, now: datetime) -> Row:
    """Return what a document did, over all its versions.

    Parameters
    ----------
    cursor : duckdb cursor
        A reader of the store, of the caller's thread.
    program : Program
        The published documents.
    document_id : str
        A journey, a triggered campaign or a campaign.
    now : datetime
        The engine's instant.

    Returns
    -------
    dict
        `id`, `kind`, `state`, `since`, `until` (first and last thing that happened, RFC 3339, or None);
        `passages` (`entered`, `inside`, `completed`, …); `refused` (entries, by reason); `nodes` as in `status`;
        `totals`: `targeted` and
        its parts, over all channels; `channels`: for each `channel`,
        `targeted` = `sent` + `pending` + `held` + `failed` + the sum of `discarded`
        (by reason), `reactions` (kind to messages), `opened_total`, `clicked_total`; `messages`: the same for each
        node; `links` (`link`, `clicked`, `clicked_total`); `conversions`: for each `goal` and `variant` (`control`
        for the control group) `receipts`, `converted`, `rate` (0 … 1); `runs`: a campaign's newest runs, as
        `reports.runs`.

    Raises
    ------
    SojournError
        When no such document has been published.
    """
    lines = versions(program, document_id)
    with one_moment(cursor):
        return {
            "id": document_id, "kind": lines[0].kind, "state": state_now(cursor, lines, now), **_span(cursor, lines),
            **_funnel(cursor, lines), **_messages(cursor, lines), "links": _links(cursor, lines),
            "conversions": _conversions(cursor, lines), "runs": runs_of(cursor, lines, RUNS_SHOWN, counted=True),
        }  # fmt: skip


def _of(query: str, lines: Sequence[Line], **more: object) -> str:
    return query.format(docs=", ".join(str(line.doc) for line in lines), **more)


def _span(cursor: Cursor, lines: Sequence[Line]) -> Row:
    (row,) = read(cursor, _of(SPAN, lines))
    return {name: _text(row[name]) for name in ("since", "until")}


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _funnel(cursor: Cursor, lines: list[Line]) -> Row:
    counts = count_passages(cursor, {line.doc: line for line in lines})
    return {"passages": passage_counts(counts, lines), "nodes": node_counts(counts, lines)}


# ---- messages --------------------------------------------------------------------------------------------------------


def _messages(cursor: Cursor, lines: Sequence[Line]) -> Row:
    by_doc = {line.doc: line for line in lines}
    sending, told = count_messages(cursor, by_doc), _reactions(cursor, lines)
    refused: Counter[str] = Counter()
    for (_, reason), n in sending.refused.items():
        refused[reason] += n
    channels: dict[tuple[str, ...], list[Place]] = {}
    nodes: dict[tuple[str, ...], list[Place]] = {}
    for place in sorted(sending.places(), key=lambda place: (place.node, place.channel)):
        channels.setdefault((place.channel,), []).append(place)
        nodes.setdefault((_node(by_doc[place.doc], place.node), place.channel), []).append(place)
    tallies = [{"channel": name, **_tally(places, sending, told)} for (name,), places in channels.items()]
    return {
        "refused": dict(refused.most_common()),
        "totals": totals(tallies),
        "channels": tallies,
        "messages": [
            {"node": node, "channel": name, **_tally(places, sending, told)} for (node, name), places in nodes.items()
        ],
    }


def _node(line: Line, node: int) -> str:
    return node_id(line, node) if node >= 0 else line.id


def _tally(places: Sequence[Place], sending: Sending, told: Mapping[Place, Mapping[str, Counter[str]]]) -> Row:
    parts = {name: sum(table[place] for place in places) for name, table in sending.tables().items()}
    discarded: Counter[str] = sum((sending.discarded.get(place, Counter()) for place in places), Counter())
    heard = [told[place] for place in places if place in told]
    messages: Counter[str] = sum((one["messages"] for one in heard), Counter())
    total: Counter[str] = sum((one["total"] for one in heard), Counter())
    reactions: Row = {kind: messages[kind] for kind in FEEDBACK_KINDS if kind not in ("sent", "failed")}
    return {
        "targeted": sum(parts.values()) + discarded.total(), **parts, "discarded": dict(discarded.most_common()),
        **reactions, **{f"{kind}_total": total[kind] for kind in TOTALS},
    }  # fmt: skip


def _reactions(cursor: Cursor, lines: Sequence[Line]) -> dict[Place, dict[str, Counter[str]]]:
    by_doc = {line.doc: line for line in lines}
    told: dict[Place, dict[str, Counter[str]]] = {}
    for row in read(cursor, _of(REACTIONS, lines, skipped=", ".join(map(str, NOT_COUNTED)))):
        place = place_of(by_doc[row["doc"]], row["node"], CHANNEL_TYPES[row["channel"]])
        counts = told.setdefault(place, {"messages": Counter(), "total": Counter()})
        for name, counter in counts.items():
            counter[FEEDBACK_KINDS[row["kind"]]] += row[name]
    return told


def _links(cursor: Cursor, lines: Sequence[Line]) -> list[Row]:
    found = read(cursor, _of(LINKS, lines, clicked=FEEDBACK_KINDS.index("clicked")))
    return [{"link": row["link"], "clicked": row["messages"], "clicked_total": row["total"]} for row in found]


# ---- conversions -----------------------------------------------------------------------------------------------------


def _conversions(cursor: Cursor, lines: Sequence[Line]) -> list[Row]:
    goals = lines[0].goals
    if not goals:
        return []
    control_group = DISCARD_REASONS.index("control_group")
    receipts = {
        row["variant"]: row["n"]
        for row in read(cursor, _of(RECEIPTS, lines, control=CONTROL, control_group=control_group))
    }
    converted = {(row["goal"], row["variant"]): row["n"] for row in read(cursor, _of(CONVERSIONS, lines))}
    return [
        _conversion(lines[0], goal, variant, receipts[variant], converted.get((goal, variant), 0))
        for goal in range(len(goals))
        for variant in sorted(receipts, key=lambda variant: (variant == CONTROL, variant))
    ]


def _conversion(line: Line, goal: int, variant: int, receipts: int, converted: int) -> Row:
    label = "control" if variant == CONTROL else variant_label(line, variant)
    return {
        "goal": line.goals[goal].matcher.value, "variant": label, "receipts": receipts, "converted": converted,
        "rate": round(converted / receipts, 4) if receipts else 0.0,
    }  # fmt: skip
