"""The profile that is explained, with everything that decisions about it may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import polars as pl

from sojourn.expr import Condition, Evaluator, Expression
from sojourn.expr.directory import Directory
from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Program
from sojourn.model.state import INSTANT
from sojourn.reports.past import Past, nothing_past
from sojourn.reports.reading import Row, read
from sojourn.store.duckdb.load import load_state
from sojourn.store.duckdb.reader import StoreReader

CANDIDATE: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "pno": pl.Int64, "at": INSTANT, "event": pl.String, "entry": pl.String, "vars": pl.String, "own": pl.Int64,
}  # fmt: skip


@dataclass
class Subject:
    """One profile, seen through the store.

    Attributes
    ----------
    fold : Fold
        The state of this profile alone, to evaluate conditions with.
    now : datetime
        The engine's instant.
    directory : Directory or None
        Audiences are explained down to their own conditions where it is given.
    past : Past
        What was different at earlier instants.
    unknown : frozenset of str
        Attributes that have been written since, of which the value of then is not kept.
    """

    reader: StoreReader
    program: Program
    fold: Fold
    id: str
    pno: int
    now: datetime
    directory: Directory | None
    past: Past
    unknown: frozenset[str] = frozenset()

    def then(self, at: datetime, offset: int | None = None) -> Subject:
        """Return the profile as it was at an instant, or when an item of that instant had been written."""
        return self if at >= self.now and offset is None else self.past.subject_at(self, at, offset)

    @property
    def attributes(self) -> Row:
        """Return the attributes."""
        return self.fold.state.need().row(0, named=True)

    def read(self, query: str, **params: object) -> list[Row]:
        """Return rows of a query that may read `$pno`."""
        return read(self.reader.connection, query, {"pno": self.pno, **params})

    def candidate(self, at: datetime, **columns: object) -> pl.DataFrame:
        """Return the one row that conditions are evaluated over."""
        row = {"pno": self.pno, "at": at, **columns}
        return pl.DataFrame([{name: row.get(name) for name in CANDIDATE}], schema=dict(CANDIDATE))

    def values(self, row: pl.DataFrame, expressions: Mapping[str, Expression | Condition]) -> Row:
        """Evaluate expressions over a candidate; an event with the offset `own` is not counted."""
        return self.fold.values(row, expressions, apart=True).row(0, named=True) if expressions else {}

    def events(self, name: str) -> list[Row]:
        """Return the events of an incoming name, oldest first: `offset`, `at`, `data`."""
        found = self.fold.state["event"].filter(pl.col("name") == name).sort("at", "offset")
        return found.select("offset", "at", "data").to_dicts()

    def consent(self, *topics: str) -> list[Row]:
        """Return what was said about topics (`channel:email`): `topic`, `status`, `at`."""
        said = self.fold.state["consent"].filter(pl.col("topic").is_in(topics))
        return said.select("topic", "status", "at").sort("topic").to_dicts()

    def zone(self, zone: str = "profile") -> str:
        """Return the name of a zone, where `profile` means the profile's own."""
        row = pl.DataFrame({"pno": [self.pno]})
        return str(self.fold.zones(row, zone, self.program.timezone)[0])


FIND = """
SELECT _pno, _created_at, profile_id FROM profile WHERE profile_id = $id
    OR _pno = (SELECT any_value(pno) FROM identity WHERE alias = $id)
ORDER BY profile_id = $id LIMIT 1
"""
"""Where an id is both a profile's and noted as another's, the note is the newer one."""


def find_profile(reader: StoreReader, profile_id: str) -> Row | None:
    """Return `_pno`, `_created_at` and `profile_id` of a profile, by any of its ids, or None."""
    found = read(reader.connection, FIND, {"id": profile_id})
    return found[0] if found else None


def ids_of(reader: StoreReader, known: Row) -> frozenset[str]:
    """Return all ids of a profile that `find_profile` gave."""
    others = read(reader.connection, "SELECT alias FROM identity WHERE pno = $pno", {"pno": known["_pno"]})
    return frozenset([known["profile_id"], *(str(row["alias"]) for row in others)])


def load_subject(
    reader: StoreReader, program: Program, evaluator: Evaluator, profile_id: str, pno: int, now: datetime,
    directory: Directory | None, past: Past | None = None,
) -> Subject:  # fmt: skip
    """Load all that decisions about a profile may read."""
    names = read(reader.connection, "SELECT DISTINCT name FROM event WHERE pno = $pno", {"pno": pno})
    history = frozenset(str(row["name"]) for row in names)
    entities = frozenset(directory.entities if directory else ()) - {"profile"} | program.needs.entities
    needs = replace(
        program.needs, history=history, entities=entities, members=frozenset({"*"}), engagement=True, receipts=True,
        left=True,
    )  # fmt: skip
    state = load_state(reader, pl.Series([pno], dtype=pl.Int64), needs)
    seeing = replace(program, lines=list(program.lines), needs=needs)
    return Subject(
        reader, program, Fold(seeing, state, evaluator, 0), profile_id, pno, now, directory, past or nothing_past(now)
    )
