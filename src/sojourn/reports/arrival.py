"""The item that came at an instant: what started a passage, or was refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sojourn.journeys.program import Line, Matcher
from sojourn.reports.reading import Row
from sojourn.reports.subject import Subject

RECORDED = """
SELECT "offset", name, data FROM event e WHERE pno = $pno AND e."at" = $at ORDER BY "offset" DESC
"""
"""Events that nodes emitted stand there alone, and all of them where the log is not kept that long."""


def entering_item(subject: Subject, line: Line, at: datetime) -> Row | None:
    """Return `offset` and `data` of the profile's item at an instant that a document could be entered by, or None."""
    return matching_item(subject, line.entry.matchers, at) or _trigger_call(subject, line, at)


def matching_item(subject: Subject, matchers: Sequence[Matcher], at: datetime) -> Row | None:
    """Return `offset`, `name` and `data` of the last event of an instant that one of these waits for, or None."""
    names = names_of_events(subject, matchers)
    logged = [item for item in subject.past.recollection.items_at(at) if item["kind"] == "track"]
    found = [item for item in logged if item["name"] in names]
    if found:
        return found[-1]
    recorded = subject.read(RECORDED, at=at) if names else []
    return next((event for event in recorded if event["name"] in names), None)


def names_of_events(subject: Subject, matchers: Sequence[Matcher]) -> dict[str, Matcher]:
    """Return the incoming names of the events that these wait for."""
    return {
        rule.match: matcher
        for matcher in matchers if matcher.form == "event"
        for rules in subject.program.events.values() for rule in rules if rule.id == matcher.value
    }  # fmt: skip


def _trigger_call(subject: Subject, line: Line, at: datetime) -> Row | None:
    items = subject.past.recollection.items_at(at)
    return next((item for item in reversed(items) if item["kind"] == "trigger" and item["name"] == line.id), None)
