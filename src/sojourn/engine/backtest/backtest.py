"""A draft over the recorded log, in a scratch store, beside what the live version did in that time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from sojourn.campaigns.document import Campaign
from sojourn.engine.backtest.arrivals import Arrivals
from sojourn.engine.backtest.changed import note_changes
from sojourn.engine.backtest.checking import CheckingRenderer
from sojourn.engine.backtest.counts import Side, side_by_side
from sojourn.engine.backtest.draft import Draft
from sojourn.engine.backtest.errors import NothingRecorded
from sojourn.engine.backtest.items import Adaptation
from sojourn.engine.backtest.live import Live
from sojourn.engine.backtest.notes import notes_of
from sojourn.engine.backtest.one_person import OnePerson
from sojourn.engine.backtest.past import Past
from sojourn.engine.backtest.period import Period, Readable, find_period, slices
from sojourn.engine.backtest.progress import Tell, nobody
from sojourn.engine.clock import elapsed_s
from sojourn.engine.publication import choose
from sojourn.engine.scratch import NO_ITEMS, Scratch
from sojourn.journeys.compile import Published
from sojourn.log.port import Log
from sojourn.model.document import Document
from sojourn.model.instants import format_instant
from sojourn.workspace import Workspace

MEMORY: Final = "1GB"
"""Of the scratch store; what is more goes into files of the given folder."""
THREADS: Final = 2


@dataclass(frozen=True)
class Wish:
    """What to backtest.

    Attributes
    ----------
    document : str
        Id of a journey or campaign.
    since, until : datetime
        Both inclusive.
    """

    document: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Recorded:
    """What is there: the log, and the live store at one moment.

    Attributes
    ----------
    taken : int
        Offset up to which the live store reflects the log.
    now : datetime
        The engine's instant.
    folder : Path
        For what does not fit into the memory.
    """

    log: Log
    live: Live
    taken: int
    now: datetime
    folder: Path


def backtest(wish: Wish, workspace: Workspace, recorded: Recorded, tell: Tell = nobody) -> dict[str, Any]:
    """Run a draft over a period of the log; nothing that is live changes.

    Returns
    -------
    dict
        `document`, `kind`, `since`, `until`, `items` (taken), `seconds`; `passages`, `messages`, `discards`,
        `conversions`, `transitions`: rows with their place, `draft`, `live` and `difference`; `notes`: what could not
        be reconstructed, in sentences.

    Raises
    ------
    UnknownDocument
        There is no such document.
    BadPeriod, NothingRecorded
        Of the period.
    """
    began_s = elapsed_s()
    document = _document(wish.document, workspace)
    period = find_period(recorded.log, recorded.taken, wish.since, wish.until, recorded.now)
    _refuse_empty(period, recorded)
    newest = int(recorded.live.value("SELECT coalesce(max(doc), 0) FROM document"))
    base = int(recorded.live.value("SELECT coalesce(max(CAST(value AS BIGINT)), 1) FROM meta WHERE name = 'counter'"))
    draft = Draft(document, workspace, recorded.live, newest + 1, base)
    with scratch_of(workspace, period, recorded.folder) as scratch:
        run = Run(scratch, draft, period, OnePerson(recorded.log, recorded.live.read), tell)
        run.go()
        kind = scratch.program.by_doc[draft.doc].kind
        return {
            "document": wish.document, "kind": kind, "since": format_instant(period.since),
            "until": format_instant(period.until), "items": period.end - period.first, **run.compared(),
            "notes": notes_of(run), "seconds": round(elapsed_s() - began_s, 2),
        }  # fmt: skip


def _document(id: str, workspace: Workspace) -> Document:
    """Return a draft; a campaign's runs count as confirmed."""
    (raw,) = choose(workspace, [id])
    found = next(each for each in workspace.deliveries if each.id == raw.id)
    return found.model_copy(update={"confirm": False}) if isinstance(found, Campaign) else found


def _refuse_empty(period: Period, recorded: Recorded) -> None:
    if period.first < period.end:
        return
    known = "SELECT count(*) FROM profile WHERE _created_at <= $until"
    if not recorded.live.value(known, {"until": period.until}):
        raise NothingRecorded(period.since, period.until, period.span)


@contextmanager
def scratch_of(workspace: Workspace, period: Period, folder: Path) -> Iterator[Scratch]:
    """Give an empty scratch whose memory is bounded."""
    with (
        TemporaryDirectory(prefix="backtest-", dir=folder) as spill,
        Scratch(workspace, period.since, threads=THREADS) as scratch,
    ):
        scratch.store.connection.execute(f"SET memory_limit = '{MEMORY}'")
        scratch.store.connection.execute(f"""SET temp_directory = '{spill.replace("'", "''")}'""")
        yield scratch


class Run:
    """One backtest while it runs."""

    def __init__(self, scratch: Scratch, draft: Draft, period: Period, log: Readable, tell: Tell) -> None:
        self.scratch, self.draft, self.period, self.log, self.tell = scratch, draft, period, log, tell
        self.past: Past
        self.arrivals: Arrivals
        self.adaptation: Adaptation

    def go(self) -> None:
        """Rebuild the state at the beginning, then run the draft to the end."""
        scratch, draft, period = self.scratch, self.draft, self.period
        entities = scratch.workspace.directory.entities
        note_changes(scratch.store, self.log, period, entities, self.tell)
        program = draft.program(Published(draft.doc, draft.document, published_at=period.since))
        self.past = Past(scratch, draft, program.by_doc[draft.doc], period)
        self.past.rebuild(self.log, self.tell)
        scratch.use(program, CheckingRenderer(program))
        self.past.finish()
        self.arrivals = Arrivals(scratch, draft.live, period)
        self.adaptation = Adaptation(draft.document.id, scratch.store)
        scratch.processor.watch(period.since)
        self._take()

    def _take(self) -> None:
        for items in slices(self.log, self.period.first, self.period.end):
            self._reach(items, items["at"][-1])
            self.tell("running the draft", items.height)
        self._reach(NO_ITEMS, self.period.until)
        self.scratch.run(self.period.until)

    def _reach(self, items: pl.DataFrame, until: datetime) -> None:
        for part, at in self.arrivals.parts(items, until):
            self.scratch.processor.process(self.adaptation.adapt(part), at)

    def compared(self) -> dict[str, Any]:
        """Return both sides' counts."""
        draft, period, live = self.draft, self.period, self.draft.live
        lines = live.program.by_doc
        mine = Side(
            self.scratch.store.read,
            self.scratch.program.by_doc,
            [draft.doc],
            draft.base,
            period.since,
            period.until,
            is_draft=True,
        )
        theirs = Side(live.read, lines, draft.own, 0, period.since, period.until)
        return dict(side_by_side(mine, theirs))
