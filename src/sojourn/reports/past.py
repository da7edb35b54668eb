"""A profile as it was when something was decided: what has been written since is taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from sojourn.journeys.writes import parse_traits
from sojourn.model.state import State, conform
from sojourn.reports.recollection import CONSENT, Recollection, Write

if TYPE_CHECKING:
    from sojourn.reports.subject import Subject

DATED: Final = ("event", "feedback")
"""Tables that are only appended to, and whose rows say when they came."""
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

    def subject_at(self, subject: Subject, at: datetime, offset: int | None) -> Subject:
        """Return the profile as it was at an instant, or when an item of that instant had been written."""
        key = (at, offset)
        if key not in self._made:
            self._made[key] = self._back(subject, at, offset)
        return self._made[key]

    def _back(self, subject: Subject, at: datetime, offset: int | None) -> Subject:
        attributes = subject.program.attributes
        late = self.recollection.writes_after(at, offset)
        by_node = _by_nodes(subject)
        topics = {write.name for write in late if write.name.startswith(CONSENT)}
        names = {write.name for write in late if write.name in attributes}
        names |= {write.name for write in by_node if write.at > at}
        before = self.recollection.last_writes(names | topics, at, offset)
        by_node_at = {write.name: write.at for write in by_node if write.at <= at}
        unknown = {name for name in names if self._is_lost(before.get(name), by_node_at.get(name))}
        if not self.recollection.reaches(at):
            unknown |= set(attributes) - before.keys()
        values = {name: before[name].value if name in before else None for name in names - unknown}
        state = _state(subject, at, values, [before[name] for name in topics & before.keys()])
        fold = type(subject.fold)(subject.fold.program, state, subject.fold.evaluator, 0)
        return replace(subject, fold=fold, now=at, unknown=frozenset(unknown))

    def _is_lost(self, written: Write | None, by_node_at: datetime | None) -> bool:
        """Tell whether the value of then is not kept: a node was the last to write it, or the log does not reach it."""
        if by_node_at is not None:
            return written is None or written.at <= by_node_at
        return written is None and not self.recollection.is_whole


def nothing_past(now: datetime) -> Past:
    """Return the past of a profile of which only the present is asked for."""
    return Past(Recollection(None, (), now))


def _by_nodes(subject: Subject) -> list[Write]:
    """Return when nodes wrote attributes of the profile; what they wrote is not on the log."""
    lines = subject.program.by_doc
    return [
        Write(0, step["at_"], name, None)
        for step in subject.read(STEPS) if step["doc"] in lines
        for name in getattr(lines[step["doc"]].operators[step["node"]], "sets", ())
    ]  # fmt: skip


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
