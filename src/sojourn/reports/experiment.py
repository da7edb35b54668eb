"""What the variants of a document did beside its control group, and whether that is more than chance."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sojourn.engine.results import variant_label
from sojourn.expr.names import identifier
from sojourn.journeys.conversions import CONTROL
from sojourn.journeys.program import EventRule, Goal, Line, Program
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.reasons import DISCARD_REASONS
from sojourn.reports.inference import (
    CONFIDENCE,
    UNEVEN,
    Effect,
    Group,
    compare_means,
    compare_rates,
    sample_ratio,
)
from sojourn.reports.nodes import versions
from sojourn.reports.reading import Cursor, Row, one_moment, read

RECEIPTS = """
CREATE OR REPLACE TEMP TABLE receipt AS
SELECT pno, min(doc) AS doc, min("at") AS received_at, arg_min(variant, no) AS variant, min(no) AS receipt
FROM message m ANTI JOIN unsent USING (no) WHERE doc IN ({docs}) GROUP BY pno, passage
UNION ALL
SELECT pno, doc, d."at", {control}, no FROM discard d WHERE doc IN ({docs}) AND reason = {control_group}
"""
SIZES = "SELECT doc, variant, count(*) AS n FROM receipt GROUP BY ALL"
CONVERTED = """
SELECT r.variant, count(*) AS n FROM conversion c JOIN receipt r USING (receipt)
WHERE c.doc IN ({docs}) AND c.goal = {goal} GROUP BY ALL
"""
AMOUNTS = """
SELECT variant, sum(amount) AS total, sum(amount * amount) AS squares FROM (
    SELECT f.receipt, any_value(f.variant) AS variant, sum(TRY_CAST(f.event ->> $path AS DOUBLE)) AS amount
    FROM (
        SELECT e.rowid AS rid, e.pno, e."at", e.data AS event, r.receipt, r.variant,
            NULL::VARCHAR AS entry, NULL::VARCHAR AS vars, NULL::BIGINT AS own
        FROM event e JOIN receipt r ON r.pno = e.pno AND e."at" >= r.received_at
            AND e."at" <= r.received_at + to_microseconds({within})
        WHERE e.name = $name
    ) f LEFT JOIN profile p ON p._pno = f.pno WHERE {test} GROUP BY f.receipt
) GROUP BY variant
"""
Key = int


class NoExperiment(SojournError):
    """There is nothing to compare."""

    code = "REPORT-007"


def experiment(cursor: Cursor, program: Program, document_id: str, value: str | None = None) -> Row:
    """Compare the variants of a document with its control group, or with its first variant where it has none.

    Parameters
    ----------
    value : str, optional
        A property of the goals' events, such as ``amount``: its sum over the goal's time is compared, too.

    Returns
    -------
    dict
        `id`, `control` (the name of the group that the others are beside), `confidence`, `groups`: `name`, `receipts`,
        `expected`; `ratio`: `p` (how likely groups are this uneven) and `alarm`; `goals`: for each `goal` and `measure`
        (`rate`, or `value` of a property) `groups`: `name`, `n`, `total`, `mean` and, beside the control, `difference`,
        `lift` (None when the control has none), `fixed` and `anytime` (`low`, `high`, `p`; None: too little to tell).

    Raises
    ------
    NoExperiment
        The document has no goals, or nobody received anything.
    """
    lines = versions(program, document_id)
    goals = lines[0].goals
    if not goals:
        hint = "`conversions` of a triggered campaign are its goals"
        raise NoExperiment(f"`{document_id}` has no goals to compare", hint=hint)
    docs = ", ".join(map(str, program.numbers(document_id)))
    with one_moment(cursor):
        bodies = {row["doc"]: json.loads(row["body"]) for row in read(cursor, _bodies(docs)) if row["body"]}
    refused = DISCARD_REASONS.index("control_group")
    cursor.execute(RECEIPTS.format(docs=docs, control=CONTROL, control_group=refused))
    sizes = read(cursor, SIZES)
    receipts: Counter[Key] = Counter()
    for row in sizes:
        receipts[row["variant"]] += row["n"]
    if not receipts:
        raise NoExperiment(f"nobody received anything of `{document_id}` yet")
    order = sorted(receipts, key=lambda variant: (variant != CONTROL, variant))
    expected = _expected(sizes, bodies, order)
    found = [
        measured
        for number, goal in enumerate(goals)
        for measured in _goal(cursor, program, docs, number, goal, receipts, order, lines[0], value)
    ]
    names = {variant: _name(lines[0], variant) for variant in order}
    p = sample_ratio([receipts[v] for v in order], [expected[v] for v in order]) if expected else None
    return {
        "id": document_id, "control": names[order[0]], "confidence": CONFIDENCE,
        "groups": [
            {"name": names[v], "receipts": receipts[v], "expected": round(expected[v], 1) if expected else None}
            for v in order
        ],
        "ratio": {"p": p, "alarm": p is not None and p < UNEVEN}, "goals": found,
    }  # fmt: skip


def _bodies(docs: str) -> str:
    return f"SELECT doc, body FROM document WHERE doc IN ({docs})"


def _name(line: Line, variant: Key) -> str:
    if variant == CONTROL:
        return "control"
    label = variant_label(line, variant)
    return f"variant {variant + 1}" if label is None else str(label)


def _expected(sizes: Sequence[Row], bodies: Mapping[int, Any], order: Sequence[Key]) -> dict[Key, float] | None:
    """Return how many each group would have by the shares of each version, None when one is not known."""
    found: dict[Key, float] = dict.fromkeys(order, 0.0)
    for doc in {row["doc"] for row in sizes}:
        shares = _shares(bodies.get(doc))
        if shares is None:
            return None
        n = sum(row["n"] for row in sizes if row["doc"] == doc)
        for variant in order:
            found[variant] += n * shares.get(variant, 0.0)
    return found


def _shares(body: Mapping[str, Any] | None) -> dict[Key, float] | None:
    if body is None:
        return None
    control = float(body.get("control", 0)) / 100
    variants = body.get("variants") or [{"share": 100}]
    rest = {i: (1 - control) * float(each["share"]) / 100 for i, each in enumerate(variants)}
    only_one = {-1: 1 - control, **rest} if not body.get("variants") else rest
    return {CONTROL: control, **only_one}


# ---- goals -----------------------------------------------------------------------------------------------------------


def _goal(
    cursor: Cursor, program: Program, docs: str, number: int, goal: Goal, receipts: Mapping[Key, int],
    order: Sequence[Key], line: Line, value: str | None,
) -> Iterable[Row]:  # fmt: skip
    converted = {row["variant"]: row["n"] for row in read(cursor, CONVERTED.format(docs=docs, goal=number))}
    rates = {v: Group(receipts[v], converted.get(v, 0), converted.get(v, 0)) for v in order}
    about = {"goal": goal.matcher.value}
    yield {**about, "measure": "rate", "groups": _groups(line, order, rates, compare_rates)}
    if value is not None:
        sums = {row["variant"]: row for row in _amounts(cursor, program, goal, value)}
        amounts = {
            v: Group(receipts[v], (sums.get(v) or {}).get("total") or 0.0, (sums.get(v) or {}).get("squares") or 0.0)
            for v in order
        }
        yield {**about, "measure": "value", "groups": _groups(line, order, amounts, compare_means)}


def _amounts(cursor: Cursor, program: Program, goal: Goal, value: str) -> list[Row]:
    rule = _rule(program, goal.matcher.value)
    tests = [each.sql for each in (rule.where, goal.matcher.where) if each is not None]
    query = AMOUNTS.format(
        within=int(goal.within.total_seconds() * 1_000_000), test=" AND ".join(f"({test})" for test in tests) or "true"
    )
    return read(cursor, query, {"name": rule.match, "path": f"$.{identifier(value)}"})


def _rule(program: Program, event: str) -> EventRule:
    rules = {rule.id: rule for several in program.events.values() for rule in several}
    if event not in rules:
        raise NoExperiment(f"the goal `{event}` is no event any more{did_you_mean(event, rules)}")
    return rules[event]


def _groups(line: Line, order: Sequence[Key], groups: Mapping[Key, Group], compare: Any) -> list[Row]:
    control = groups[order[0]]
    return [_group(_name(line, v), groups[v], None if v == order[0] else compare(groups[v], control)) for v in order]


def _group(name: str, group: Group, effect: Effect | None) -> Row:
    beside = asdict(effect) if effect is not None else dict.fromkeys(("difference", "lift", "fixed", "anytime"))
    return {"name": name, "n": group.n, "total": group.total, "mean": group.mean, **beside}
