"""Which errors lie in the disk or the memory, and not in what is being processed."""

from __future__ import annotations

from typing import Final

import duckdb

from sojourn.model.errors import SojournError

STORAGE: Final = (
    duckdb.IOException, duckdb.TransactionException, duckdb.OutOfMemoryException, duckdb.FatalException,
    duckdb.InternalException, duckdb.ConnectionException, OSError, MemoryError,
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
