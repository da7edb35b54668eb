"""Items into state: cuts a batch where something concerns everybody, folds the parts, commits each with its offset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import polars as pl

from sojourn.engine import watching
from sojourn.engine.admission import Admission, Run, admit_members
from sojourn.engine.audiences import Audiences
from sojourn.engine.call_memory import CallMemory
from sojourn.engine.campaigns.runs import Campaigns
from sojourn.engine.commands import take
from sojourn.engine.joining import are_joined
from sojourn.engine.schedule import EPOCH, Occasion, next_run, next_sweep
from sojourn.engine.turns import NO_ITEMS, take_in_order
from sojourn.expr import Evaluator
from sojourn.journeys.advance import advance
from sojourn.journeys.calls import Answerer
from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import Fold, Renderer
from sojourn.journeys.program import Line, Program
from sojourn.model.state import INSTANT, Changes, Needs
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.load import load_state

CHUNK: Final = 80_000
"""Items, or profiles with due timers, that are folded and committed together, as reading and deleting some rows of a
table looks at all of them."""

HISTORIES: Final = 20_000
"""The same, where a program asks for what a profile may have much of: its events, its rows of entities."""

SCARCE: Final = 4 * CHUNK
"""From so many places left on at a `cap` node, it matters who comes first; a chunk does not take more."""

EVERYBODY: Final = frozenset({"control", "row", "suppress", "signal", "alias", "group"})
"""Kinds of item that may concern more than one profile."""

STEERING: Final = ("control", "signal")
"""Kinds of item after which a campaign may have something to do at once."""

MICROSECOND: Final = timedelta(microseconds=1)

LONGEST_PERIOD: Final = timedelta(days=33)
"""Older messages cannot count for a cap: a month, and a zone's day at each end."""

KNOWN_ONLY: Final = ("feedback", "trigger", "answer")
"""Kinds of item that do not bring a profile into being."""

FEEDBACK_KINDS_OF_ADDRESS: Final = ("bounced", "soft_bounced", "complained")

Refuse = Callable[[pl.DataFrame, str, str], None]


class Processor:
    """The fold over a log, in a store.

    Parameters
    ----------
    store : DuckStore
        Where the state is; this object is its only writer.
    immediate : bool
        Messages are handed over at once (the simulator).
    refuse : callable
        Takes items that cannot be processed, a code and the reason.
    answerer : Answerer, optional
        Answers calls on the spot (the simulator); else they wait in the store for somebody to make them.
    files : mapping of name to text, optional
        Files that campaigns load as they run; by default those that audiences name.
    """

    def __init__(
        self, store: DuckStore, program: Program, audiences: Audiences, *, immediate: bool = False,
        renderer: Renderer | None = None, refuse: Refuse | None = None, threads: int = 2,
        answerer: Answerer | None = None,
        files: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.store = store
        self.program = program
        self.audiences = audiences
        self.immediate = immediate
        self.renderer = renderer
        self.refuse: Refuse = refuse or (lambda items, code, reason: None)
        self.evaluator = Evaluator(threads)
        self.counter = int(store.meta("counter", "1"))
        self.next_pno = int(store.meta("pno", "1"))
        self.offset = int(store.meta("offset", "0"))
        self.runs: dict[int, datetime] = {}
        self.ended = store.ended()
        self.looked_at: dict[str, tuple[object, ...]] = {}
        self.swept = watching.last_sweep(self) if program.swept else None
        self.caps: dict[tuple[int, int], int] = {}
        self.memory = CallMemory(store)
        self.calls = self.memory.book(program.calls, answerer)
        self._open: Fold | None = None
        self._refused: list[tuple[pl.DataFrame, str, str]] = []
        self.files = audiences.files if files is None else files
        self.campaigns = Campaigns(self)
        self._stored: dict[str, str] = {}

    def watch(self, at: datetime) -> None:
        """Remember who is in the watched audiences at publication: only changes after it count."""
        watching.watch(self, at)

    # ---- a batch -------------------------------------------------------------------------------------------------

    def process(self, items: pl.DataFrame, horizon: datetime) -> None:
        """Take items (in log order), and all timers and occasions before the horizon."""
        while (until := self._next_stop(items, horizon)) is not None:
            count = items["at"].search_sorted(until, "right") if items.height else 0
            self._take(items.head(count), until)
            items = items.slice(count)
            occasion = self.next_occasion(min(until + MICROSECOND, horizon))
            if occasion is not None:
                self.take_occasion(occasion)
        self._take(items, horizon)

    def _next_stop(self, items: pl.DataFrame, horizon: datetime) -> datetime | None:
        """Return the first instant at which something may have to be done for a whole document."""
        occasion = self.next_occasion(horizon)
        found = [] if occasion is None else [occasion.at]
        if self.campaigns.lines:
            found += items.filter(pl.col("kind").is_in(list(STEERING)))["at"].head(1).to_list()
        return min(found, default=None)

    def _take(self, items: pl.DataFrame, before: datetime) -> None:
        for ordinary, special in self._cut(items):
            until = special["at"][0] if special is not None else before
            self.take_ordinary(ordinary, until)
            if special is not None:
                self.take_special(special)

    def _cut(self, items: pl.DataFrame) -> list[tuple[pl.DataFrame, pl.DataFrame | None]]:
        """Divide items at those that concern everybody."""
        if not items["profile_id"].has_nulls() and EVERYBODY.isdisjoint(items["kind"].unique()):
            return [(items, None)]
        concerned = items["kind"].is_in(list(EVERYBODY)) | items["profile_id"].is_null()
        special = (concerned & ~are_joined(self.store, items)).arg_true().to_list()
        parts: list[tuple[pl.DataFrame, pl.DataFrame | None]] = []
        start = 0
        for place in special:
            parts.append((items.slice(start, place - start), items.slice(place, 1)))
            start = place + 1
        return [*parts, (items.slice(start), None)]

    def take_ordinary(self, items: pl.DataFrame, before: datetime) -> None:
        """Take items that concern one profile each, and everybody's timers before an instant."""
        items = items.with_columns(self.store.aliases.canonical(items["profile_id"]))
        chunk = self._chunk
        for start in range(0, items.height, chunk):
            if self._order_matters():
                take_in_order(self, items.slice(start), before, chunk)
                return
            end = start + chunk
            self.fold_items(items.slice(start, chunk), items["at"][end] if end < items.height else before)
        self.run_due(before)

    @property
    def _chunk(self) -> int:
        needs = self.program.needs
        return min(CHUNK, HISTORIES) if needs.history or needs.entities else CHUNK

    def _order_matters(self) -> bool:
        """Tell whether what happens to one profile may depend on who of the others comes before it."""
        if self.program.shares_calls or self.audiences.shift(self.program.needs.members):
            return True
        free = (limit - self.caps.get(place, 0) for place, limit in self.program.limits.items())
        return any(0 < left <= SCARCE for left in free)

    def run_due(self, before: datetime) -> None:
        """Let all timers before an instant go off, one after the other where their order matters."""
        while not self._order_matters():
            due = self.store.due(before, self._chunk)
            if not due.len():
                return
            self.audiences.now = self.store.next_due() or before
            fold = self.fold_for(due)
            advance(fold, NO_ITEMS, before)
            self.commit(fold.finish())
        take_in_order(self, NO_ITEMS, before, self._chunk)

    def fold_items(self, items: pl.DataFrame, before: datetime) -> bool:
        """Fold a chunk of items and commit it with its offset; False, and nothing happened, if they do not go together.

        An item alone always does.
        """
        self.audiences.now = items["at"][0]
        first_pno = self.next_pno
        numbered, created = self._resolve(items)
        fold = self._fold_of(numbered, created)
        if self._addresses_are_shared(items, fold):
            self.next_pno = first_pno
            self._refused.clear()
            self._fold_apart(items, before)
            return True
        advance(fold, numbered, before)
        turn = max(fold.calls.next_turn() or before, items["at"][-1])
        if turn < before or (fold.is_disordered and items.height > 1):
            self.next_pno = first_pno
            self._refused.clear()
            return turn < before and self.fold_items(items, turn)
        self.commit(self._with_created(fold, created), offset=items["offset"][-1] + 1)
        return True

    def _fold_apart(self, items: pl.DataFrame, before: datetime) -> None:
        """Fold items one bounce at a time, where two profiles of the chunk share an address."""
        bounces = _bounces(items).arg_true().to_list()
        cuts = sorted({0, *bounces, *(place + 1 for place in bounces), items.height})
        for start, end in pairwise(cuts):
            part = items.slice(start, end - start)
            self.run_due(part["at"][0])
            numbered, created = self._resolve(part)
            fold = self._fold_of(numbered, created)
            advance(fold, numbered, items["at"][end] if end < items.height else before)
            self.commit(self._with_created(fold, created), offset=part["offset"][-1] + 1)

    def _addresses_are_shared(self, items: pl.DataFrame, fold: Fold) -> bool:
        """Tell whether a bounce may decide about a message of another profile, so that their order matters."""
        bounces = _bounces(items)
        if not bounces.any():
            return False
        due = self.store.next_due()
        if due is not None and due < items["at"].filter(bounces)[-1]:
            return True
        if items.height == 1:
            return False
        if items["traits"].str.contains_any(['"email"', '"phone"']).any():
            return True
        profile = fold.state.need(["email", "phone"])
        return any(
            name in profile.columns and profile[name].drop_nulls().is_duplicated().any() for name in ("email", "phone")
        )

    # ---- profiles ------------------------------------------------------------------------------------------------

    def _resolve(self, items: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give items their profile's number; return them and the profiles that are new."""
        numbered = items.with_columns(self.store.resolve(items["profile_id"]).alias("pno"))
        if not numbered["pno"].has_nulls():
            return numbered, NOBODY
        unknown = numbered.filter(pl.col("pno").is_null())
        founding = unknown.filter(~pl.col("kind").is_in(list(KNOWN_ONLY)))
        new = founding.select("profile_id", pl.col("at").alias("_created_at")).unique(
            "profile_id", keep="first", maintain_order=True
        )
        new = new.with_columns(
            pl.int_range(self.next_pno, self.next_pno + new.height, dtype=pl.Int64, eager=True).alias("fresh")
        )
        self.next_pno += new.height
        both = numbered.join(new.select("profile_id", "fresh"), on="profile_id", how="left", maintain_order="left")
        numbered = both.with_columns(pl.coalesce("pno", "fresh").alias("pno")).drop("fresh").drop_nulls("pno")
        new = new.rename({"fresh": "pno"})
        self._refuse_unknown(items, numbered, new)
        return numbered, new

    def _refuse_unknown(self, items: pl.DataFrame, numbered: pl.DataFrame, new: pl.DataFrame) -> None:
        lost = items.join(numbered.select("offset"), on="offset", how="anti")
        early = numbered.filter(pl.col("kind").is_in(list(KNOWN_ONLY))).join(new, on="profile_id", how="inner")
        early = early.filter(pl.col("at") < pl.col("_created_at")).select(items.columns)
        for part in (lost, early):
            if part.height:
                self._refused.append((part, "ITEM-010", "is about a profile that does not exist"))

    def _with_created(self, fold: Fold, created: pl.DataFrame) -> Changes:
        changes = fold.finish()
        if not created.height:
            return changes
        numbers = created.select(pl.col("pno").alias("_pno"), "_created_at")
        changes.created.append(fold.state.profile.join(numbers, on="_pno", how="inner"))
        if changes.attributes is not None:
            changes.attributes = changes.attributes.join(numbers, on="_pno", how="anti")
        return changes

    # ---- folds ---------------------------------------------------------------------------------------------------

    def _needs(self, items: pl.DataFrame) -> Needs:
        kinds = set(items["kind"].unique())
        needs = self.program.needs
        if kinds & {"feedback", "inbound"}:
            needs = replace(needs, receipts=True)
        return needs

    def _fold_of(self, items: pl.DataFrame, created: pl.DataFrame) -> Fold:
        """Start a fold over the profiles of numbered items, of which some are new."""
        profile = items.select(pl.col("pno").alias("_pno"), "profile_id")
        if not profile["_pno"].is_unique().all():
            profile = profile.unique("_pno", maintain_order=True)
        fold = self.fold_for(profile["_pno"], self._needs(items))
        if self.program.calls:
            fold.calls.places = {pno: place for place, pno in enumerate(profile["_pno"].to_list())}
        fold.state.profile = profile
        if created.height:
            listed = self.audiences.listed(self.program.needs.members, created)
            fold.state.add("member", listed)
        return fold

    def fold_for(self, profiles: pl.Series, needs: Needs | None = None) -> Fold:
        """Load the state of profiles and start a fold over it."""
        self.audiences.refresh(self.program.needs.members)
        since = self.audiences.now - LONGEST_PERIOD if self.program.gate.caps else None
        needs = needs or self.program.needs
        state = load_state(self.store, profiles, needs, messages_since=since)
        fold = Fold(
            self.program, state, self.evaluator, self.counter, immediate=self.immediate, renderer=self.renderer,
            needs=needs,
        )  # fmt: skip
        fold.caps, fold.calls = dict(self.caps), self.calls.fork()
        self._open = fold
        return fold

    def commit(self, changes: Changes, offset: int | None = None, marks: Mapping[str, str] | None = None) -> None:
        """Write changes, the next numbers and, where items were taken, the place in the log."""
        if self._open is not None:
            self.caps, self.calls, self._open = self._open.caps, self._open.calls, None
            self.calls.missed = None
        for refused in self._refused:
            self.refuse(*refused)
        self._refused.clear()
        kept = {"counter": str(changes.counter), "pno": str(self.next_pno)}
        kept |= {f"cap:{doc}:{node}": str(count) for (doc, node), count in self.caps.items()}
        meta = {**watching.marks(self), **(marks or {})}
        meta |= {name: value for name, value in kept.items() if self._stored.get(name) != value}
        if offset is not None:
            meta["offset"] = str(offset)
        self.store.commit(changes, meta)
        self._stored = kept
        self.counter = changes.counter
        self.offset = offset if offset is not None else self.offset

    def undo(self, counter: int) -> None:
        """Forget what was rolled back: the fold that was begun, the numbers from one on, and members read meanwhile."""
        self.counter, self._open = counter, None
        self._stored.clear()
        self.audiences.forget()

    # ---- what concerns everybody ---------------------------------------------------------------------------------

    def next_occasion(self, horizon: datetime) -> Occasion | None:
        """Return the first occasion before the horizon."""
        found = [
            occasion
            for rank, line in enumerate(self.program.lines)
            for occasion in self._occasions(line, rank)
            if occasion.at < horizon
        ]
        if self.swept is not None:
            sweep = Occasion(next_sweep(self.program.sweep_every, self.swept), -1, 0, "sweep")
            found += [sweep] if sweep.at < horizon else []
        return min([*found, *self.campaigns.occasions(horizon)], default=None)

    def _occasions(self, line: Line, rank: int) -> list[Occasion]:
        found = []
        run_at = next_run(line, self.runs.get(line.doc))
        if run_at is not None:
            found.append(Occasion(run_at, rank, line.doc, "run"))
        if line.ends_at is not None and line.at_end == "exit" and line.doc not in self.ended:
            found.append(Occasion(line.ends_at, rank, line.doc, "end"))
        return found

    def take_occasion(self, occasion: Occasion) -> None:
        """Read an audience into a line, take those inside out at its end, or look at everybody's membership."""
        if occasion.what == "sweep":
            watching.sweep(self, occasion.at)
            return
        line = self.program.by_doc[occasion.doc]
        if occasion.what == "campaign":
            self.campaigns.take(occasion)
            return
        if occasion.what == "end":
            self.ended.add(line.doc)
            self.store.note_end(line.doc, occasion.at)
            self.everybody_leaves(line, occasion.at, "exited", "outside_duration")
            return
        run = line.entry.run
        assert run is not None
        members = self.audiences.members(run.audience, occasion.at)
        fresh = members
        if run.incremental:
            fresh = members.join(self.audiences.taken(line.doc), on="pno", how="anti", maintain_order="left")
        done = Run(occasion.at, members.select("pno") if run.incremental else None)
        admit_members(self, Admission(line, occasion.at, fresh, run.rate_per_s), done)
        self.runs[line.doc] = occasion.at

    def next_turn(self) -> datetime | None:
        """Return when a call that waits has its turn next."""
        return self.calls.next_turn()

    def settle(self, fold: Fold) -> None:
        """Take what follows at once from what was done in a fold."""
        if fold.follow_ups:
            advance(fold, NO_ITEMS, EPOCH)

    def everybody_leaves(self, line: Line, at: datetime, state: str, reason: str) -> None:
        """End all passages of a line, and drop its pending sends."""
        inside = self.store.inside(line.doc)
        for start in range(0, inside.len(), CHUNK):
            fold = self.fold_for(inside.slice(start, CHUNK))
            Flow(fold, line).end_all(at, state, reason)
            self.settle(fold)
            self.commit(fold.finish())

    def take_special(self, item: pl.DataFrame) -> None:
        """Take an item that concerns more than one profile."""
        take(self, item.row(0, named=True))
        self.commit(Changes(counter=self.counter), offset=item["offset"][0] + 1)


def _bounces(items: pl.DataFrame) -> pl.Series:
    """Tell for each item whether it is feedback that counts against an address."""
    feedback = items["kind"] == "feedback"
    return feedback & items["name"].is_in(list(FEEDBACK_KINDS_OF_ADDRESS)) if feedback.any() else feedback


NOBODY: Final = pl.DataFrame(schema={"profile_id": pl.String, "_created_at": INSTANT, "pno": pl.Int64})
