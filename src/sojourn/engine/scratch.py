"""A store in memory, the fold over it, and a clock that stands still until it is told to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self

import polars as pl

from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.line import compile_lines
from sojourn.engine.processor import Processor, Refuse
from sojourn.engine.rendering import EagerRenderer
from sojourn.engine.responses import Responses
from sojourn.journeys.calls import Answerer
from sojourn.journeys.compile import Published
from sojourn.journeys.program import Program
from sojourn.model.document import Document
from sojourn.model.items import ITEM_SCHEMA
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace

TICK: Final = timedelta(microseconds=1)
NO_ITEMS: Final = pl.DataFrame(schema=dict(ITEM_SCHEMA))


class Scratch:
    """The engine over documents of a workspace, apart from everything that is live; no message leaves it.

    Nothing runs before `publish`. Each instant is taken once: what `run` has passed does not come again.

    Parameters
    ----------
    workspace : Workspace
        Its data documents apply from the beginning.
    start : datetime
        The clock's first instant.
    files : mapping of name to text, optional
        Files that documents name; by default the workspace's.
    refuse : callable, optional
        Takes items that cannot be processed (see `Processor`).
    threads : int
        Threads of the store and of the evaluator each.
    answerer : Answerer, optional
        Answers for systems outside; by default every call gets 200 without fields.
    """

    def __init__(
        self, workspace: Workspace, start: datetime, *, files: Mapping[str, str] | None = None,
        refuse: Refuse | None = None, threads: int = 1, answerer: Answerer | None = None,
    ) -> None:  # fmt: skip
        self.workspace = workspace
        self._answerer = answerer or Responses(workspace, {})
        self.horizon = start
        self.store = DuckStore(threads=threads)
        self._declare()
        self._audiences = Audiences(
            self.store, workspace.catalog, workspace.directory, workspace.files if files is None else files
        )
        self._refuse, self._threads = refuse, threads
        self.use(compile_lines(workspace.catalog, workspace.directory, []))

    def _declare(self) -> None:
        entities = self.workspace.directory.entities
        others = {id: entity.attributes for id, entity in entities.items() if id != "profile"}
        self.store.declare(entities["profile"].attributes, others)

    def __enter__(self) -> Self:
        """Return the scratch itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Forget everything."""
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self.processor.evaluator.close()
        self.store.close()

    @property
    def program(self) -> Program:
        """Return what runs."""
        return self.processor.program

    def fill(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Insert rows of entities, profiles too, that are there from the first instant."""
        free = self.store.fill_tables(self.workspace.directory.entities, tables, self.horizon)
        self.store.set_meta({"pno": str(free)})
        self.processor.next_pno = free

    def use(self, program: Program, renderer: EagerRenderer | None = None) -> None:
        """Go on with a program, from the numbers and the place that the store has; texts are kept by default."""
        before = getattr(self, "processor", None)
        self.store.refill("origin", program.origins)
        self.renderer = renderer or EagerRenderer(program)
        self.processor = Processor(
            self.store, program, self._audiences, immediate=True, renderer=self.renderer, refuse=self._refuse,
            threads=self._threads, answerer=self._answerer,
        )  # fmt: skip
        if before is not None:
            before.evaluator.close()

    def publish(self, documents: Sequence[Document] | None = None) -> None:
        """Let documents be live from the clock's instant on; by default all of the workspace."""
        if documents is None:
            documents = self.workspace.deliveries
        versions = [Published(doc, document, published_at=self.horizon) for doc, document in enumerate(documents, 1)]
        self.use(compile_lines(self.workspace.catalog, self.workspace.directory, versions))
        self.processor.watch(self.horizon)

    def run(self, until: datetime, items: pl.DataFrame = NO_ITEMS) -> None:
        """Take items (by `ITEM_SCHEMA`, in log order), and all that is due up to an instant, inclusive.

        Items later than `until` must not be given.
        """
        self.processor.process(items, until + TICK)
        self.horizon = max(self.horizon, until + TICK)

    def take(self, items: pl.DataFrame) -> int:
        """Take items (by `ITEM_SCHEMA`, in order of `at`) behind all that came before, and what is due before the last.

        Returns
        -------
        int
            The offset that the first of them got.
        """
        first = self.processor.offset
        offsets = pl.int_range(first, first + items.height, dtype=pl.Int64, eager=True).alias("offset")
        until: datetime = items["at"][-1]
        self.processor.process(items.with_columns(offsets), until)
        self.horizon = max(self.horizon, until)
        return first
