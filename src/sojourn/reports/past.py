"""A profile as it was when something was decided: what has been written since is taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from sojourn.expr import Expression, Reads
from sojourn.journeys.writes import parse_traits
from sojourn.model.state import State, conform
from sojourn.reports.recollection import CONSENT, Recollection, Write

if TYPE_CHECKING:
    from sojourn.reports.subject import Subject

DATED: Final = ("event", "feedback")
"""Tables that are only appended to, and whose rows say when they came."""
LOST: Final = object()
"""Stands for a value that nobody has kept."""
STEPS: Final = """SELECT doc, node, s."at" AS at_ FROM step s WHERE pno = $pno ORDER BY s."at", rowid"""


@dataclass
class Past:
    """Gives a profile as it was, from the log and from what is kept with its instants.

    Attributes
    ----------
    recollection : Recollection
        The profile's items.
    """

    recollection: Recollection
    _made: dict[tuple[datetime, int | None], Subject] = field(default_factory=dict)
    _by_nodes: list[Write] | None = None

    def subject_at(self, subject: Subject, at: datetime, offset: int | None) -> Subject:
        """Return the profile as it was at an instant, or when an item of that instant had been written."""
        key = (at, offset)
        if key not in self._made:
            self._made[key] = self._back(subject, at, offset)
        return self._made[key]

    def _back(self, subject: Subject, at: datetime, offset: int | None) -> Subject:
        attributes = subject.program.attributes
        late = self.recollection.writes_after(at, offset)
        if self._by_nodes is None:
            self._by_nodes = _by_nodes(subject)
        by_node = self._by_nodes
        topics = {write.name for write in late if write.name.startswith(CONSENT)}
        names = {write.name for write in late if write.name in attributes}
        names |= {write.name for write in by_node if write.at > at}
        before = self.recollection.last_writes(names | topics, at, offset)
        last = {write.name: write for write in by_node if write.at <= at}
        found = {name: self._value(before.get(name), last.get(name), at) for name in names}
        unknown = {name for name, value in found.items() if value is LOST}
        if not self.recollection.reaches(at):
            unknown |= set(attributes) - before.keys()
        values = {name: value for name, value in found.items() if name not in unknown}
        state = _state(subject, at, values, [before[name] for name in topics & before.keys()])
        fold = type(subject.fold)(subject.fold.program, state, subject.fold.evaluator, 0)
        return replace(subject, fold=fold, now=at, unknown=frozenset(unknown))

    def _value(self, logged: Write | None, by_node: Write | None, at: datetime) -> Any:
        """Return what was written last; `LOST` where that is not kept, or not known of two writes of one instant."""
        if by_node is not None and (logged is None or logged.at <= by_node.at):
            came_last = by_node.at < at and (logged is None or logged.at < by_node.at)
            return by_node.value if came_last else LOST
        if logged is not None:
            return logged.value
        return None if self.recollection.is_whole else LOST


def nothing_past(now: datetime) -> Past:
    """Return the past of a profile of which only the present is asked for."""
    return Past(Recollection(None, (), now))


def _by_nodes(subject: Subject) -> list[Write]:
    """Return what nodes wrote to attributes of the profile: it is not on the log."""
    lines = subject.program.by_doc
    steps = [step for step in subject.read(STEPS) if step["doc"] in lines]
    places = {(step["doc"], step["node"]) for step in steps}
    sets = {(doc, node): getattr(lines[doc].operators[node], "sets", {}) for doc, node in places}
    known = {place: {name: _constant(subject, value) for name, value in found.items()} for place, found in sets.items()}
    return [
        Write(0, step["at_"], name, value)
        for step in steps for name, value in known[step["doc"], step["node"]].items()
    ]  # fmt: skip


def _constant(subject: Subject, value: Expression) -> Any:
    """Return what an expression gives that reads nothing; of any other one would have to know what it saw."""
    if value.reads != Reads():
        return LOST
    found = subject.values(subject.candidate(subject.now), {"value": value})["value"]
    return found if found is None or isinstance(found, str | int | float) else LOST


def _state(subject: Subject, at: datetime, values: dict[str, Any], consents: list[Write]) -> State:
    now = subject.fold.state
    profile = now.need()
    tables = {table: now[table] for table in now.sources}
    for table in DATED:
        tables[table] = tables[table].filter(pl.col("at") <= at)
    given = [
        {"pno": subject.pno, "topic": each.name.removeprefix(CONSENT), "status": each.value, "at": each.at}
        for each in consents if each.value
    ]  # fmt: skip
    stood = tables["consent"].filter(pl.col("at") <= at)
    tables["consent"] = pl.concat([
        stood.filter(~pl.col("topic").is_in([row["topic"] for row in given])),
        *([conform("consent", pl.DataFrame(given))] if given else []),
    ])  # fmt: skip
    if values:
        rows = pl.DataFrame({"pno": [subject.pno], "traits": [json.dumps(values)]})
        typed = parse_traits(subject.fold, rows)
        profile = profile.with_columns(typed[name].alias(name) for name in values if name in typed.columns)
    return State(profile, tables=tables, columns=now.columns, lookup=now.lookup)
