"""What is allowed in a journey, but surely wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from sojourn.expr.directory import Directory
from sojourn.journeys.document import (
    After,
    AudienceEntry,
    EnteredExit,
    EventExit,
    Journey,
    LeftExit,
    QualificationEntry,
)
from sojourn.journeys.lookout import Lookout
from sojourn.journeys.nodes.node import Awaited, Node
from sojourn.journeys.reach import warn_of_reach
from sojourn.model.channels import CHANNEL_TYPES, CHANNELS
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.instants import format_duration


def warn_of_journey(journey: Journey, catalog: Catalog, directory: Directory) -> Iterable[Problem]:
    """Yield the warnings of a journey that has no errors."""
    look = Lookout(journey, catalog, directory)
    yield from _at("entry", journey.entry.warn(look))
    yield from _exits(look)
    yield from _reentry(journey)
    for i, node in enumerate(journey.nodes):
        yield from _at(f"nodes[{i}]", node.warn(look))
        yield from _at(f"nodes[{i}]", _feedback(node, look))
        yield from _at(f"nodes[{i}]", _left_before(node, look))
    yield from warn_of_reach(look)


def _at(prefix: str, found: Iterable[Problem]) -> Iterable[Problem]:
    for problem in found:
        path = f"{prefix}.{problem.path}" if problem.path else prefix
        yield dataclasses.replace(problem, path=path, severity="warning")


def _exits(look: Lookout) -> Iterable[Problem]:
    for i, leave in enumerate(look.journey.exit_when):
        for word, field in (("entered", EnteredExit), ("left", LeftExit)):
            if isinstance(leave, field) and (word, getattr(leave, word)) == _membership_at_entry(look.journey):
                said = "is a member" if word == "entered" else "is no member"
                message = (
                    f"whoever enters this journey {said} of `{getattr(leave, word)}` already, and `{word}` means a "
                    "change after the entry: he would have to go the other way first"
                )
                other = "left" if word == "entered" else "entered"
                hint = f"did you mean `{other}: {getattr(leave, word)}`?"
                yield Problem("WARN-016", message, f"exit_when[{i}].{word}", severity="warning", hint=hint)


def _membership_at_entry(journey: Journey) -> tuple[str, str] | None:
    match journey.entry:
        case QualificationEntry(audience=audience, on=on):
            return on, audience
        case AudienceEntry(audience=audience):
            return "entered", audience
        case _:
            return None


def _reentry(journey: Journey) -> Iterable[Problem]:
    if journey.starts_at is None or journey.ends_at is None or not isinstance(journey.reentry, After):
        return
    lasts = journey.ends_at - journey.starts_at
    if journey.reentry.after >= lasts:
        message = f"nobody enters again: the journey lasts {format_duration(lasts)}, which is no longer than `after`"
        yield Problem("WARN-014", message, "reentry.after", severity="warning", hint="write `reentry: never`")


def _feedback(node: Node, look: Lookout) -> Iterable[Problem]:
    for awaited in node.awaits():
        sender = look.graph.node(awaited.to or "")
        channel = next((kind for kind in CHANNEL_TYPES if sender is not None and kind == sender.type), None)
        if channel is not None and awaited.kind in CHANNELS[channel].never:
            message = f"`{awaited.to}` is sent by `{channel}`, which never gives the feedback `{awaited.kind}`"
            yield Problem("WARN-007", message, awaited.field, hint="wait for another kind, or for an event")


def _left_before(node: Node, look: Lookout) -> Iterable[Problem]:
    for awaited in node.awaits():
        for i, leave in enumerate(look.journey.exit_when):
            if isinstance(leave, EventExit) and look.comes_with(awaited, Awaited("", leave.event, leave.where)):
                message = f"`{awaited.event}` ends the passage (`exit_when[{i}]`) before this node sees it"
                hint = "take one of the two out, or narrow the exit by a `where`"
                yield Problem("WARN-017", message, awaited.field, hint=hint)
