"""What the only writer knows of the rows that wait, without asking the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.model.state import SCHEMAS

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

TIMERS: Final[Mapping[str, tuple[str, ...]]] = {
    "passage": ("wake_at", "ends_at"), "held": ("due_at",), "queued": ("due_at",), "turn": ("due_at",),
}  # fmt: skip
"""The tables whose rows wait, and their columns that are timers."""

NEXT_DUE: Final = """
SELECT min(due) FROM (
    SELECT least(min(wake_at), min(ends_at)) AS due FROM passage
    UNION ALL
    SELECT min(due_at) FROM held WHERE hold = 0
    UNION ALL
    SELECT min(due_at) FROM queued
    UNION ALL
    SELECT min(due_at) FROM turn
)
"""


class Waiting:
    """Keeps two things that every batch would ask for: the earliest timer, and which columns were ever filled.

    Both are asked of the database once, and followed as rows are put in. Whoever rolls back must forget this object.
    """

    def __init__(self, store: DuckStore) -> None:
        self._store = store
        self._filled: dict[str, set[str]] = {}
        self._earliest: datetime | None = None
        self._asked = False
        self._exact = False

    def filled(self, table: str) -> set[str]:
        """Return the columns of a table that have, or had, a value; of an empty table none."""
        if table not in self._filled:
            counts = ", ".join(f'count("{name}")' for name in SCHEMAS[table])
            [found] = self._store.connection.execute(f'SELECT {counts} FROM "{table}"').fetchall()
            self._filled[table] = {name for name, count in zip(SCHEMAS[table], found, strict=True) if count}
        return self._filled[table]

    def earliest(self) -> datetime | None:
        """Return an instant before which no timer is due, or None where there is no timer."""
        return self._earliest if self._asked else self.next_due()

    def next_due(self) -> datetime | None:
        """Return the instant of the earliest timer, or None."""
        if not self._exact:
            [(self._earliest,)] = self._store.connection.execute(NEXT_DUE).fetchall()
            self._asked = self._exact = True
        return self._earliest

    def put(self, table: str, rows: pl.DataFrame) -> None:
        """Note that rows were inserted."""
        if table not in TIMERS:
            return
        self.filled(table).update(column.name for column in rows.iter_columns() if column.null_count() < rows.height)
        if self._asked:
            instants = [self._earliest, *(rows[name].min() for name in TIMERS[table])]
            self._earliest = min((at for at in instants if isinstance(at, datetime)), default=None)
            self._exact = self._exact and table != "held"  # a held message may be held on by a pause

    def gone(self, table: str) -> None:
        """Note that rows were deleted."""
        if table in TIMERS:
            self._exact = False
