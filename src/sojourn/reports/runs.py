"""The runs of a campaign: what each activity did, the exact counts of its transitions, and their rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from sojourn.engine.campaigns.book import work_table
from sojourn.engine.campaigns.preview import first_rows
from sojourn.journeys.program import Line, Program
from sojourn.model.errors import SojournError, did_you_mean
from sojourn.model.instants import format_instant
from sojourn.reports.nodes import versions
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.reconciliation import run_messages

RUNS = "SELECT * FROM campaign_run WHERE id = $id ORDER BY run DESC LIMIT $limit"
RUN = "SELECT doc FROM campaign_run WHERE id = $id AND run = $run"
TASKS = "SELECT * FROM campaign_task WHERE doc = $doc AND run = $run ORDER BY began_at, activity"
TRANSITIONS = 'SELECT t.* FROM transition t WHERE doc = $doc AND run = $run ORDER BY t."at", activity'
ALERTS = 'SELECT t.* FROM alert t WHERE doc = $doc AND run = $run ORDER BY t."at", activity'


class NoSuchRun(SojournError):
    """A campaign has no such run, or no rows of it any more."""

    code = "REPORT-003"


def runs(cursor: Cursor, program: Program, campaign: str, limit: int = 20) -> list[Row]:
    """Return a campaign's runs, the newest first.

    Returns
    -------
    list of dict
        For each `run`: `state` (`running waiting completed failed stopped`), `started_at`, `ended_at`, `confirmed_at`
        (RFC 3339 or None), `parameters` (JSON), `activities` (`id`, `state`, `began_at`, `due_at`, `ended_at`, `code`,
        `error`), `transitions` (`from`, `rows`, `at`), `messages`
        (`reconciliation.run_messages`) and `alerts` (`from`, `at`, `title`, `message`, `to`, `rows`).
    """
    with one_moment(cursor):
        return runs_of(cursor, versions(program, campaign), limit, counted=True)


def runs_of(cursor: Cursor, lines: Sequence[Line], limit: int, *, counted: bool = False) -> list[Row]:
    """Return the runs of a campaign's versions as `runs` does, within the caller's moment.

    `messages` is None unless they are to be counted, which reads all messages.
    """
    by_doc = {line.doc: line for line in lines}
    found = read(cursor, RUNS, {"id": lines[0].id, "limit": limit})
    return [_run(cursor, by_doc[row["doc"]], row, counted=counted) for row in found]


def _run(cursor: Cursor, line: Line, row: Row, *, counted: bool) -> Row:
    key = {"doc": row["doc"], "run": row["run"]}
    return {
        "run": row["run"], "state": row["state"], "started_at": _text(row["started_at"]),
        "ended_at": _text(row["ended_at"]), "confirmed_at": _text(row["confirmed_at"]),
        "parameters": row["parameters"],
        "activities": [_task(line, task) for task in read(cursor, TASKS, key)],
        "transitions": [
            {"from": source(line, found), "rows": found["rows"], "at": _text(found["at"])}
            for found in read(cursor, TRANSITIONS, key)
        ],
        "messages": run_messages(cursor, row["doc"], row["run"]) if counted else None,
        "alerts": [_alert(line, found) for found in read(cursor, ALERTS, key)],
    }  # fmt: skip


def _task(line: Line, row: Row) -> Row:
    return {
        "id": line.node_ids[row["activity"]], "state": row["state"], "began_at": _text(row["began_at"]),
        "due_at": _text(row["due_at"]), "ended_at": _text(row["ended_at"]), "code": row["code"], "error": row["error"],
    }  # fmt: skip


def _alert(line: Line, row: Row) -> Row:
    return {
        "from": line.node_ids[row["activity"]], "at": _text(row["at"]), "title": row["title"],
        "message": row["message"], "to": row["recipients"], "rows": row["rows"],
    }  # fmt: skip


def source(line: Line, row: Row) -> str:
    """Return a transition's name: `activity` or `activity.outlet`."""
    return ".".join(filter(None, (line.node_ids[row["activity"]], row["outlet"])))


def rows_of(
    cursor: Cursor, program: Program, campaign: str, run: int, transition: str, limit: int, offset: int
) -> Row:  # fmt: skip
    """Return rows of a transition, and how many it has: `rows`, `sample`.

    Raises
    ------
    NoSuchRun
        The run has no such transition, or its rows are gone.
    """
    with one_moment(cursor):
        lines = {line.doc: line for line in versions(program, campaign)}
        found = read(cursor, RUN, {"id": campaign, "run": run})
        if not found:
            raise NoSuchRun(f"`{campaign}` has no run {run}", hint="`sojourn runs` lists them")
        line = lines[found[0]["doc"]]
        transitions = read(cursor, TRANSITIONS, {"doc": line.doc, "run": run})
        counts = {source(line, row): row["rows"] for row in transitions}
        if transition not in counts:
            near = did_you_mean(transition, counts)
            message = f"run {run} of `{campaign}` has no transition `{transition}`{near}"
            raise NoSuchRun(message, hint=_listed(list(counts)))
        activity, _, outlet = transition.partition(".")
        table = work_table(line.doc, run, line.node_ids.index(activity), outlet)
        try:
            sample = first_rows(cursor, table, limit, offset)
        except duckdb.CatalogException as error:
            hint = "rows are kept for five days after a run"
            raise NoSuchRun(f"the rows of run {run} of `{campaign}` are not kept any more", hint=hint) from error
    return {"from": transition, "rows": counts[transition], "sample": [plain(row) for row in sample]}


def _listed(names: Sequence[str]) -> str:
    return f"it has {', '.join(names)}" if names else "nothing was counted in it"


def plain(row: Row) -> Row:
    """Return a row as JSON values."""
    return {name: _json(value) for name, value in row.items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
