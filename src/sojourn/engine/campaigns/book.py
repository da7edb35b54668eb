"""What the store keeps of the runs of campaigns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sojourn.expr.names import identifier
from sojourn.store.duckdb import DuckStore

RunState = Literal["running", "waiting", "completed", "failed", "stopped"]
TaskState = Literal["waiting", "unconfirmed", "sending", "done", "failed", "stopped"]
OPEN: Final = ("waiting", "unconfirmed", "sending")
"""States of tasks that are not over."""

RETENTION: Final = timedelta(days=5)
"""How long after a run the rows of its transitions can be read."""

_OLD_TABLES = r"""
WITH kept AS (
    SELECT table_name, regexp_extract(table_name, '^(?:work|targets)_(\d+)_(\d+)_', ['doc', 'run']) AS of
    FROM duckdb_tables() WHERE NOT temporary
)
SELECT k.table_name FROM kept k
JOIN campaign_run r ON r.doc = try_cast(k.of.doc AS INTEGER) AND r.run = try_cast(k.of.run AS INTEGER)
WHERE r.ended_at < $before AND NOT (
    r.state = 'failed' AND r.run = (SELECT max(n.run) FROM campaign_run n WHERE n.id = r.id)
)
"""
"""A run that failed last may be retried, and needs what it had."""
_RUN = "doc, id, run, state, started_at, wake_at, ended_at, confirmed_at, parameters"
_TASK = "activity, state, began_at, due_at, ended_at, first_no, last_no, mark, code, error"


@dataclass(frozen=True)
class Run:
    """One run of a campaign.

    Attributes
    ----------
    wake_at : datetime or None
        When there is something to do next; None: when somebody says so.
    parameters : str
        JSON object of the signal's parameters.
    """

    doc: int
    id: str
    run: int
    state: RunState
    started_at: datetime
    wake_at: datetime | None
    ended_at: datetime | None
    confirmed_at: datetime | None
    parameters: str

    @property
    def key(self) -> dict[str, object]:
        """Return what identifies it."""
        return {"doc": self.doc, "run": self.run}


@dataclass(frozen=True)
class Task:
    """What an activity has done, or waits for, in one run; `first_no` to `last_no` are the numbers of its messages."""

    activity: int
    state: TaskState
    began_at: datetime
    due_at: datetime | None = None
    ended_at: datetime | None = None
    first_no: int | None = None
    last_no: int | None = None
    mark: str | None = None
    code: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Signal:
    """A signal that no run has begun for yet."""

    no: int
    at: datetime
    parameters: str


class RunBook:
    """Runs, tasks, transitions, signals and marks in the store; written within the caller's transaction."""

    def __init__(self, store: DuckStore) -> None:
        self.store = store

    # ---- runs ----------------------------------------------------------------------------------------------------

    def active(self, id: str) -> Run | None:
        """Return the run of a campaign that is not over, of whatever version."""
        return next(iter(self._runs("id = $id AND state IN ('running', 'waiting')", id=id)), None)

    def latest(self, id: str) -> Run | None:
        """Return a campaign's newest run."""
        return next(iter(self._runs("id = $id ORDER BY run DESC LIMIT 1", id=id)), None)

    def _runs(self, where: str, **params: object) -> list[Run]:
        rows = self.store.connection.execute(f"SELECT {_RUN} FROM campaign_run WHERE {where}", params).fetchall()
        return [Run(*row) for row in rows]

    def begun(self, id: str, at: datetime) -> int:
        """Return how many runs of a campaign began at an instant."""
        query = "SELECT count(*) FROM campaign_run WHERE id = $id AND started_at = $at"
        [(number,)] = self.store.connection.execute(query, {"id": id, "at": at}).fetchall()
        return int(number)

    def begin(self, doc: int, id: str, at: datetime, parameters: str) -> Run:
        """Begin a campaign's next run."""
        latest = self.latest(id)
        run = Run(doc, id, latest.run + 1 if latest else 1, "running", at, at, None, None, parameters)
        self._insert("campaign_run", vars(run))
        return run

    def set_run(self, run: Run, **values: object) -> None:
        """Change columns of a run."""
        self._update("campaign_run", values, "doc = $doc AND run = $run", run.key)

    # ---- tasks ---------------------------------------------------------------------------------------------------

    def tasks(self, run: Run) -> dict[int, Task]:
        """Return what the activities of a run have done so far, by index."""
        query = f"SELECT {_TASK} FROM campaign_task WHERE doc = $doc AND run = $run"
        return {row[0]: Task(*row) for row in self.store.connection.execute(query, run.key).fetchall()}

    def set_task(self, run: Run, task: Task) -> None:
        """Write a task over the one of its activity."""
        key = {**run.key, "activity": task.activity}
        self._delete("campaign_task", "doc = $doc AND run = $run AND activity = $activity", key)
        self._insert("campaign_task", {**run.key, **vars(task)})

    def drop_task(self, run: Run, activity: int) -> None:
        """Forget what an activity did, so that it is done anew."""
        key = {**run.key, "activity": activity}
        self._delete("campaign_task", "doc = $doc AND run = $run AND activity = $activity", key)

    # ---- transitions ---------------------------------------------------------------------------------------------

    def transitions(self, run: Run) -> set[tuple[int, str]]:
        """Return the transitions that a run has been through: activity and outlet."""
        query = "SELECT activity, outlet FROM transition WHERE doc = $doc AND run = $run"
        return {(row[0], row[1]) for row in self.store.connection.execute(query, run.key).fetchall()}

    def add_transition(self, run: Run, activity: int, outlet: str, rows: int, at: datetime) -> None:
        """Record the exact number of rows of a transition."""
        self._insert("transition", {**run.key, "activity": activity, "outlet": outlet, "rows": rows, "at": at})

    def drop_tables(self, before: datetime) -> None:
        """Drop the rows of the transitions of runs that ended before an instant."""
        for (name,) in self.store.connection.execute(_OLD_TABLES, {"before": before}).fetchall():
            self.store.connection.execute(f"DROP TABLE {identifier(name)}")

    # ---- signals, marks, alerts ----------------------------------------------------------------------------------

    def signals(self, id: str) -> list[Signal]:
        """Return a campaign's signals that wait, oldest first."""
        query = 'SELECT no, "at", parameters FROM campaign_signal WHERE id = $id ORDER BY no'
        return [Signal(*row) for row in self.store.connection.execute(query, {"id": id}).fetchall()]

    def add_signal(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Let a campaign run once more."""
        [(no,)] = self.store.connection.execute("SELECT coalesce(max(no), 0) + 1 FROM campaign_signal").fetchall()
        text = json.dumps(parameters, default=str, ensure_ascii=False)
        self._insert("campaign_signal", {"no": no, "id": id, "at": at, "parameters": text})

    def drop_signal(self, signal: Signal) -> None:
        """Take a signal."""
        self._delete("campaign_signal", "no = $no", {"no": signal.no})

    def mark(self, campaign: str, activity: str) -> str | None:
        """Return what the last completed run left for an activity."""
        query = "SELECT value FROM campaign_mark WHERE campaign = $campaign AND activity = $activity"
        params = {"campaign": campaign, "activity": activity}
        rows = self.store.connection.execute(query, params).fetchall()
        return str(rows[0][0]) if rows else None

    def set_mark(self, campaign: str, activity: str, value: str) -> None:
        """Leave a value for the next run."""
        key = {"campaign": campaign, "activity": activity}
        self._delete("campaign_mark", "campaign = $campaign AND activity = $activity", key)
        self._insert("campaign_mark", {**key, "value": value})

    def add_alert(self, run: Run, activity: int, at: datetime, values: Mapping[str, object]) -> None:
        """Record a notification."""
        [(no,)] = self.store.connection.execute("SELECT coalesce(max(no), 0) + 1 FROM alert").fetchall()
        self._insert("alert", {"no": no, **run.key, "activity": activity, "at": at, **values})

    # ---- statements ----------------------------------------------------------------------------------------------

    def _insert(self, table: str, values: Mapping[str, object]) -> None:
        columns = ", ".join(identifier(name) for name in values)
        places = ", ".join(f"${name}" for name in values)
        self.store.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", dict(values))

    def _update(self, table: str, values: Mapping[str, object], where: str, key: Mapping[str, object]) -> None:
        sets = ", ".join(f"{identifier(name)} = $new_{name}" for name in values)
        params = {**key, **{f"new_{name}": value for name, value in values.items()}}
        self.store.connection.execute(f"UPDATE {table} SET {sets} WHERE {where}", params)

    def _delete(self, table: str, where: str, key: Mapping[str, object]) -> None:
        self.store.connection.execute(f"DELETE FROM {table} WHERE {where}", dict(key))


def work_table(doc: int, run: int, activity: int, outlet: str) -> str:
    """Return the name of the table with a transition's rows."""
    return f"work_{doc}_{run}_{activity}_{outlet}"


def targets_table(run: Run, activity: int) -> str:
    """Return the name of the table with a message activity's targets."""
    return f"targets_{run.doc}_{run.run}_{activity}"
