"""Deleting what is older than it has to be, some rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

PORTION: Final = 50_000
OLD: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "events": (("event", 't."at" < $before'),),
    "steps": (("step", 't."at" < $before AND t.passage NOT IN (SELECT no FROM passage)'),),
    "calls": (("answer", 't."at" < $before'), ("cached", "t.until < $before")),
    "rejects": (("reject", 't."at" < $before'),),
}  # fmt: skip
"""For each sort of record its tables, and which rows are old."""
CONTENTS: Final = """
UPDATE message SET "to" = NULL, entry = NULL, vars = NULL WHERE rowid IN (
    SELECT rowid FROM message t WHERE t."at" < $before AND NOT ("to" IS NULL AND entry IS NULL AND vars IS NULL)
        AND t.no NOT IN (SELECT no FROM outbox) AND t.no NOT IN (SELECT no FROM unsent) LIMIT $portion
)
"""


def prune(store: DuckStore, sort: str, before: datetime, portion: int = PORTION) -> int:
    """Delete old rows of one sort, in one transaction; return how many, 0 when none is left.

    Parameters
    ----------
    sort : str
        A field of `model.retention.Retention`, but for `log`.
    before : datetime
        What is older goes.
    portion : int
        Rows that are deleted at once.
    """
    params = {"before": before, "portion": portion}
    if sort == "message_contents":
        return _changed(store, CONTENTS, params)
    for table, old in OLD[sort]:
        query = f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} t WHERE {old} LIMIT $portion)"
        count = _changed(store, query, params)
        if count:
            return count
    return 0


def _changed(store: DuckStore, statement: str, params: Mapping[str, object]) -> int:
    [(count,)] = store.connection.execute(statement, dict(params)).fetchall()
    return int(count)
