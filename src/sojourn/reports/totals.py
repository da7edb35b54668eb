"""Counts of the whole workspace for the metrics, all of one moment; queries that read narrow columns only."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sojourn.model.channels import CHANNEL_TYPES
from sojourn.model.reasons import DISCARD_REASONS, FEEDBACK_KINDS
from sojourn.reports.channels import PENDING
from sojourn.reports.pulse import pulse_now
from sojourn.reports.reading import Cursor, Row, one_moment, read

DECIDED: Final = "SELECT channel, count(*) AS n FROM message GROUP BY ALL"
DISCARDED: Final = "SELECT channel, reason, count(*) AS n FROM discard GROUP BY ALL"
TOLD: Final = "SELECT kind, count(*) AS n FROM feedback GROUP BY ALL"
RUNS: Final = "SELECT state, count(*) AS n FROM campaign_run GROUP BY ALL"
REJECTED: Final = "SELECT source IN ('http', 'engine') AS live, source, count(*) AS n FROM reject GROUP BY ALL"
NOTED: Final = "SELECT name, value FROM meta WHERE name IN ('housekeeping', 'backup')"
LATE: Final = """
SELECT (SELECT count(*) FROM passage WHERE wake_at < $before OR ends_at < $before)
    + (SELECT count(*) FROM held WHERE due_at < $before AND hold = 0)
    + (SELECT count(*) FROM queued WHERE due_at < $before)
    + (SELECT count(*) FROM turn WHERE due_at < $before) AS n
"""
RUN_STATES: Final = ("running", "waiting", "completed", "failed", "stopped")


def totals(cursor: Cursor, late_before: datetime) -> Row:
    """Return what there is and what has happened since the workspace began.

    Parameters
    ----------
    late_before : datetime
        Timers that were due before this instant of the engine's clock are late.

    Returns
    -------
    dict
        The counts of `reports.pulse`, and `decided` and `pending` (messages by type of channel), `discarded` (by type
        of channel, None for entries, and reason), `feedback` (by kind), `runs` (of campaigns, by state), `rejects` (by
        ``http``, ``engine`` or ``file``), `late` (timers), `dead_letters`, `noted` (values of `meta`).
    """
    with one_moment(cursor):
        found = pulse_now(cursor)
        rows = {name: read(cursor, query) for name, query in {
            "decided": DECIDED, "pending": PENDING, "discarded": DISCARDED, "feedback": TOLD, "runs": RUNS,
            "rejects": REJECTED, "noted": NOTED,
        }.items()}  # fmt: skip
        (late,) = read(cursor, LATE, {"before": late_before})
        (dead,) = read(cursor, "SELECT count(*) AS n FROM dead_letter")
    runs = {row["state"]: row["n"] for row in rows["runs"]}
    rejects = dict.fromkeys(("http", "engine", "file"), 0)
    for row in rows["rejects"]:
        rejects[row["source"] if row["live"] else "file"] += row["n"]
    return {
        **found,
        "decided": {CHANNEL_TYPES[row["channel"]]: row["n"] for row in rows["decided"]},
        "pending": dict.fromkeys(CHANNEL_TYPES, 0)
        | {CHANNEL_TYPES[row["channel"]]: row["pending"] for row in rows["pending"]},
        "discarded": {
            (CHANNEL_TYPES[row["channel"]] if row["channel"] >= 0 else None, DISCARD_REASONS[row["reason"]]): row["n"]
            for row in rows["discarded"]
        },
        "feedback": {FEEDBACK_KINDS[row["kind"]]: row["n"] for row in rows["feedback"]},
        "runs": {state: runs.get(state, 0) for state in RUN_STATES},
        "rejects": rejects, "late": late["n"], "dead_letters": dead["n"],
        "noted": {row["name"]: row["value"] for row in rows["noted"]},
    }  # fmt: skip
