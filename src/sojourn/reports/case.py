"""One refusal that is to be explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from sojourn.journeys.program import Line
from sojourn.journeys.sending import Slot
from sojourn.reports.nodes import slots_of
from sojourn.reports.reading import Row
from sojourn.reports.subject import Subject


@dataclass(frozen=True)
class Case:
    """An entry or a message that was refused at an instant.

    Attributes
    ----------
    node : int
        -1 for the document itself.
    channel : str or None
        Channel type of the message; None for an entry.
    detail : str or None
        What was recorded with it.
    """

    subject: Subject
    line: Line
    at: datetime
    node: int = -1
    channel: str | None = None
    detail: str | None = None

    @property
    def versions(self) -> str:
        """Return the numbers of all versions of the document, as SQL."""
        return ", ".join(str(doc) for doc in self.subject.program.numbers(self.line.id))

    def awaited(self) -> str | None:
        """Return the expression that gives the instant to wait for, where the node is a wait that has one."""
        operator = self.line.operators[self.node] if self.node >= 0 else None
        return getattr(getattr(operator, "node", None), "until_expr", None)

    def slot(self) -> Slot | None:
        """Return the message that was decided."""
        nodes = [self.node] if self.node >= 0 else list(range(len(self.line.operators)))
        slots = [slot for node in nodes for slot in slots_of(self.line, node)]
        return next((slot for slot in slots if slot.spec.channel == self.channel), None)

    def row(self) -> pl.DataFrame:
        """Return the candidate, with the event of that instant."""
        query = (
            """SELECT "offset", data FROM event e WHERE pno = $pno AND e."at" = $at ORDER BY "offset" DESC LIMIT 1"""
        )
        event: Row = next(iter(self.subject.read(query, at=self.at)), {})
        data = event.get("data")
        return self.subject.candidate(self.at, event=data, entry=data, own=event.get("offset"))
