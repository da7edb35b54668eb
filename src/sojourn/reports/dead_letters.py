"""Messages that failed for good, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sojourn.journeys.program import Program
from sojourn.model.channels import CHANNEL_TYPES, ChannelType
from sojourn.model.instants import format_instant
from sojourn.reports.nodes import node_id
from sojourn.reports.reading import Cursor, Row, one_moment, read

LETTERS = """
SELECT l.no, l."at" AS failed_at, m.doc, m.node, m.channel, m.pno, m."at" AS decided_at, m."to", d.detail, p.profile_id
FROM dead_letter l JOIN message m ON m.no = l.no LEFT JOIN discard d ON d.no = l.no
LEFT JOIN profile p ON p._pno = m.pno
WHERE {test} AND l.no < $before ORDER BY l.no DESC LIMIT $limit
"""
COUNTS = """
SELECT m.doc, m.channel, d.detail AS reason, count(*) AS n
FROM dead_letter l JOIN message m ON m.no = l.no LEFT JOIN discard d ON d.no = l.no WHERE {test} GROUP BY ALL
ORDER BY n DESC, reason LIMIT 1000
"""
NEWEST = 2**62


@dataclass(frozen=True)
class Choice:
    """Which dead letters: of one channel type, of one document; None: any."""

    channel: ChannelType | None = None
    document: str | None = None


def dead_letters(cursor: Cursor, program: Program, choice: Choice, before: int | None, limit: int) -> Row:
    """Return a page of dead letters, the newest messages first.

    Parameters
    ----------
    before : int, optional
        `next` of the page before.

    Returns
    -------
    dict
        `rows`: `message`, `profile`, `document`, `node`, `channel`, `decided_at`, `failed_at`, `reason`; `next`: None
        on the last page; `counts`: of all that were chosen, by `document`, `channel` and `reason` (the 1,000 largest);
        `total`.
    """
    test = _test(program, choice)
    with one_moment(cursor):
        rows = read(cursor, LETTERS.format(test=test), {"before": before or NEWEST, "limit": limit + 1})
        counts: Counter[tuple[str, str, str]] = Counter()
        for row in read(cursor, COUNTS.format(test=test)):
            counts[program.by_doc[row["doc"]].id, CHANNEL_TYPES[row["channel"]], row["reason"] or ""] += row["n"]
    return {
        "rows": [_row(program, row) for row in rows[:limit]],
        "next": rows[limit - 1]["no"] if len(rows) > limit else None,
        "counts": [
            {"document": document, "channel": channel, "reason": reason, "messages": n}
            for (document, channel, reason), n in counts.most_common()
        ],
        "total": counts.total(),
    }


def _row(program: Program, row: Row) -> Row:
    line = program.by_doc[row["doc"]]
    return {
        "message": row["no"], "profile": row["profile_id"], "document": line.id,
        "node": node_id(line, row["node"]) if line.steps else None, "channel": CHANNEL_TYPES[row["channel"]],
        "decided_at": format_instant(row["decided_at"]), "failed_at": format_instant(row["failed_at"]),
        "reason": row["detail"],
    }  # fmt: skip


def _test(program: Program, choice: Choice) -> str:
    docs = [doc for doc, line in program.by_doc.items() if choice.document in (None, line.id)]
    channel = "" if choice.channel is None else f" AND m.channel = {CHANNEL_TYPES.index(choice.channel)}"
    return f"m.doc IN ({', '.join(map(str, docs)) or 'NULL'}){channel}"
