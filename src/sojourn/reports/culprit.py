"""Which of the things that a document waits for came, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sojourn.journeys.program import Matcher, MemberExit
from sojourn.reports.arrival import matching_item, names_of_events
from sojourn.reports.case import Case
from sojourn.reports.matchers import describe
from sojourn.reports.wording import listed, phrase, when

INSIDE = """
SELECT entered_at FROM (
    SELECT doc, pno, no, key, entered_at, NULL AS left_at FROM passage
    UNION ALL SELECT doc, pno, no, key, entered_at, left_at FROM passage_end
) WHERE doc IN ({docs}) AND pno = $pno AND key IS NOT DISTINCT FROM $key AND entered_at <= $at
    AND coalesce(left_at >= $at, true)
ORDER BY no DESC LIMIT 1
"""


def names_of(matchers: Sequence[Matcher]) -> str:
    """Name what is waited for: ``` `purchase` or `signed_out` ```."""
    return listed([phrase("`{}`", describe(matcher)) for matcher in matchers], "or") if matchers else ""


def begun_at(case: Case) -> datetime | None:
    """Return when the passage began that the profile was in at that instant."""
    found = case.subject.read(INSIDE.format(docs=case.versions), at=case.at, key=case.key())
    return found[0]["entered_at"] if found else None


def came(case: Case, matchers: Sequence[Matcher]) -> str:
    """Tell which of those that are waited for came then: ``; `purchase` came at …``, or that none did."""
    names = names_of_events(case.subject, matchers)
    now = matching_item(case.subject, matchers, case.at)
    if now is not None:
        return phrase("; `{}` came at {}", describe(names[now["name"]]), when(case.at))
    members = getattr(case.line, "member_exits", ())
    if members:
        return phrase("; no such event came at {}, so it was {}", when(case.at), _members(members))
    return ""


def _members(exits: Sequence[MemberExit]) -> str:
    return listed([phrase("`{} {}`", exit_.on, exit_.audience) for exit_ in exits], "or")
