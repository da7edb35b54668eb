"""Whether everybody who was targeted is accounted for: sent, discarded by a reason, failed, held or pending."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from sojourn.model.reasons import DISCARD_REASONS
from sojourn.reports.reading import Cursor, Row, read
from sojourn.reports.sending import REFUSED_BY_PROVIDER

# The targets of a run's message activities are numbered: messages and held ones have the number as `passage`, discards
# of the gate as their own; what delivery could not render is discarded under its message's number.
_MINE: Final = """
WITH task AS (
    SELECT first_no, last_no FROM campaign_task WHERE doc = $doc AND run = $run AND last_no >= first_no
), mine AS (
    SELECT m.no, m.passage FROM message m JOIN task t ON m.passage BETWEEN t.first_no AND t.last_no WHERE m.doc = $doc
)
"""
PARTS: Final = f"""
{_MINE}
SELECT
    (SELECT coalesce(sum(last_no - first_no + 1), 0) FROM task)::BIGINT AS targeted,
    (SELECT count(*) FROM mine)::BIGINT AS decided,
    (SELECT count(*) FROM mine SEMI JOIN outbox USING (no) ANTI JOIN unsent USING (no))::BIGINT AS pending,
    (SELECT count(*) FROM mine SEMI JOIN unsent USING (no))::BIGINT AS unsent,
    (SELECT count(*) FROM held h JOIN task t ON h.passage BETWEEN t.first_no AND t.last_no WHERE h.doc = $doc)::BIGINT
        AS held
"""
DISCARDS: Final = f"""
{_MINE}
SELECT reason, count(*) AS n, count(*) FILTER (d.no IN (SELECT no FROM mine)) AS late
FROM discard d WHERE d.doc = $doc AND d.reason <> {REFUSED_BY_PROVIDER} AND (
    d.no IN (SELECT no FROM mine) OR EXISTS (FROM task t WHERE d.no BETWEEN t.first_no AND t.last_no)
) GROUP BY ALL
"""


def run_messages(cursor: Cursor, doc: int, run: int) -> Row:
    """Return what became of the targets of a campaign's run, within the caller's moment.

    Returns
    -------
    dict
        `targeted` (the numbered targets of its message activities), `sent`, `pending`, `held`, `failed`, `discarded`
        (by reason), `missing`: targets that nothing is known of, 0 unless something is wrong. While an activity is
        being decided its targets are missing.
    """
    key = {"doc": doc, "run": run}
    (row,) = read(cursor, PARTS, key)
    discarded: Counter[str] = Counter()
    late = 0
    for found in read(cursor, DISCARDS, key):
        discarded[DISCARD_REASONS[found["reason"]]] += found["n"]
        late += found["late"]
    parts = {
        "sent": row["decided"] - row["pending"] - row["unsent"], "pending": row["pending"], "held": row["held"],
        "failed": row["unsent"] - late,
    }  # fmt: skip
    known = sum(parts.values()) + discarded.total()
    return {
        "targeted": row["targeted"], **parts, "discarded": dict(discarded.most_common()),
        "missing": row["targeted"] - known,
    }  # fmt: skip


def totals(tallies: list[Row]) -> Row:
    """Return the sums of a document's channels: `targeted`, its parts, and `discarded` by reason."""
    names = ("targeted", "sent", "pending", "held", "failed")
    discarded: Counter[str] = Counter()
    for tally in tallies:
        discarded.update(tally["discarded"])
    sums: dict[str, Any] = {name: sum(tally[name] for tally in tallies) for name in names}
    return sums | {"discarded": dict(discarded.most_common())}
