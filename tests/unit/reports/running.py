"""A small shop that ran through the engine, with its store still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import yaml

from sojourn.engine.audiences import Audiences
from sojourn.engine.processor import Processor
from sojourn.engine.rendering import EagerRenderer
from sojourn.engine.tape import Tape
from sojourn.journeys.compile import Published, compile_program
from sojourn.journeys.program import Program
from sojourn.model.instants import parse_instant
from sojourn.model.items import ItemError, read_items
from sojourn.reports.document import report
from sojourn.reports.explain import explain
from sojourn.reports.status import status
from sojourn.service.answers.explanation import PathState
from sojourn.service.answers.report import Report
from sojourn.service.answers.status import Status
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import read_workspace
from tests.conformance.comparison import BASES, Yaml12, plain
from tests.unit.reports.shapes import told_whole

Row = dict[str, Any]
START = "2026-03-02T00:00:00Z"


@dataclass
class Shop:
    """The store of a run, and what is asked of it."""

    store: DuckStore
    program: Program
    processor: Processor
    now: datetime
    tape: Tape

    def status(self) -> Row:
        found: Row = told_whole(Status, status(self.store.cursor(), self.program, self.now, 7, 5))
        return found

    def document(self, id_: str) -> Row:
        found: Row = next(row for row in self.status()["documents"] if row["id"] == id_)
        return found

    def report(self, id_: str) -> Row:
        found: Row = told_whole(Report, report(self.store.cursor(), self.program, id_, self.now))
        return found

    def explain(self, profile: str, document: str) -> Row:
        directory = self.processor.audiences.directory
        evaluator = self.processor.evaluator
        told = explain(self.store.cursor(), self.program, evaluator, profile, document, self.now, directory, self.tape)
        found: Row = told_whole(PathState, told)
        return found

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.store.connection.execute(query).fetchall()


@contextmanager
def shop(documents: str, items: Sequence[Row], until: str, *, immediate: bool = True) -> Iterator[Shop]:
    """Run documents (YAML, beside those of the base shop) over items from `START` on."""
    base = list(yaml.load_all((BASES / "shop.yaml").read_text("utf-8"), Yaml12))
    workspace = read_workspace([plain(each) for each in [*base, *yaml.load_all(documents, Yaml12)]], {})
    start, end = parse_instant(START), parse_instant(until)
    store = DuckStore(threads=1)
    store.declare(workspace.directory.entities["profile"].attributes, {})
    documents_ = [*workspace.journeys.values(), *workspace.triggered.values()]
    published = [Published(number, each, published_at=start) for number, each in enumerate(documents_, 1)]
    program = compile_program(workspace.catalog, workspace.directory, published)
    for each in published:
        store.connection.execute(
            "INSERT INTO document (doc, kind, id, version, state, published_at) VALUES (?, ?, ?, 3, 'live', ?)",
            [each.doc, each.document.kind, each.document.id, start],
        )
    store.refill("origin", program.origins)
    audiences = Audiences(store, workspace.catalog, workspace.directory, {})
    renderer = EagerRenderer(program)
    processor = Processor(store, program, audiences, immediate=immediate, renderer=renderer, refuse=_refuse, threads=1)
    processor.watch(start)
    tape = Tape()
    tape.keep(read_items(items), 0)
    for batch in read_items(items).filter(pl.col("at") <= end).partition_by("at", maintain_order=True):
        processor.process(batch, batch["at"][0])
    processor.process(read_items([]), end + timedelta(microseconds=1))
    try:
        yield Shop(store, program, processor, end, tape)
    finally:
        processor.evaluator.close()
        store.close()


def _refuse(items: Any, code: str, reason: str) -> None:
    raise ItemError(int(items["offset"][0]), f"{reason} ({code})")


def identify(profile: str, at: str, **traits: object) -> Row:
    return {"type": "identify", "userId": profile, "timestamp": at, "traits": traits}


def track(profile: str, event: str, at: str, **properties: object) -> Row:
    return {"type": "track", "userId": profile, "event": event, "timestamp": at, "properties": properties}


def feedback(profile: str, kind: str, of: str, at: str, **more: object) -> Row:
    return {"type": "feedback", "userId": profile, "kind": kind, "of": of, "timestamp": at, **more}
