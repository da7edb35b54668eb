"""What went wrong lately, in all documents: grouped, the newest first, without personal data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sojourn.journeys.program import Program
from sojourn.model.instants import format_instant
from sojourn.model.reasons import DISCARD_REASONS
from sojourn.reports.nodes import node_id
from sojourn.reports.reading import Cursor, Row, one_moment, read

LATELY: Final = timedelta(days=1)
SHOWN: Final = 50
BROKEN: Final = ("render_error", "aborted_by_template", "failed", "bad_wait")
"""Reasons of discards that somebody should look at; all others are what was wanted."""
CALL_ENDS: Final = {1: "timed_out", 2: "capped", 3: "failed"}

ALERTS = """
SELECT t.doc, t.activity AS node, t."at", t.title, t.message, t."rows" AS n FROM alert t
WHERE t."at" >= $since ORDER BY t."at" DESC LIMIT {shown}
"""
TASKS = """
SELECT doc, activity AS node, coalesce(ended_at, began_at) AS "at", code, error FROM campaign_task
WHERE state = 'failed' AND coalesce(ended_at, began_at) >= $since ORDER BY 3 DESC LIMIT {shown}
"""
DISCARDS = """
SELECT doc, node, reason, count(*) AS n, max(d."at") AS "at" FROM discard d
WHERE d."at" >= $since AND reason IN ({reasons}) GROUP BY ALL ORDER BY 5 DESC LIMIT {shown}
"""
REJECTS = """
SELECT source, code, count(*) AS n, max(r."at") AS "at" FROM reject r
WHERE r."at" >= $since GROUP BY ALL ORDER BY 4 DESC LIMIT {shown}
"""
CALLS = """
SELECT target, status, count(*) AS n, max(a."at") AS "at" FROM answer a
WHERE a."at" >= $since AND (status IN (1, 2, 3) OR status >= 400) GROUP BY ALL ORDER BY 4 DESC LIMIT {shown}
"""


def troubles(cursor: Cursor, program: Program, now: datetime) -> list[Row]:
    """Return what went wrong in the last day.

    Returns
    -------
    list of dict
        `kind` (`alert`, `task`, `discard`, `reject`, `call`), `at` (the newest), `count`, `document` and `node` (None
        of rejects and calls), `code` (a reason, an error's code, how a call ended), `name` (title of an alert, source
        of rejects, target of calls), `detail`; the newest first, `SHOWN` at most.
    """
    since, reasons = {"since": now - LATELY}, ", ".join(str(DISCARD_REASONS.index(reason)) for reason in BROKEN)
    with one_moment(cursor):
        alerts, tasks, discards, rejects, calls = (
            read(cursor, query.format(shown=SHOWN, reasons=reasons), since)
            for query in (ALERTS, TASKS, DISCARDS, REJECTS, CALLS)
        )
    found = [
        *(_told("alert", row, program, name=row["title"], detail=row["message"]) for row in alerts),
        *(_told("task", row, program, code=row["code"], detail=row["error"]) for row in tasks),
        *(_told("discard", row, program, code=DISCARD_REASONS[row["reason"]], count=row["n"]) for row in discards),
        *(_told("reject", row, program, code=row["code"], name=row["source"], count=row["n"]) for row in rejects),
        *(_told("call", row, program, code=_end(row["status"]), name=row["target"], count=row["n"]) for row in calls),
    ]  # fmt: skip
    return sorted(found, key=lambda row: str(row["at"]), reverse=True)[:SHOWN]


def _told(kind: str, row: Row, program: Program, *, count: int = 1, **more: Any) -> Row:
    line = program.by_doc.get(row.get("doc", -1))
    node = row.get("node")
    known = line is not None and node is not None and 0 <= node < len(line.operators)
    return {
        "kind": kind, "at": format_instant(row["at"]), "count": count,
        "document": line.id if line is not None else None, "document_kind": line.kind if line is not None else None,
        "node": node_id(line, node) if known and line is not None and node is not None else None,
        "code": None, "name": None, "detail": None, **more,
    }  # fmt: skip


def _end(status: int) -> str:
    return CALL_ENDS.get(status, f"http_{status}")
