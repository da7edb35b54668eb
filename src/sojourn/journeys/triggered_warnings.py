"""What is allowed in a triggered campaign, but surely wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sojourn.expr.directory import Directory
from sojourn.journeys.document import After
from sojourn.journeys.nodes.wait import LONGEST_SHORTCUT
from sojourn.journeys.own_event import warn_of_own_event
from sojourn.journeys.triggered_document import (
    DaysDelay,
    EventTrigger,
    FeedbackTrigger,
    ForDelay,
    InstantPeriod,
    LocalDuring,
    Triggered,
)
from sojourn.journeys.window_warnings import warn_of_window
from sojourn.model.channels import CHANNELS
from sojourn.model.delivery import channel_type, warn_of_shares
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.instants import format_duration
from sojourn.model.policy import DELIVERIES

CLOCK_JUMPS = timedelta(days=1)
"""How much more time than its wall clock says may pass in a period, at most."""


def warn_of_triggered(campaign: Triggered, catalog: Catalog, directory: Directory) -> Iterable[Problem]:
    """Yield the warnings of a triggered campaign that has no errors."""
    if campaign.audience is not None:
        events = {trigger.event for trigger in campaign.trigger if isinstance(trigger, EventTrigger)}
        yield from warn_of_own_event(campaign.audience, events, "audience", catalog)
    yield from _same_twice("trigger", campaign.trigger)
    yield from _same_twice("unless", campaign.unless)
    for field, items in (("trigger", campaign.trigger), ("unless", campaign.unless)):
        for i, item in enumerate(items):
            if isinstance(item, FeedbackTrigger):
                yield from warn_of_feedback(item.feedback, item.of, f"{field}[{i}].feedback", catalog)
    yield from _during(campaign)
    yield from warn_of_window(campaign, catalog)
    yield from _shares(campaign)


def _same_twice(field: str, items: list[Any]) -> Iterable[Problem]:
    for i, item in enumerate(items):
        if item in items[:i]:
            message = f"`{field}[{items.index(item)}]` is the same"
            yield Problem("WARN-021", message, f"{field}[{i}]", severity="warning", hint="take one of them out")


def warn_of_feedback(feedback: str, of: str, path: str, catalog: Catalog) -> Iterable[Problem]:
    """Warn of feedback that no channel of a document, or of one of its nodes, can give."""
    kinds = {kind for kind in senders(of, catalog) if kind in CHANNELS}
    if kinds and all(feedback in CHANNELS[kind].never for kind in kinds):
        message = f"`{of}` is sent by {', '.join(sorted(kinds))}, which never gives `{feedback}`"
        yield Problem("WARN-007", message, path, severity="warning", hint="wait for another kind, or for an event")


def senders(of: str, catalog: Catalog) -> set[Any]:
    """Return the channel types of the messages of a document, or of one of its nodes."""
    document, _, part = of.partition("/")
    found = next((d for kind in DELIVERIES if (d := catalog.get(kind, document)) is not None), None)
    if isinstance(found, Triggered):
        return {channel_type(message.channel, catalog) for _, message in found.every_message()}
    steps = getattr(found, "nodes", getattr(found, "activities", []))
    return {step.type for step in steps if step.sends and part in ("", step.id)}


def _lasts(campaign: Triggered) -> timedelta | None:
    """Return the longest time that the campaign lasts; None: without an end."""
    match campaign.during:
        case InstantPeriod(start=start, until=until):
            return until - start
        case LocalDuring(local=local):
            return local.until - local.start + CLOCK_JUMPS
        case _:
            return None


def _shortest(campaign: Triggered) -> timedelta:
    match campaign.delay:
        case ForDelay(duration=duration):
            return duration
        case DaysDelay(days=days):
            return max(timedelta(days=days) - LONGEST_SHORTCUT, timedelta())
        case _:
            return timedelta()


def _during(campaign: Triggered) -> Iterable[Problem]:
    lasts = _lasts(campaign)
    if lasts is None:
        return
    if _shortest(campaign) >= lasts:
        message = f"nothing is ever sent: the delay is no shorter than `during`, which is {format_duration(lasts)} long"
        hint = "shorten the delay: the send must fall into `during`, too (`outside_duration`)"
        yield Problem("WARN-011", message, "delay", severity="warning", hint=hint)
    elif isinstance(campaign.reeligible, After) and campaign.reeligible.after >= lasts:
        message = f"nobody is eligible again: the campaign lasts {format_duration(lasts)}, no longer than `after`"
        yield Problem("WARN-014", message, "reeligible.after", severity="warning", hint="write `reeligible: never`")


def _shares(campaign: Triggered) -> Iterable[Problem]:
    if campaign.control == 100:
        message = "nothing is ever sent: everybody is in the control group"
        yield Problem("WARN-006", message, "control", severity="warning", hint="lower it")
    yield from warn_of_shares([variant.share for variant in campaign.variants], "variants")
