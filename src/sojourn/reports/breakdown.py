"""What messages of a document came to, by one thing that they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, get_args

from sojourn.journeys.program import Program
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.nodes import node_id, slots_of, versions
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.sending import REFUSED_BY_PROVIDER

By = Literal["hour", "day", "week", "channel", "domain", "link", "variant", "local_hour"]
BYS: tuple[By, ...] = get_args(By)
PERIODS = ("hour", "day", "week")

OVER_TIME = """
SELECT {period} AS key, what, count(*) AS n FROM (
    SELECT m."at", 'sent' AS what FROM message m ANTI JOIN unsent USING (no) ANTI JOIN outbox USING (no)
        WHERE doc IN ({docs})
    UNION ALL
    SELECT min(f."at"), kind::VARCHAR FROM feedback f WHERE doc IN ({docs}) AND kind NOT IN ({skipped})
        GROUP BY message, kind
    UNION ALL
    SELECT c."at", 'converted' FROM conversion c WHERE doc IN ({docs})
    UNION ALL
    SELECT d."at", 'discarded' FROM discard d WHERE doc IN ({docs}) AND channel >= 0 AND reason <> {refused}
    UNION ALL
    SELECT entered_at, 'entered' FROM passage WHERE doc IN ({docs})
    UNION ALL
    SELECT entered_at, 'entered' FROM passage_end WHERE doc IN ({docs})
) t WHERE ($since IS NULL OR t."at" >= $since) AND ($until IS NULL OR t."at" < $until) GROUP BY ALL
"""
BY_MESSAGE = """
WITH chosen AS (
    SELECT m.no, {key} AS key FROM message m ANTI JOIN unsent USING (no) ANTI JOIN outbox USING (no){profile}
    WHERE doc IN ({docs}) AND ($since IS NULL OR m."at" >= $since) AND ($until IS NULL OR m."at" < $until)
)
SELECT key::VARCHAR AS key, 'sent' AS what, count(*) AS n FROM chosen GROUP BY ALL
UNION ALL
SELECT key::VARCHAR, kind::VARCHAR, count(DISTINCT message) FROM feedback f JOIN chosen ON chosen.no = f.message
WHERE doc IN ({docs}) AND kind NOT IN ({skipped}) GROUP BY ALL
"""
BY_LINK = """
SELECT link AS key, kind::VARCHAR AS what, count(DISTINCT message) AS n FROM feedback f
WHERE doc IN ({docs}) AND link IS NOT NULL AND kind NOT IN ({skipped})
    AND ($since IS NULL OR f."at" >= $since) AND ($until IS NULL OR f."at" < $until) GROUP BY ALL
"""
SKIPPED = ", ".join(str(FEEDBACK_KINDS.index(kind)) for kind in ("sent", "failed"))


def breakdown(
    cursor: Cursor, program: Program, document_id: str, by: By, zone: str, since: datetime | None = None,
    until: datetime | None = None,
) -> Row:  # fmt: skip
    """Count a document's messages and what came back, each message once for each kind.

    Parameters
    ----------
    by : str
        `hour`, `day`, `week`: when each thing happened, by the clock of `zone`; `channel`, `domain` (of the address),
        `variant`, `local_hour` (of the sending, by the profile's clock): what the message has; `link`: which was
        clicked.
    zone : str
        IANA name.
    since, until : datetime, optional
        Only what happened (of messages: what was sent) from an instant on, and before one.

    Returns
    -------
    dict
        `by`, `zone`, `rows`: `key` and `counts`, by what it is (`sent`, the kinds of feedback, over time also
        `entered`, `discarded`, `converted`); those of time in its order, all else the largest first.
    """
    versions(program, document_id)
    docs = ", ".join(map(str, program.numbers(document_id)))
    params: dict[str, object] = {"since": since, "until": until}
    if by in PERIODS:
        period = period_of(by, 't."at"')
        query = OVER_TIME.format(period=period, docs=docs, skipped=SKIPPED, refused=REFUSED_BY_PROVIDER)
        params["zone"] = zone
    elif by == "link":
        query = BY_LINK.format(docs=docs, skipped=SKIPPED)
    else:
        key, profile = key_of(by, program, zone)
        query = BY_MESSAGE.format(key=key, profile=profile, docs=docs, skipped=SKIPPED)
    with one_moment(cursor):
        found = read(cursor, query, params)
    counts: dict[str | None, Counter[str]] = {}
    for row in found:
        named = FEEDBACK_KINDS[int(row["what"])] if str(row["what"]).isdigit() else str(row["what"])
        counts.setdefault(name_of(by, program, row["key"]), Counter())[named] += row["n"]
    rows = [{"key": key, "counts": dict(each)} for key, each in counts.items()]
    return {"by": by, "zone": zone, "rows": sorted(rows, key=_order(by))}


def period_of(by: By, instant: str) -> str:
    """Return the SQL of the period that an instant is in, by the clock of `$zone`."""
    return f"strftime(date_trunc('{by}', {instant} AT TIME ZONE $zone), '%Y-%m-%dT%H:%M')"


def key_of(by: By, program: Program, zone: str) -> tuple[str, str]:
    """Return the SQL of a message's key, and the join with its profile where that is needed."""
    profile = " LEFT JOIN profile p ON p._pno = m.pno"
    if by == "domain":
        own = "p.email" if ATTRIBUTE["email"] in program.attributes else "NULL"
        email = CHANNEL_TYPES.index("email")
        return f"CASE WHEN channel = {email} THEN lower(split_part(coalesce(m.\"to\", {own}), '@', -1)) END", profile
    if by == "local_hour":
        fallback = "'" + zone.replace("'", "''") + "'"
        own = f"coalesce(p.timezone, {fallback})" if "timezone" in program.attributes else fallback
        return f'TRY(hour(m."at" AT TIME ZONE {own}))', profile
    if by == "variant":
        return "concat_ws(':', m.doc, m.node, m.slot, m.variant)", ""
    return f"m.{by}", ""


def name_of(by: By, program: Program, key: str | None) -> str | None:
    """Return how a message's key is shown."""
    if key is None or by not in ("variant", "channel"):
        return key
    if by == "channel":
        return CHANNEL_TYPES[int(key)]
    doc, node, slot, variant = map(int, key.split(":"))
    line = program.by_doc.get(doc)
    label = slots_of(line, node)[slot].label(variant) if line is not None else None
    if line is None or label is None:
        return None
    return f"{node_id(line, node)}/{label}" if line.steps else str(label)


def _order(by: By) -> Callable[[Row], Any]:
    if by in PERIODS:
        return lambda row: row["key"]
    if by == "local_hour":
        return lambda row: int(row["key"]) if row["key"] is not None else 24
    return lambda row: (-max(row["counts"].values()), str(row["key"]))
