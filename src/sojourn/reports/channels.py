"""What channels did lately, in all documents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.reading import Cursor, Row, one_moment, read

LATELY: Final = timedelta(hours=1)
KINDS: Final = ("delivered", "bounced", "opened", "clicked", "complained", "unsubscribed")

MESSAGES = """
SELECT channel, count(*) FILTER (WHERE no NOT IN (SELECT no FROM outbox) AND no NOT IN (SELECT no FROM unsent)) AS sent,
    count(*) FILTER (WHERE no IN (SELECT no FROM unsent)) AS failed
FROM message m WHERE m."at" >= $since GROUP BY channel
"""
PENDING = """
SELECT channel, count(*) AS pending FROM message SEMI JOIN outbox USING (no) ANTI JOIN unsent USING (no) GROUP BY 1
"""
TOLD = """
SELECT m.channel, f.kind, count(DISTINCT f.message) AS n FROM feedback f JOIN message m ON m.no = f.message
WHERE f."at" >= $since AND f.kind IN ({kinds}) GROUP BY ALL
"""


def lately(cursor: Cursor, now: datetime) -> list[Row]:
    """Return for each channel type that did anything in the last hour, or has something to do, how many messages.

    Returns
    -------
    list of dict
        `type`, `sent`, `failed`, `pending`, and the kinds of feedback in `KINDS` that came in that hour.
    """
    since = {"since": now - LATELY}
    kinds = ", ".join(str(FEEDBACK_KINDS.index(kind)) for kind in KINDS)
    with one_moment(cursor):
        rows = [*read(cursor, MESSAGES, since), *read(cursor, PENDING)]
        told = read(cursor, TOLD.format(kinds=kinds), since)
    found: dict[int, Row] = {}
    for row in rows:
        _row(found, row["channel"]).update({name: n for name, n in row.items() if name != "channel"})
    for row in told:
        _row(found, row["channel"])[FEEDBACK_KINDS[row["kind"]]] = row["n"]
    return [found[channel] for channel in sorted(found)]


def _row(found: dict[int, Row], channel: int) -> Row:
    empty = dict.fromkeys(("sent", "failed", "pending", *KINDS), 0)
    return found.setdefault(channel, {"type": CHANNEL_TYPES[channel], **empty})
