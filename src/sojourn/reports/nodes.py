"""The nodes of a line as reports name them."""

from __future__ import annotations

import re

from sojourn.journeys.program import Line, Program
from sojourn.journeys.sending import Slot
from sojourn.model.errors import SojournError, did_you_mean

SENDING = "send"


def node_id(line: Line, node: int) -> str:
    """Return a node's id; the two steps of a triggered campaign are `delay` and `send`."""
    return line.node_ids[node] or line.operators[node].id


def node_type(line: Line, node: int) -> str:
    """Return a node's type as documents write it: such as `update_profile`."""
    own = getattr(line.operators[node], "type", None)
    if own is not None:
        return str(own)
    slots = slots_of(line, node)
    if line.steps and slots:
        return slots[0].spec.channel
    name = type(line.operators[node]).__name__.removesuffix("Operator")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def slots_of(line: Line, node: int) -> tuple[Slot, ...]:
    """Return the messages that a node decides."""
    return getattr(line.operators[node], "slots", ())


def documents(program: Program) -> dict[str, list[Line]]:
    """Return the versions of each document, the newest one first; also those that are over, whose numbers stay."""
    found: dict[str, list[Line]] = {}
    every = {line.doc: line for line in [*program.by_doc.values(), *program.lines]}
    for line in sorted(every.values(), key=lambda line: (line.id, -line.doc)):
        found.setdefault(line.id, []).append(line)
    return found


def versions(program: Program, document_id: str) -> list[Line]:
    """Return the versions of one document, the newest one first.

    Raises
    ------
    SojournError
        When no document of that id has been published.
    """
    known = documents(program)
    if document_id not in known:
        near = did_you_mean(document_id, known)
        raise SojournError(
            f"no journey or campaign `{document_id}` has been published{near}", code="REPORT-001",
            hint=f"published are: {', '.join(known)}" if known else "publish one with `sojourn publish ID`",
        )  # fmt: skip
    return known[document_id]
