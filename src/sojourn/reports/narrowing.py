"""How the rows behind a number are narrowed down, as SQL: place, name, channel, variant, one row of a breakdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sojourn.engine.results import variant_label
from sojourn.journeys.conversions import CONTROL
from sojourn.journeys.program import Line
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS, PASSAGE_REASONS, PASSAGE_STATES
from sojourn.reports.breakdown import By
from sojourn.reports.crowds import Behind
from sojourn.reports.nodes import node_id

VARIANTS = 100
"""More than a document may have."""
WITH_CHANNEL = ("targeted", "sent", "pending", "held", "failed", "discard", "refused", "feedback")
WITH_VARIANT = ("sent", "pending", "failed", "converted", "received")
WITHOUT_NODE = ("converted", "received")


@dataclass(frozen=True)
class Number:
    """A number of a document, behind which profiles are.

    Attributes
    ----------
    behind : str
        What is counted.
    node : str, optional
        Where; None: in the whole document.
    name : str, optional
        Of an edge the outcome, of ends the state, of a discard the reason, of feedback the kind, of conversions the
        goal; None: any.
    channel : str, optional
        Only messages of this type.
    variant : str, optional
        Only of this variant, as reports name it (`control`: the control group).
    by, key, zone : str, optional
        Only what stands in one row of a breakdown (`reports.breakdown`); without a key, in that of what is not known.
    since, until : datetime, optional
        The breakdown's period.
    """

    behind: Behind = "inside"
    node: str | None = None
    name: str | None = None
    channel: str | None = None
    variant: str | None = None
    by: By | None = None
    key: str | None = None
    zone: str = "UTC"
    since: datetime | None = None
    until: datetime | None = None


def tests_of(lines: list[Line], number: Number) -> list[str]:
    """Return the SQL that tells the rows of versions that have what the number is about, alike ones together."""
    found: dict[str, list[int]] = {}
    for line in lines:
        parts = [_place(line, number), _named(line, number), _of_channel(line, number), _of_variant(line, number)]
        if None not in parts:
            found.setdefault("".join(part for part in parts if part), []).append(line.doc)
    return [f"(doc IN ({', '.join(map(str, docs))}){test})" for test, docs in found.items()]


def _place(line: Line, number: Number) -> str | None:
    if number.node is None or number.node == line.id:
        return ""
    if number.behind in WITHOUT_NODE:
        return None
    nodes = [i for i in range(len(line.operators)) if number.node == node_id(line, i)]
    return f" AND node IN ({', '.join(map(str, nodes))})" if nodes else None


def _named(line: Line, number: Number) -> str | None:
    """Return the SQL that tells rows of the number's name; None when the version has none."""
    if number.name is None:
        return " AND outcome > 0" if number.behind == "edge" else ""
    codes = _CODES.get(number.behind)
    return next((f" AND {column} = {code}" for column, code in codes(line, number.name)), None) if codes else None


def _outcomes(line: Line, name: str) -> Iterator[tuple[str, int]]:
    if name in line.names:
        yield "outcome", list(line.names).index(name)


def _ends(_: Line, name: str) -> Iterator[tuple[str, int]]:
    for column, known in (("state", PASSAGE_STATES), ("reason", PASSAGE_REASONS)):
        if name in known:
            yield column, list(known).index(name)  # type: ignore[arg-type]


def _among(column: str, known: tuple[str, ...]) -> Callable[[Line, str], Iterator[tuple[str, int]]]:
    return lambda _, name: iter([(column, known.index(name))] if name in known else [])


def _goals(line: Line, name: str) -> Iterator[tuple[str, int]]:
    for code, goal in enumerate(line.goals):
        if goal.matcher.value == name:
            yield "goal", code


_CODES: dict[Behind, Callable[[Line, str], Iterator[tuple[str, int]]]] = {
    "edge": _outcomes, "ended": _ends, "sent": _among("channel", CHANNEL_TYPES),
    "discard": _among("reason", DISCARD_REASONS), "refused": _among("reason", DISCARD_REASONS),
    "feedback": _among("kind", FEEDBACK_KINDS), "converted": _goals,
}  # fmt: skip


def _of_channel(_: Line, number: Number) -> str | None:
    if number.channel is None:
        return ""
    if number.channel not in CHANNEL_TYPES or number.behind not in WITH_CHANNEL:
        return None
    code = CHANNEL_TYPES.index(number.channel)
    if number.behind == "feedback":
        return f" AND message IN (SELECT no FROM message WHERE channel = {code})"
    return f" AND channel = {code}"


def _of_variant(line: Line, number: Number) -> str | None:
    if number.variant is None:
        return ""
    if number.behind not in WITH_VARIANT:
        return None
    if number.variant == "control":
        return f" AND variant = {CONTROL}"
    known = [code for code in range(-1, VARIANTS) if number.variant in _labels(line, code)]
    return f" AND variant IN ({', '.join(map(str, known))})" if known else None


def _labels(line: Line, code: int) -> set[str]:
    """Return the names under which reports and experiments show a variant."""
    try:
        label = variant_label(line, code)
    except (IndexError, AttributeError):
        return set()
    return {str(label)} if label is not None else {f"variant {code + 1}"} | ({""} if code < 0 else set())
