"""Ways to run a world: whole, in pieces, with deaths between them, and as the live engine does."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from sojourn.engine.audiences import Audiences
from sojourn.engine.older import Older, move
from sojourn.engine.processor import Processor
from sojourn.engine.rendering import EagerRenderer
from sojourn.engine.results import conversion_rows, discard_rows, message_rows, passage_rows, step_rows
from sojourn.journeys.compile import Published, compile_program
from sojourn.journeys.moving import Edition
from sojourn.model.items import ITEM_SCHEMA
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace
from tests.property.worlds.shop import START, TICK, Row
from tests.property.worlds.world import World


@lru_cache(maxsize=8)
def _workspace(documents: str) -> Workspace:
    return read_workspace(json.loads(documents))


class Machine:
    """The engine over one store, which may be given up and made anew between two batches.

    Parameters
    ----------
    path : Path or ":memory:"
        Where the store is; only one in a file can be kept and gone back to.
    ahead : bool
        Batches are handed over to be written, while the next one is folded.
    """

    def __init__(
        self, world: World, *, immediate: bool = True, path: Path | str = ":memory:", ahead: bool = False
    ) -> None:
        self.world = world
        self.ahead = ahead
        self.immediate = immediate
        self.path = path
        self.store = DuckStore(path, threads=1)
        self._again: list[Any] = []
        self.workspace = _workspace(json.dumps(world.documents))
        entities = self.workspace.directory.entities
        self.store.declare(entities["profile"].attributes, {})
        for number, document in enumerate(self._documents(), 1):
            self.store.connection.execute(
                "INSERT INTO document (doc, kind, id, version, state) VALUES (?, ?, ?, 1, 'live')",
                [number, document.kind, document.id],
            )
        self._rendered: EagerRenderer | None = None
        self.processor = self._processor()
        self.store.refill("origin", self.processor.program.origins)
        self.processor.watch(START)

    def _documents(self) -> list[Any]:
        return [*self.workspace.journeys.values(), *self.workspace.triggered.values(), *self._again]

    def _processor(self) -> Processor:
        rows = self.store.connection.execute("SELECT doc, state, last_run_at FROM document ORDER BY doc").fetchall()
        newest = {document.id: doc for doc, document in enumerate(self._documents(), 1)}
        published = [
            Published(doc, document, state, START, newest[document.id] == doc)
            for (doc, state, _), document in zip(rows, self._documents(), strict=True)
        ]
        program = compile_program(self.workspace.catalog, self.workspace.directory, published)
        audiences = Audiences(self.store, self.workspace.catalog, self.workspace.directory, {})
        renderer = EagerRenderer(program)
        if self._rendered is not None:
            renderer.rendered, renderer.addresses = self._rendered.rendered, self._rendered.addresses
        self._rendered = renderer
        made = Processor(self.store, program, audiences, immediate=self.immediate, renderer=renderer, threads=1)
        made.runs = {doc: at for doc, _, at in rows if at is not None}
        caps = self.store.connection.execute("SELECT name, value FROM meta WHERE name LIKE 'cap:%'").fetchall()
        made.caps = {(int(name.split(":")[1]), int(name.split(":")[2])): int(value) for name, value in caps}
        return made

    def die(self) -> None:
        """Forget everything that is not in the store, and go on from there."""
        self.processor.evaluator.close()
        self.processor = self._processor()

    def publish_again(self, ids: Iterable[str], at: datetime) -> list[Older]:
        """Publish journeys again under another title, and let those inside move; return who did, and who did not."""
        for id in ids:
            title = f"The {len(self._again)}. one"
            self._again.append(self.workspace.journeys[id].model_copy(update={"title": title}))
            self.store.connection.execute(
                "INSERT INTO document (doc, kind, id, version, state) VALUES (?, 'journey', ?, 2, 'live')",
                [len(self._documents()), id],
            )
        self.die()
        program, documents = self.processor.program, self._documents()
        self.store.refill("origin", program.origins)
        editions = [Edition(document, program.by_doc[doc]) for doc, document in enumerate(documents, 1)]
        newest = {edition.line.id: edition for edition in editions}
        with self.store.transaction():
            return [
                move(self.processor, edition, newest[edition.line.id], at)
                for edition in editions if edition.line.id in ids and edition is not newest[edition.line.id]
            ]  # fmt: skip

    def keep(self, copy: Path) -> None:
        """Keep the store as it is now."""
        self.store.connection.execute("CHECKPOINT")
        shutil.copyfile(self.path, copy)

    def go_back(self, copy: Path) -> None:
        """Go on from a store that was kept."""
        self.store.close()
        shutil.copyfile(copy, self.path)
        self.store = DuckStore(self.path, threads=1)
        self.die()

    def take(self, items: pl.DataFrame, horizon: datetime) -> None:
        """Process a batch."""
        with self.store.transaction(ahead=self.ahead):
            self.processor.process(items, horizon)

    def run(self, cuts: Iterable[int] = (), *, deaths: Iterable[int] = ()) -> dict[str, Any]:
        """Process the world's items in batches that begin at the cuts, and return the results."""
        frame, dying = self.world.frame, set(deaths)
        bounds = [*sorted({0, *cuts}), frame.height]
        for number, (start, end) in enumerate(pairwise(bounds)):
            batch = frame.slice(start, end - start)
            self.take(batch, batch["at"][-1] if batch.height else START)
            if number in dying:
                self.die()
        self.take(NOTHING, self.world.until + TICK)
        return self.results()

    def run_publishing(self, ids: Iterable[str], cuts: Iterable[int]) -> tuple[dict[str, Any], list[Older]]:
        """Do the same, and publish journeys again behind each batch; return also what became of those inside."""
        frame, moved = self.world.frame, list[Older]()
        for start, end in pairwise([*sorted({0, *cuts}), frame.height]):
            batch = frame.slice(start, end - start)
            self.take(batch, batch["at"][-1])
            moved += self.publish_again(ids, batch["at"][-1])
        self.take(NOTHING, self.world.until + TICK)
        return self.results(), moved

    def run_live(self) -> dict[str, Any]:
        """Process item for item and timer for timer, and report each message as sent at once, as delivery would."""
        frame = self.world.frame
        for place in range(frame.height):
            item = frame.slice(place, 1)
            self._timers(item["at"][0])
            self.take(item, item["at"][0])
            self._deliver(item["at"][0])
        self._timers(self.world.until + TICK)
        return self.results()

    def _timers(self, before: datetime) -> None:
        """Let what is due before an instant happen, one instant after the other."""
        while (at := self._next()) is not None and at < before:
            self.take(NOTHING, at + TICK)
            self._deliver(at)

    def _next(self) -> datetime | None:
        due: Any = self.store.next_due()
        occasion = self.processor.next_occasion(datetime(9999, 1, 1, tzinfo=UTC))
        return min((at for at in (due, occasion and occasion.at) if at is not None), default=None)

    def _deliver(self, at: datetime) -> None:
        """Append the feedback `sent` of everything in the outbox to the log, and process it."""
        rows = self.store.connection.execute(
            "SELECT no, profile_id FROM outbox JOIN message USING (no) JOIN profile ON _pno = pno ORDER BY no"
        ).fetchall()
        if not rows:
            return
        told = [{"message": number} for number, _ in rows]
        items = pl.DataFrame(
            {
                "offset": range(self.processor.offset, self.processor.offset + len(rows)),
                "at": at,
                "occurred_at": at,
                "kind": "feedback",
                "name": "sent",
                "profile_id": [profile for _, profile in rows],
                "data": [json.dumps(data) for data in told],
            }
        )
        self.take(NOTHING.join(items, on=items.columns, how="full", coalesce=True), at)
        self._deliver(at)

    def results(self) -> dict[str, Any]:
        """Return what came out, each profile by itself, in its own order."""
        store, program = self.store, self.processor.program
        assert self._rendered is not None
        found = {
            "messages": message_rows(store, program, self._rendered) if self.immediate else [],
            "discards": discard_rows(store, program),
            "passages": passage_rows(store, program),
            "conversions": conversion_rows(store, program),
            "steps": step_rows(store, program),
        }
        apart = {name: by_profile(rows) for name, rows in found.items()}
        for name in ("steps", "conversions"):
            apart[name] = {user: sorted(rows, key=str) for user, rows in apart[name].items()}
        return apart

    def close(self) -> None:
        """Give everything back."""
        self.processor.evaluator.close()
        self.store.close()


NOTHING = pl.DataFrame(schema=dict(ITEM_SCHEMA))


def by_profile(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by their profile, in order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["profile"]].append(row)
    return dict(found)


def outcome(
    world: World,
    cuts: Iterable[int] = (),
    *,
    deaths: Iterable[int] = (),
    immediate: bool = True,
    ahead: bool = False,
) -> dict[str, Any]:
    """Run a world and return its results."""
    machine = Machine(world, immediate=immediate, ahead=ahead)
    try:
        return machine.run(cuts, deaths=deaths)
    finally:
        machine.close()
