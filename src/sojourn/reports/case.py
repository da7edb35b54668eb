"""One refusal that is to be explained."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from sojourn.journeys.program import Line
from sojourn.journeys.sending import Slot
from sojourn.reports.arrival import entering_item
from sojourn.reports.nodes import slots_of
from sojourn.reports.subject import Subject


@dataclass(frozen=True)
class Case:
    """An entry or a message that was refused at an instant.

    Attributes
    ----------
    subject : Subject
        The profile as it was then.
    node : int
        -1 for the document itself.
    channel : str or None
        Channel type of the message; None for an entry.
    detail : str or None
        What was recorded with it.
    entered_at : datetime or None
        When the passage began in which it happened; None for an entry.
    caught : dict
        Payloads that the passage's nodes had caught until then, by node.
    given : str or None
        JSON with which a `jump` asked to enter.
    """

    subject: Subject
    line: Line
    at: datetime
    node: int = -1
    channel: str | None = None
    detail: str | None = None
    entered_at: datetime | None = None
    caught: dict[str, Any] = field(default_factory=dict)
    given: str | None = None

    @classmethod
    def of(
        cls, subject: Subject, line: Line, at: datetime, node: int = -1, channel: str | None = None,
        detail: str | None = None, entered_at: datetime | None = None, caught: dict[str, Any] | None = None,
    ) -> Case:  # fmt: skip
        """Return the case with the profile as it was then."""
        came = entering_item(subject, line, at) if entered_at is None else None
        then = subject.then(at, came["offset"] if came is not None else None)
        return cls(then, line, at, node, channel, detail, entered_at, caught or {})

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
        """Return the candidate, with what started the passage and what its nodes caught."""
        came = entering_item(self.subject, self.line, self.entered_at or self.at)
        data = self.given or (came["data"] if came else None)
        vars_ = json.dumps(self.caught) if self.caught else None
        at_node = self.node >= 0 and bool(self.line.steps)  # only audiences are tested without the event that came
        own = came["offset"] if came and not at_node else None
        return self.subject.candidate(self.at, event=data, entry=data, vars=vars_, own=own)

    def key(self) -> str | None:
        """Return the supplemental key that the entry had."""
        if self.line.entry.key is None:
            return None
        value = self.subject.values(self.row(), {"key": self.line.entry.key})["key"]
        return None if value is None else str(value)
