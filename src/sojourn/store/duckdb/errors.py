"""Which errors lie in the disk or the memory, and not in what is being processed."""

from __future__ import annotations

from typing import Final

import duckdb

from sojourn.model.errors import SojournError


class Unwritten(SojournError):
    """What was handed over could not be written; nothing of it was kept, nor of what came after it."""

    code = "STORE-002"

    def __init__(self, reason: BaseException) -> None:
        lines = str(reason).splitlines() or [type(reason).__name__]
        super().__init__(
            f"the database could not be written: {lines[0]}",
            hint="the engine goes on from what the database has", retryable=True,
        )  # fmt: skip


STORAGE: Final = (
    duckdb.IOException, duckdb.TransactionException, duckdb.OutOfMemoryException, duckdb.FatalException,
    duckdb.InternalException, duckdb.ConnectionException, OSError, MemoryError,
    Unwritten,
)  # fmt: skip
"""A commit for which the disk has no space is a `TransactionException`; one whose checkpoint fails is durable, and a
`FatalException`: DuckDB then gives the file up until it is opened anew."""


class StoreRefused(SojournError):
    """The store could not be written; nothing was kept."""

    code = "STORE-001"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database cannot be written: {reason.splitlines()[0]}",
            hint="free some space on its disk, then send it again", retryable=True,
        )  # fmt: skip
