"""Rejects that were told to nobody yet: on the disk before a request is answered, until the engine takes them over."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sojourn.model.errors import SojournError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS reject (
    no INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, source TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL,
    reason TEXT NOT NULL, item TEXT NOT NULL
);
"""
_NAMES: Final = "no, at_us, source, line, code, reason, item"


class RejectsUnusable(SojournError):
    """The file cannot be read or written."""

    code = "STORE-003"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}", hint="check the disk and the file's owner", retryable=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reject that waits, with its number and when it came, in microseconds since 1970."""

    no: int
    at_us: int
    source: str
    line: int
    code: str
    reason: str
    item: str


class RejectQueue:
    """A small SQLite file, which is nearly always empty; all threads of a process may use it.

    Parameters
    ----------
    path : Path
        The file; made, for its owner only, when it is not there.
    taken : int
        Number of the last reject that has been taken over: others get higher ones, even if the file was lost.

    Raises
    ------
    RejectsUnusable
        It cannot be opened, or later: read or written.
    """

    def __init__(self, path: Path, taken: int = 0) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_SCHEMA)
            [(last,)] = self._connection.execute("SELECT coalesce(max(no), 0) FROM reject").fetchall()
        except (OSError, sqlite3.Error) as error:
            raise RejectsUnusable(path, str(error)) from error
        self._last = max(int(last), taken)

    def put(self, rejects: Sequence[tuple[int, str, int, str, str, str]]) -> None:
        """Put rejects (all columns but `no`) behind the others; durable on return."""
        with self._translated():
            first = self._last + 1
            rows = [(no, *reject) for no, reject in enumerate(rejects, first)]
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(f"INSERT INTO reject ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")
            self._last += len(rows)

    def waiting(self, limit: int) -> list[Waiting]:
        """Return the first that wait."""
        with self._translated():
            found = self._connection.execute(f"SELECT {_NAMES} FROM reject ORDER BY no LIMIT ?", [limit]).fetchall()
        return [Waiting(*row) for row in found]

    def forget(self, up_to: int) -> None:
        """Delete those up to a number; what they said is overwritten."""
        with self._translated():
            self._connection.execute("DELETE FROM reject WHERE no <= ?", [up_to])

    def scrub(self) -> None:
        """Let the disk forget, too, what was deleted."""
        with self._translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise RejectsUnusable(self.path, str(error)) from error
