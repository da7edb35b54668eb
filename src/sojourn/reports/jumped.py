"""Refusals at a `jump` node: they are the other journey's."""

from __future__ import annotations

from sojourn.journeys.program import Line
from sojourn.reports.case import Case
from sojourn.reports.nodes import documents
from sojourn.reports.refused_message import SENTENCES
from sojourn.reports.remedies import REMEDIES
from sojourn.reports.wording import phrase


def at_jump(case: Case) -> Case | None:
    """Return the case of the entry that a node asked for; None where it is no jump, or its target is not known."""
    if case.channel is not None or case.node < 0:
        return None
    operator = case.line.operators[case.node]
    arguments = getattr(operator, "arguments", None)
    target = newest(case, getattr(operator, "journey", ""))
    if target is None or arguments is None:
        return None
    given = case.subject.values(case.row(), {"event": arguments})["event"]
    return Case(case.subject, target, case.at, detail=case.detail, given=given)


def newest(case: Case, journey: str) -> Line | None:
    """Return the newest version of a journey."""
    return next(iter(documents(case.subject.program).get(journey, ())), None)


def say_jump(reason: str, there: Case) -> str:
    """Say why the other journey did not let a profile in."""
    return phrase("{}: `{}` did not let it in: {}", reason, there.line.id, SENTENCES[reason](there))


def jump_would_differ(reason: str, there: Case) -> str:
    """Say what would have had to differ for it to let the profile in."""
    return phrase("It would have entered `{}` {}.", there.line.id, REMEDIES[reason](there))
