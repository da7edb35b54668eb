"""What operators do with a workspace, in this process; `remote` does the same over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Final, Literal, Protocol, get_args

import polars as pl

from sojourn.engine.backtest.progress import Tell, nobody
from sojourn.engine.clock import AcceleratedClock
from sojourn.engine.importing import Load, Progress, forget, load, progress
from sojourn.engine.lifecycle import NobodyInOlderVersions, busy_docs, check_command, state_now
from sojourn.engine.publication import UnknownDocument, as_row
from sojourn.expr import Evaluator
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.model.items import compact_json
from sojourn.model.reasons import Inside, Lifecycle
from sojourn.reports.dead_letters import Choice
from sojourn.reports.document import report
from sojourn.reports.explain import explain
from sojourn.reports.status import status
from sojourn.service.access.caller import MACHINE, Caller
from sojourn.service.backtesting import Backtesting
from sojourn.service.bounces import Told, take_reports
from sojourn.service.campaigning import Campaigning
from sojourn.service.channeling import Channeling
from sojourn.service.letters import Letters, Verb
from sojourn.service.registry.registry import Chosen, Registry
from sojourn.service.rights.remote import RightsBackend
from sojourn.service.rights.rights import Rights
from sojourn.service.runtime import Runtime
from sojourn.service.sessions import Sessions
from sojourn.service.standing import Body, published_changes, settled, standing_documents
from sojourn.service.studio.versions import Versions
from sojourn.workspace import Workspace, load_workspace
from sojourn.workspace.draft_changes import DraftChanges
from sojourn.workspace.drafting import Drafting
from sojourn.workspace.trash import Trash

Command = Literal["pause", "resume", "close", "stop", "confirm", "retry"]
Switch = Literal["pause", "resume"]
COMMANDS: Final = get_args(Command)
PATIENCE_S: Final = 300.0
"""How long a command waits for the engine to come to it."""
Row = dict[str, Any]


class NoSuchClock(SojournError):
    """The clock of this machine has no speed to set."""

    code = "RUN-007"

    def __init__(self) -> None:
        super().__init__(
            "the engine runs on this machine's clock, which has no speed to set",
            hint="start the server with --clock-start or --clock-speed",
        )


class Backend(Protocol):
    """A workspace as commands see it, whether its server runs or not."""

    @property
    def rights(self) -> RightsBackend:
        """Exports and erasures of people, and the suppression list."""
        ...

    def housekeeping(self, *, now: bool = False) -> Row:
        """Return what the last daily run did; with `now` do it at once."""
        ...

    def undeclared(self) -> Row:
        """Return what arrives and is not declared."""
        ...

    def adopt(self, chosen: Sequence[Row]) -> Row:
        """Declare what arrives (`subject`, `field`) in the documents."""
        ...

    def forget_undeclared(self, chosen: Sequence[Row]) -> int:
        """Take what arrived off the list."""
        ...

    def status(self) -> Row:
        """Return the live counts."""
        ...

    def report(self, document: str) -> Row:
        """Return what a document did."""
        ...

    def explain(self, profile: str, document: str) -> Row:
        """Return what happened to a profile, and why."""
        ...

    def backtest(self, document: str, since: datetime, until: datetime, tell: Tell = nobody) -> Row:
        """Run the folder's document over a period of the log; return it beside the live version."""
        ...

    def publish(self, ids: Sequence[str], inside: Inside = "finish") -> list[Row]:
        """Publish documents of the folder; none means all. Those inside older versions finish, move or leave."""
        ...

    def rehearse(self, ids: Sequence[str]) -> Row:
        """Return what publishing documents of the folder would change, and for whom; nothing is changed."""
        ...

    def command(self, id: str, command: Command, *, older: bool = False) -> Row:
        """Change the lifecycle of a document, or of its older versions alone; return its id and state."""
        ...

    def runs(self, id: str, limit: int = 20) -> list[Row]:
        """Return a campaign's runs, the newest first."""
        ...

    def rows(self, id: str, run: int, transition: str, limit: int) -> Row:
        """Return rows of a transition of a run."""
        ...

    def signal(self, id: str, parameters: Mapping[str, Any]) -> Row:
        """Start a run of a campaign by a signal."""
        ...

    def preview(self, id: str, parameters: Mapping[str, Any], sample: int) -> list[Row]:
        """Return the exact counts of the folder's campaign before its messages."""
        ...

    def import_progress(self, fingerprint: str, *, again: bool = False) -> Progress:
        """Return how far the import of a file is; with `again` it is forgotten."""
        ...

    def import_chunk(self, chunk: Load) -> Progress:
        """Take a chunk of a file."""
        ...

    def bounces(self, reports: Sequence[Row]) -> dict[str, int]:
        """Take what mails report (`service.bounces.Told`); return how many of each sort."""
        ...

    def channels(self) -> dict[str, Row]:
        """Return how each channel does, by id."""
        ...

    def switch_channel(self, id: str, switch: Switch) -> Row:
        """Pause or resume a channel; return its id and whether it is paused."""
        ...

    def dead_letters(self, choice: Choice, before: int | None = None, limit: int = 100) -> Row:
        """Return a page of messages that failed for good."""
        ...

    def act_on_letters(self, verb: Verb, choice: Choice, messages: Sequence[int] | None, *, every: bool) -> Row:
        """Send dead letters again, or drop them; return how many there were and are left."""
        ...


class Management:
    """A workspace that this process has open.

    Parameters
    ----------
    runtime : Runtime
        Started (a server) or only opened (a command while no server runs).
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.engine = runtime.engine
        self.campaigning = Campaigning(self)
        self.letters = Letters(runtime, self.wait_for)
        self.channeling = Channeling(runtime)
        self.backtesting = Backtesting(runtime)
        self.sessions = Sessions(runtime)
        runtime.forgetting.append(self.sessions.forget)
        self.rights = Rights(runtime)
        self.registry = Registry(runtime, runtime.audit)
        self.audit = runtime.audit
        self.drafting = Drafting(runtime.places.directory)
        self.changes = DraftChanges(self.drafting, Trash(runtime.places.trash))
        self._publishing = threading.Lock()

    # ---- reading -------------------------------------------------------------------------------------------------

    def status(self) -> Row:
        """Return the live counts (`GET /api/status`)."""
        runtime = self.runtime
        return status(
            runtime.cursor(), self.engine.processor.program, runtime.clock.now(), runtime.log.end(), self.engine.offset
        )

    def report(self, document: str) -> Row:
        """Return what a document did."""
        return report(self.runtime.cursor(), self.engine.processor.program, document, self.runtime.clock.now())

    def explain(self, profile: str, document: str) -> Row:
        """Return what happened to a profile in a document, and why."""
        processor, evaluator = self.engine.processor, Evaluator(1)
        try:
            return explain(
                self.runtime.cursor(), processor.program, evaluator, profile, document, self.runtime.clock.now(),
                processor.audiences.directory, self.runtime.log,
            )  # fmt: skip
        finally:
            evaluator.close()

    def backtest(self, document: str, since: datetime, until: datetime, tell: Tell = nobody) -> Row:
        """Run the folder's document over a period of the log; return it beside the live version."""
        return self.backtesting.run(document, since, until, tell)

    def documents(self) -> list[Row]:
        """Return every published version, oldest first."""
        rows = self.runtime.cursor().execute(
            "SELECT doc, id, kind, version, state, published_at FROM document WHERE kind <> 'workspace' ORDER BY doc"
        )
        newest = {line.doc for line in self.engine.processor.program.lines if line.entries}
        return [
            {"id": id, "kind": kind, "version": version, "state": self._state(id) if doc in newest else state,
             "published_at": format_instant(at)}
            for doc, id, kind, version, state, at in rows.fetchall()
        ]  # fmt: skip

    # ---- lifecycle -----------------------------------------------------------------------------------------------

    def publish(self, ids: Sequence[str], inside: Inside = "finish", caller: Caller = MACHINE) -> list[Row]:
        """Publish documents of the folder, all or none; no ids mean all that can run."""
        return self.publish_workspace(load_workspace(self.runtime.places.directory), ids, caller, inside)

    def publish_workspace(
        self, workspace: Workspace, ids: Sequence[str], caller: Caller, inside: Inside = "finish"
    ) -> list[Row]:
        """Publish documents of a workspace, all or none; what becomes of those inside is recorded, too."""
        with self._publishing:
            before = self._standing()
            made = self.engine.publish(workspace, ids, inside)
            self.runtime.refresh_delivery()
            anew = {publishing.id for publishing in made if publishing.verdict == "published"}
            after = self._standing()
            for subject, old, new in published_changes(before, after, anew):
                self.audit.record(caller, "document.publish", subject, old, new)
            rows = [as_row(publishing) for publishing in made]
            for subject, told in settled(rows, after):
                self.audit.record(caller, "document.inside", subject, None, {"inside": inside, **told})
        return rows

    def rehearse(self, ids: Sequence[str]) -> Row:
        """Return what publishing documents of the folder would change, and for whom; nothing is changed."""
        return Versions(self.runtime, self.drafting).rehearse(ids)

    def _standing(self) -> dict[str, Body]:
        with closing(self.runtime.cursor()) as cursor:
            return standing_documents(cursor)

    def command(self, id: str, command: Command, caller: Caller = MACHINE, *, older: bool = False) -> Row:
        """Put a lifecycle command into the log, and wait until the engine has taken it.

        Parameters
        ----------
        older : bool
            It is about the versions before the newest one alone: those who finish there.
        """
        program = self.engine.processor.program
        known = [line.id for line in program.lines]
        if id not in known:
            raise UnknownDocument(id, "is published", known)
        self.campaigning.check(id, command)
        self._check(id, command, older=older)
        newest = program.versions(id)[0]
        before = newest.state
        which = {"older": True} if older else {}
        item = {"kind": "control", "name": command, "data": compact_json({"id": id, **which})}
        offset = self.runtime.log.append(pl.DataFrame([item]))
        self.wait_for(offset)
        state = self.engine.processor.program.versions(id)[0].state
        subject = f"{newest.kind}/{id}"
        self.audit.record(caller, f"document.{command}", subject, {"state": before}, {"state": state, **which})
        return {"id": id, "state": state}

    def _check(self, id: str, command: Command, *, older: bool) -> None:
        busy, versions = busy_docs(self.runtime.cursor()), self.engine.processor.program.versions(id)
        before: set[Lifecycle] = {line.state for line in versions[1:] if line.doc in busy}  # type: ignore[misc]
        if older and not before:
            raise NobodyInOlderVersions(id)
        check_command(id, before if older else {self._state(id)} | before, command)

    def _state(self, id: str) -> Lifecycle:
        versions = self.engine.processor.program.versions(id)
        return state_now(self.runtime.cursor(), versions, self.runtime.clock.now())

    # ---- campaigns -----------------------------------------------------------------------------------------------

    def runs(self, id: str, limit: int = 20) -> list[Row]:
        """Return a campaign's runs, the newest first."""
        return self.campaigning.runs(id, limit)

    def rows(self, id: str, run: int, transition: str, limit: int) -> Row:
        """Return rows of a transition of a run."""
        return self.campaigning.rows(id, run, transition, limit)

    def signal(self, id: str, parameters: Mapping[str, Any], caller: Caller = MACHINE) -> Row:
        """Start a run of a campaign by a signal."""
        told = self.campaigning.signal(id, parameters)
        self.audit.record(caller, "document.signal", f"campaign/{id}", None, {"parameters": dict(parameters)})
        return told

    def preview(self, id: str, parameters: Mapping[str, Any], sample: int) -> list[Row]:
        """Return the exact counts of the folder's campaign before its messages."""
        return self.campaigning.preview(id, None, parameters, sample)

    def wait_for(self, offset: int) -> None:
        """Wait until the engine has taken an item; without an engine thread, take it here."""
        if self.engine.is_running:
            self.engine.wait_for(offset, PATIENCE_S)
        else:
            self.engine.drain(offset + 1)

    # ---- import --------------------------------------------------------------------------------------------------

    def import_progress(self, fingerprint: str, *, again: bool = False) -> Progress:
        """Return how far the import of a file is; with `again` it is forgotten."""
        store = self.engine.store
        if again:
            self.engine.call(lambda: forget(store, fingerprint))
        return self.engine.call(lambda: progress(store, fingerprint))

    def import_chunk(self, chunk: Load, caller: Caller = MACHINE) -> Progress:
        """Take a chunk of a file, between two batches of the engine; its begin and end are recorded."""
        if chunk.start == 0:
            self.audit.record(caller, "import.begin", f"import/{chunk.target}", None, {"file": chunk.fingerprint})
        taken = self.engine.call(lambda: load(self.engine.processor, chunk, self.runtime.clock.now()))
        if taken.done:
            self.audit.record(
                caller, "import.end", f"import/{chunk.target}", None, {"file": chunk.fingerprint, **vars(taken)}
            )
        return taken

    def bounces(self, reports: Sequence[Row]) -> dict[str, int]:
        """Take what mails report; return how many of each sort."""
        return take_reports(self.runtime, [Told.model_validate(report) for report in reports]).model_dump()

    # ---- channels ------------------------------------------------------------------------------------------------

    def channels(self) -> dict[str, Row]:
        """Return how each channel does, by id."""
        return self.channeling.all()

    def switch_channel(self, id: str, switch: Switch) -> Row:
        """Pause or resume a channel."""
        return self.channeling.pause(id) if switch == "pause" else self.channeling.resume(id)

    def dead_letters(self, choice: Choice, before: int | None = None, limit: int = 100) -> Row:
        """Return a page of messages that failed for good."""
        return self.letters.listed(choice, before, limit)

    def act_on_letters(self, verb: Verb, choice: Choice, messages: Sequence[int] | None, *, every: bool) -> Row:
        """Send dead letters again, or drop them."""
        return self.letters.act(verb, choice, messages, every=every)

    def housekeeping(self, *, now: bool = False, caller: Caller = MACHINE) -> Row:
        """Return what the last daily run did; with `now` do it at once."""
        keeper = self.runtime.housekeeping
        if not now:
            return keeper.last()
        done = keeper.tidy()
        self.audit.record(caller, "housekeeping.run", "housekeeping", None, done["deleted"])
        return done

    # ---- what is not declared -------------------------------------------------------------------------------------

    def undeclared(self) -> Row:
        """Return what arrives and is not declared."""
        return self.registry.listed()

    def adopt(self, chosen: Sequence[Row]) -> Row:
        """Declare what arrives (`subject`, `field`) in the documents."""
        return self.registry.adopt([Chosen(**each) for each in chosen])

    def forget_undeclared(self, chosen: Sequence[Row]) -> int:
        """Take what arrived off the list."""
        return self.registry.forget([Chosen(**each) for each in chosen])

    # ---- clock ---------------------------------------------------------------------------------------------------

    def clock(self) -> Row:
        """Return the engine's instant and how fast its clock runs."""
        clock = self.runtime.clock
        return {"now": format_instant(clock.now()), "speed": clock.speed if isinstance(clock, AcceleratedClock) else 1}

    def set_speed(self, speed: float) -> Row:
        """Let the clock run at another speed.

        Raises
        ------
        NoSuchClock
            It is this machine's clock.
        """
        clock = self.runtime.clock
        if not isinstance(clock, AcceleratedClock):
            raise NoSuchClock
        clock.speed = speed
        return self.clock()
