"""Which of the things that a document waits for came, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sojourn.journeys.program import Matcher
from sojourn.reports.case import Case
from sojourn.reports.matchers import describe
from sojourn.reports.wording import listed, when

INSIDE = """
SELECT entered_at FROM (
    SELECT doc, pno, no, entered_at, NULL AS left_at FROM passage
    UNION ALL SELECT doc, pno, no, entered_at, left_at FROM passage_end
) WHERE doc IN ({docs}) AND pno = $pno AND entered_at <= $at AND coalesce(left_at >= $at, true)
ORDER BY no DESC LIMIT 1
"""


def names_of(matchers: Sequence[Matcher]) -> str:
    """Name what is waited for: ``` `purchase` or `signed_out` ```."""
    return listed([f"`{describe(matcher)}`" for matcher in matchers], "or") if matchers else ""


def begun_at(case: Case) -> datetime | None:
    """Return when the passage began that the profile was in at that instant."""
    found = case.subject.read(INSIDE.format(docs=case.versions), at=case.at)
    return found[0]["entered_at"] if found else None


def came(case: Case, matchers: Sequence[Matcher]) -> str:
    """Tell the event that came last of those that are waited for: ``; `purchase` came at …``, or nothing."""
    names = {
        rule.match: matcher
        for matcher in matchers if matcher.form == "event"
        for rules in case.subject.program.events.values() for rule in rules if rule.id == matcher.value
    }  # fmt: skip
    found = [
        (event["at"], name) for name in names for event in case.subject.events(name) if event["at"] <= case.at
    ]  # fmt: skip
    if not found:
        return ""
    at, name = max(found)
    return f"; `{describe(names[name])}` came at {when(at)}"
