"""How far a copy of a workspace's data goes: the copies are really opened, and nothing in them is changed."""

from __future__ import annotations

from contextlib import closing

import duckdb

from sojourn.log.batches import end_of
from sojourn.model.errors import SojournError
from sojourn.service.places import Places


class Apart(SojournError):
    """The log does not reach as far as the store."""

    code = "BACKUP-006"

    def __init__(self, processed: int, appended: int) -> None:
        super().__init__(f"the store has taken {processed} items, and the log has {appended}", retryable=True)


def reached(places: Places) -> tuple[int, int]:
    """Return how many items the store has taken, and how many the log has.

    Raises
    ------
    duckdb.Error, LogUnavailable, Apart
        They cannot be opened, or do not belong together.
    """
    processed, appended = _taken(places), end_of(places.log)
    if processed > appended:
        raise Apart(processed, appended)
    return processed, appended


def _taken(places: Places) -> int:
    if not places.store.exists():
        return 0
    # A thread and little memory: the server beside it needs the others.
    with closing(
        duckdb.connect(str(places.store), read_only=True, config={"threads": 1, "memory_limit": "1GB"})
    ) as store:
        rows = store.execute("SELECT value FROM meta WHERE name = 'offset'").fetchall()
    return int(rows[0][0]) if rows else 0
