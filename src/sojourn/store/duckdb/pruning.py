"""Deleting what is older than it has to be, some rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import duckdb

    from sojourn.store.duckdb.store import DuckStore

PORTION: Final = 50_000
OLD: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "events": (("event", 't."at" < $before'),),
    "steps": (("step", 't."at" < $before AND t.passage NOT IN (SELECT no FROM passage)'),),
    "calls": (("answer", 't."at" < $before'), ("cached", "t.until < $before")),
    "rejects": (("reject", 't."at" < $before'),),
}  # fmt: skip
"""For each sort of record its tables, and which rows are old."""
WITH_CONTENTS: Final = 'NOT (t."to" IS NULL AND t.entry IS NULL AND t.vars IS NULL)'
CONTENTS_OLD: Final = (
    f't."at" < $before AND {WITH_CONTENTS} '
    "AND t.no NOT IN (SELECT no FROM outbox) AND t.no NOT IN (SELECT no FROM unsent)"
)
CONTENTS: Final = f"""
UPDATE message SET "to" = NULL, entry = NULL, vars = NULL WHERE rowid IN (
    SELECT rowid FROM message t WHERE {CONTENTS_OLD} LIMIT $portion
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


def counts(cursor: duckdb.DuckDBPyConnection, sort: str, before: datetime | None) -> dict[str, Any]:
    """Return of one sort how many rows there are (`rows`), since when (`oldest`), and how many are `old`.

    Parameters
    ----------
    before : datetime or None
        What is older would go; None: nothing would.
    """
    tables = (("message", CONTENTS_OLD),) if sort == "message_contents" else OLD[sort]
    total: dict[str, Any] = {"rows": 0, "old": 0, "oldest": None}
    for table, old in tables:
        there = WITH_CONTENTS if sort == "message_contents" else "true"
        instant = 't."at"' if table != "cached" else "NULL::TIMESTAMPTZ"
        query = f"SELECT count(*), count(*) FILTER ({old}), min({instant}) FROM {table} t WHERE {there}"
        [(rows, gone, oldest)] = cursor.execute(query, {"before": before}).fetchall()
        total["rows"] += rows
        total["old"] += gone
        total["oldest"] = total["oldest"] or oldest
    return total


def _changed(store: DuckStore, statement: str, params: Mapping[str, object]) -> int:
    [(count,)] = store.connection.execute(statement, dict(params)).fetchall()
    return int(count)
