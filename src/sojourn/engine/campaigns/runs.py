"""The runs of campaigns: when they begin, what is done at an instant, and how they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from sojourn.campaigns.activities.message import Message
from sojourn.campaigns.plan import Rows, Site, columns_of, unbound
from sojourn.campaigns.workbench import workbench
from sojourn.engine.campaigns.book import OPEN, RETENTION, Run, RunBook, Signal, Task, work_table
from sojourn.engine.campaigns.desk import Desk
from sojourn.engine.campaigns.line import CampaignLine
from sojourn.engine.campaigns.messages import begin_sending, outlets, undecided
from sojourn.engine.schedule import Occasion, next_of
from sojourn.expr.names import identifier
from sojourn.journeys.program import Line
from sojourn.model.errors import SojournError
from sojourn.store.duckdb.errors import STORAGE

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

MICROSECOND: Final = timedelta(microseconds=1)
LOOP_LIMIT: Final = 100
"""Runs of a campaign that other runs may start at one instant."""
_log = structlog.get_logger(__name__)


class NoSuchStart(SojournError):
    """A signal names a campaign that it cannot start."""

    code = "RUN-022"


class OverStart(NoSuchStart):
    """A signal names a campaign that began by signals and is over."""


class SignalLoop(SojournError):
    """Campaigns that start one another do not come to an end."""

    code = "RUN-025"


@dataclass(frozen=True)
class Start:
    """The next run of a campaign: when it was due, and what starts it."""

    at: datetime
    signal: Signal | None = None


class Campaigns:
    """The campaigns of a program, and their runs in the store.

    Parameters
    ----------
    processor : Processor
        Whose store, audiences and gate they use.
    """

    def __init__(self, processor: Processor) -> None:
        self.processor = processor
        self.book = RunBook(processor.store)
        self.lines = [line for line in processor.program.lines if isinstance(line, CampaignLine)]
        self._newest = {line.id: line for line in self.lines if line.entries}
        self._next: dict[str, Occasion | None] = {}

    # ---- when there is something to do -----------------------------------------------------------------------------

    def occasions(self, horizon: datetime) -> list[Occasion]:
        """Return the next occasion of each campaign, if it is before the horizon."""
        for id in {line.id for line in self.lines} - self._next.keys():
            self._next[id] = self._look_ahead(id)
        return [found for found in self._next.values() if found is not None and found.at < horizon]

    def _look_ahead(self, id: str) -> Occasion | None:
        run = self.book.active(id)
        if run is not None:
            line = self._line(run)
            wake = None if line.paused or line.state == "stopped" else run.wake_at
            return None if wake is None else self._occasion(line, wake)
        newest = self._newest.get(id)
        start = self._next_start(newest) if newest is not None and newest.state == "live" else None
        return None if start is None or newest is None else self._occasion(newest, start.at)

    def _occasion(self, line: CampaignLine, at: datetime) -> Occasion:
        return Occasion(at, self.processor.program.lines.index(line), line.doc, "campaign")

    def _line(self, run: Run) -> CampaignLine:
        line = self.processor.program.by_doc[run.doc]
        assert isinstance(line, CampaignLine)
        return line

    def _next_start(self, line: CampaignLine) -> Start | None:
        """Return the next run of a campaign none of whose runs goes on: not before the last one ended."""
        latest = self.book.latest(line.id)
        earliest = max([at for at in (latest and latest.ended_at, self._resumed_at(line)) if at], default=None)
        if line.schedule is None:
            signals = self.book.signals(line.id)
            return Start(_later(signals[0].at, earliest), signals[0]) if signals else None
        if line.published_at is None:
            return None
        due = next_of(line.schedule, line.published_at, self.processor.runs.get(line.doc))
        return None if due is None else Start(_later(due, earliest))

    def _resumed_at(self, line: CampaignLine) -> datetime | None:
        text = self.processor.store.meta(f"resumed:{line.doc}")
        return datetime.fromisoformat(text) if text else None

    # ---- what is done ------------------------------------------------------------------------------------------------

    def take(self, occasion: Occasion) -> None:
        """Do what is to be done at an instant: begin a run, or go on with it."""
        line = self.processor.program.by_doc[occasion.doc]
        assert isinstance(line, CampaignLine)
        run = self.book.active(line.id)
        if run is None:
            run = self._begin(line, occasion.at)
        if run is not None:
            self._go_on(self._line(run), run, occasion.at)
        self._next.pop(line.id, None)

    def _begin(self, line: CampaignLine, at: datetime) -> Run | None:
        start = self._next_start(line)
        if start is None:
            return None
        with self.processor.store.transaction():
            self.book.drop_tables(at - RETENTION)
            if start.signal is not None:
                self.book.drop_signal(start.signal)
            else:
                assert line.schedule is not None and line.published_at is not None
                due = next_of(line.schedule, line.published_at, self.processor.runs.get(line.doc))
                update = "UPDATE document SET last_run_at = ? WHERE doc = ?"
                self.processor.store.connection.execute(update, [due, line.doc])
                if due is not None:
                    self.processor.runs[line.doc] = due
            return self.book.begin(line.doc, line.id, at, start.signal.parameters if start.signal else "{}")

    def _go_on(self, line: CampaignLine, run: Run, at: datetime) -> None:
        if any(task.state == "sending" for task in self.book.tasks(run).values()):
            self.processor.run_due(at + MICROSECOND)
        while (ready := self._ready(line, run, at)) is not None:
            if not self._attempt(line, run, ready, at):
                return
        with self.processor.store.transaction():
            self._rest(line, run, at)

    def _ready(self, line: CampaignLine, run: Run, at: datetime) -> int | None:
        """Return the first activity that can be done now."""
        tasks, transitions = self.book.tasks(run), self.book.transitions(run)
        for index, activity in enumerate(line.activities):
            task = tasks.get(index)
            if task is None:
                sources = [self._transition(line, name) for _, name in activity.inputs()]
                if all(source in transitions for source in sources):
                    return index
            elif (
                (task.state == "waiting" and task.due_at is not None and task.due_at <= at)
                or (task.state == "unconfirmed" and run.confirmed_at is not None)
                or (task.state == "sending" and not undecided(self.processor, line, task)[0])
            ):
                return index
        return None

    def _transition(self, line: CampaignLine, name: str) -> tuple[int, str]:
        id, _, outlet = name.partition(".")
        return line.document.graph.positions[id], outlet

    def _attempt(self, line: CampaignLine, run: Run, index: int, at: datetime) -> bool:
        """Do one activity; when it fails the run fails, and what the activity did is undone."""
        counter = self.processor.counter
        try:
            self.processor.store.attempt(lambda: self._do(line, run, index, at))
        except STORAGE:
            raise
        except Exception as error:  # whatever it is: the run names it, and everybody else goes on
            self.processor.undo(counter)
            with self.processor.store.transaction():
                self._fail(line, run, index, at, error)
            return False
        return True

    def _do(self, line: CampaignLine, run: Run, index: int, at: datetime) -> None:
        activity, task = line.activities[index], self.book.tasks(run).get(index)
        if task is not None and task.state == "sending":
            self._close_sending(line, run, task, at)
            return
        due = activity.until_when(at) if task is None else at
        if due > at:
            self.book.set_task(run, Task(index, "waiting", at, due))
            return
        if activity.sends and line.document.needs_confirmation and run.confirmed_at is None:
            self.book.set_task(run, Task(index, "unconfirmed", at))
            return
        began = task.began_at if task is not None else at
        self._run(line, run, index, at, began)

    def _run(self, line: CampaignLine, run: Run, index: int, at: datetime, began: datetime) -> None:
        activity, audiences = line.activities[index], self.processor.audiences
        own = line.compiled_in(index)
        audiences.now = at
        audiences.refresh({name for value in own.values() for name in value.reads.members})
        variables = '{"vars":' + run.parameters + "}"
        with workbench(self.processor.store.connection, {"now": at, "vars": variables}) as bench:
            desk = Desk(bench, audiences, self.book, run, at, index, self, self.processor.files)
            site = Site(desk, activity.id, self._inputs(line, run, index), own.__getitem__, line.shapes[index])
            if isinstance(activity, Message):
                task = begin_sending(self.processor, line, run, index, bench, site, at)
                self.book.set_task(run, replace(task, began_at=began))
                return
            for outlet, table in activity.plan(site).items():
                rows = bench.create(work_table(run.doc, run.run, index, outlet), table)
                self.book.add_transition(run, index, outlet, rows, at)
            self.book.set_task(run, Task(index, "done", began, ended_at=at, mark=desk.marks.get(activity.id)))

    def _inputs(self, line: CampaignLine, run: Run, index: int) -> list[Rows]:
        found = []
        for (_, name), shape in zip(line.activities[index].inputs(), line.inputs[index], strict=True):
            source, outlet = self._transition(line, name)
            table = unbound(work_table(run.doc, run.run, source, outlet), columns_of(shape))
            found.append(Rows(table, shape, line.key_of(shape)))
        return found

    def _close_sending(self, line: CampaignLine, run: Run, task: Task, at: datetime) -> None:
        connection = self.processor.store.connection
        for outlet, sql in outlets(run, line, task).items():
            name = identifier(work_table(run.doc, run.run, task.activity, outlet))
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")
            [(rows,)] = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
            self.book.add_transition(run, task.activity, outlet, rows, at)
        self.book.set_task(run, replace(task, state="done", ended_at=at))

    # ---- how a run rests and ends ------------------------------------------------------------------------------------

    def _rest(self, line: CampaignLine, run: Run, at: datetime) -> None:
        """Let a run wait for its next instant, or end."""
        waiting = [task for task in self.book.tasks(run).values() if task.state in OPEN]
        if not waiting:
            self._complete(line, run, at)
            return
        instants = [undecided(self.processor, line, t)[1] if t.state == "sending" else t.due_at for t in waiting]
        self.book.set_run(run, state="waiting", wake_at=min((i for i in instants if i is not None), default=None))

    def _complete(self, line: CampaignLine, run: Run, at: datetime) -> None:
        for index, task in self.book.tasks(run).items():
            if task.mark is not None:
                self.book.set_mark(line.id, line.activities[index].id, task.mark)
        self.book.set_run(run, state="completed", wake_at=None, ended_at=at)

    def _fail(self, line: CampaignLine, run: Run, index: int, at: datetime, error: Exception) -> None:
        code = error.code if isinstance(error, SojournError) else "RUN-020"
        text = str(error) if isinstance(error, SojournError) else f"{type(error).__name__}: {error}"
        _log.error("an activity failed", campaign=line.id, run=run.run, activity=line.activities[index].id, reason=text)
        self.book.set_task(run, Task(index, "failed", at, ended_at=at, code=code, error=text[:2_000]))
        self.book.set_run(run, state="failed", wake_at=None, ended_at=at)

    # ---- what somebody says ------------------------------------------------------------------------------------------

    def knows(self, line: Line, command: str) -> bool:
        """Tell whether a command is one for this document's runs."""
        return isinstance(line, CampaignLine) and command in self._commands

    def tell(self, line: Line, command: str, at: datetime) -> None:
        """Let a command take effect on a campaign's runs; the document's own state is not changed yet."""
        if isinstance(line, CampaignLine):
            if command in self._commands:
                self._commands[command](line, at)
            self._next.pop(line.id, None)

    @property
    def _commands(self) -> Mapping[str, Callable[[CampaignLine, datetime], None]]:
        return {
            "confirm": self._confirm, "retry": self._retry, "resume": self._resume, "close": self._resume,
            "stop": self._stop,
        }  # fmt: skip

    def signal(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Let a campaign run once more, at an instant or when its run is over.

        Raises
        ------
        NoSuchStart
            When no live campaign of that id starts by a signal; `OverStart`: not any more.
        """
        why = self.refusal(id)
        if why is not None:
            raise (OverStart if self._is_over(id) else NoSuchStart)(
                f"a signal cannot start `{id}`: {why}", hint="publish it with `schedule: {signal: …}`"
            )
        self.book.add_signal(id, at, parameters)
        self._next.pop(id, None)

    def signal_within(self, id: str, at: datetime, parameters: Mapping[str, Any]) -> None:
        """Let a run start another campaign (see `signal`).

        Raises
        ------
        SignalLoop
            When the campaign has begun too often at this instant.
        """
        if self.book.begun(id, at) >= LOOP_LIMIT:
            message = f"`{id}` has begun {LOOP_LIMIT} times at this instant: campaigns start one another without an end"
            raise SignalLoop(message, hint="put a `wait` or a `test` before the `signal`")
        self.signal(id, at, parameters)

    def refusal(self, id: str) -> str | None:
        """Return why a signal cannot start a campaign; None when it can."""
        line = self._newest.get(id)
        if line is None:
            return "there is no such live campaign"
        if line.schedule is not None:
            return "it does not start by a signal"
        return None if line.state in ("live", "paused") else f"it is {line.state}"

    def can_retry(self, id: str) -> bool:
        """Tell whether the newest run of a campaign has failed and its version still runs."""
        run = self.book.latest(id)
        return run is not None and run.state == "failed" and any(line.doc == run.doc for line in self.lines)

    def _is_over(self, id: str) -> bool:
        line = self._newest.get(id)
        return line is not None and line.schedule is None and line.state not in ("live", "paused")

    def _confirm(self, line: CampaignLine, at: datetime) -> None:
        """Let the sends of the current run go; without a run it means nothing."""
        run = self.book.active(line.id)
        if run is not None and run.doc == line.doc and run.confirmed_at is None:
            self.book.set_run(run, confirmed_at=at, wake_at=at)

    def _retry(self, line: CampaignLine, at: datetime) -> None:
        """Go on with the newest run from the activity that failed."""
        run = self.book.latest(line.id)
        if run is not None and run.doc == line.doc and run.state == "failed":
            for index, task in self.book.tasks(run).items():
                if task.state == "failed":
                    self.book.drop_task(run, index)
            self.book.set_run(run, state="running", wake_at=at, ended_at=None)

    def _resume(self, line: CampaignLine, at: datetime) -> None:
        """Go on after a pause; recurring runs that were missed meanwhile are left out."""
        if not line.paused:
            return
        run = self.book.active(line.id)
        if run is not None:
            self.book.set_run(run, wake_at=at)
        self.processor.store.set_meta({f"resumed:{line.doc}": at.isoformat()})
        if line.schedule is not None and line.schedule.rrule is not None:
            self.processor.runs[line.doc] = at
            self.processor.store.connection.execute("UPDATE document SET last_run_at = ? WHERE doc = ?", [at, line.doc])

    def _stop(self, line: CampaignLine, at: datetime) -> None:
        """End the run where it is."""
        run = self.book.active(line.id)
        if run is not None and run.doc == line.doc:
            for task in self.book.tasks(run).values():
                if task.state in OPEN:
                    self.book.set_task(run, replace(task, state="stopped", ended_at=at))
            self.book.set_run(run, state="stopped", wake_at=None, ended_at=at)


def _later(at: datetime, earliest: datetime | None) -> datetime:
    return at if earliest is None else max(at, earliest)
