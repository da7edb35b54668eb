"""The draft as it runs in the scratch store, with what is known of the documents around it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from sojourn.campaigns.activities.query import ReadAudience
from sojourn.engine.audiences import Audiences
from sojourn.engine.backtest.live import Live
from sojourn.engine.campaigns.line import CampaignLine, compile_lines
from sojourn.expr import Reads, union
from sojourn.journeys.compile import Published
from sojourn.journeys.program import Line, Program
from sojourn.model.document import Document
from sojourn.workspace import Workspace

UNKNOWN_NODE = -9
"""Node of earlier messages whose node the draft does not have."""


@dataclass(frozen=True)
class Draft:
    """A document as the folder has it.

    Attributes
    ----------
    doc : int
        Its number in the scratch store, higher than those of all published versions.
    base : int
        Numbers of what it does begin here; lower ones are the live versions'.
    """

    document: Document
    workspace: Workspace
    live: Live
    doc: int
    base: int

    @property
    def own(self) -> list[int]:
        """Return the numbers of its published versions."""
        return self.live.docs(self.document.id)

    def program(self, version: Published | None) -> Program:
        """Compile the draft (None: nothing runs), and lend it the names and messages of the other documents."""
        workspace = self.workspace
        made = compile_lines(workspace.catalog, workspace.directory, [version] if version else [])
        others = {doc: line for doc, line in self.live.program.by_doc.items() if line.id != self.document.id}
        made.by_doc.update({doc: line for doc, line in others.items() if doc not in made.by_doc})
        known = self.live.program.origins.filter(pl.col("document") != self.document.id)
        made.origins = pl.concat([made.origins, known])
        return made

    def data_program(self) -> Program:
        """Return a program that only takes what items bring."""
        made = self.program(None)
        made.needs = replace(made.needs, receipts=True)
        made.by_doc.update(self.live.program.by_doc)
        made.origins = self.live.program.origins
        return made

    def places(self, line: Line) -> pl.DataFrame:
        """Return where a live version's nodes are in the draft: `doc`, `node`, `place`; only those that send alike."""
        rows = []
        for doc in self.own:
            before = self.live.program.by_doc.get(doc)
            for node, operator in enumerate(before.operators if before else ()):
                place = _place(line, before.node_ids[node], node) if before else UNKNOWN_NODE
                alike = place != UNKNOWN_NODE and _slots(line.operators[place]) == _slots(operator)
                rows.append((doc, node, place if alike else UNKNOWN_NODE))
        return pl.DataFrame(rows, schema={"doc": pl.Int32, "node": pl.Int16, "place": pl.Int16}, orient="row")


def _place(line: Line, node_id: str, node: int) -> int:
    if not line.steps:
        return node
    return line.node_ids.index(node_id) if node_id in line.node_ids else UNKNOWN_NODE


def _slots(operator: object) -> int:
    return len(getattr(operator, "slots", ()))


def reads_of(program: Program, audiences: Audiences) -> Reads:
    """Return what the conditions of a program read of the whole population."""
    runs = [line.entry.run.audience for line in program.lines if line.entry.run is not None]
    reads = [audiences.condition(audience).reads for audience in runs]
    reads += [condition.reads for condition in program.watched.values()]
    for line in program.lines:
        if isinstance(line, CampaignLine):
            read = [activity.audience for activity in line.activities if isinstance(activity, ReadAudience)]
            reads += [audiences.condition(audience).reads for audience in read]
            reads += [compiled.reads for compiled in line.compiled.values()]
    return union([*reads, Reads(history=program.needs.history, engagement=program.needs.engagement)])
