"""The SQLite file of accounts, sessions, approvals and the record of changes."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sojourn.model.errors import SojournError

BUSY_MS: Final = 10_000
"""How long a write waits for another process, such as a command beside the server."""
Row = dict[str, Any]


class AccessUnusable(SojournError):
    """The file cannot be read or written."""

    code = "AUTH-020"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}", hint="check the disk and the file's owner", retryable=True)


class Database:
    """One SQLite file that only its owner can read; what is written is durable when `writing` ends.

    Several processes may have it open, and all threads may use it.

    Parameters
    ----------
    path : Path
        The file; made when it is not there.

    Raises
    ------
    AccessUnusable
        It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise AccessUnusable(path, str(error)) from error

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        schema = resources.files("sojourn.service.access").joinpath("schema.sql").read_text(encoding="utf-8")
        self._connection.executescript(schema)
        known = {row["name"] for row in self._connection.execute("PRAGMA table_info(key_use)")}
        for column in {"calls", "refused"} - known:  # of a workspace from before there were any
            self._connection.execute(f"ALTER TABLE key_use ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
        known = {row["name"] for row in self._connection.execute("PRAGMA table_info(approval)")}
        if "inside" not in known:
            self._connection.execute("ALTER TABLE approval ADD COLUMN inside TEXT NOT NULL DEFAULT 'finish'")

    def read(self, sql: str, values: Sequence[object] | Row = ()) -> list[Row]:
        """Return the rows of a query."""
        try:
            with self._lock:
                return [dict(row) for row in self._connection.execute(sql, values).fetchall()]
        except sqlite3.Error as error:
            raise AccessUnusable(self.path, str(error)) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection in a transaction of its own: all or nothing, durable at the end."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise AccessUnusable(self.path, str(error)) from error
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
                    raise AccessUnusable(self.path, str(error)) from error
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
