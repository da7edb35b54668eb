"""What delivery must still know after a crash: paused channels, a day's volumes, messages that are under way."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS paused (channel TEXT PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS volume (
    channel TEXT, provider TEXT, day TEXT, messages INTEGER NOT NULL, PRIMARY KEY (channel, provider, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (message INTEGER PRIMARY KEY);
"""
_SPEND: Final = """
INSERT INTO volume VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET messages = messages + excluded.messages
"""


class BookUnusable(SojournError):
    """The file cannot be read or written."""

    code = "SEND-001"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}", hint="check the disk and the file's owner", retryable=True)


class DeliveryBook:
    """A small SQLite file; all threads of a process may use it.

    Parameters
    ----------
    path : path or ":memory:"
        The file; made when it is not there.

    Raises
    ------
    BookUnusable
        It cannot be opened, or later: read or written.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self.path = str(path)
        self._lock = threading.Lock()
        with self._translated():
            self._connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # ---- pauses --------------------------------------------------------------------------------------------------

    def paused(self) -> dict[str, str]:
        """Return the paused channels, each with the instant since which it is."""
        with self._translated():
            return dict(self._connection.execute("SELECT channel, since FROM paused").fetchall())

    def pause(self, channel: str, now: datetime) -> None:
        """Note that a channel is paused; durable on return."""
        with self._translated():
            self._connection.execute("INSERT OR IGNORE INTO paused VALUES (?, ?)", [channel, format_instant(now)])

    def resume(self, channel: str) -> None:
        """Note that a channel goes on; durable on return."""
        with self._translated():
            self._connection.execute("DELETE FROM paused WHERE channel = ?", [channel])

    # ---- volumes -------------------------------------------------------------------------------------------------

    def spent(self, channel: str, provider: str, day: date) -> int:
        """Return how many messages a provider has taken on a day."""
        query = "SELECT messages FROM volume WHERE channel = ? AND provider = ? AND day = ?"
        with self._translated():
            row = self._connection.execute(query, [channel, provider, day.isoformat()]).fetchone()
        return int(row[0]) if row else 0

    def spend(self, channel: str, provider: str, day: date, count: int) -> None:
        """Count messages of a day; a count below zero gives back what was not sent after all.

        It survives the process, and the machine but for the last second: a plan is no promise to the message.
        """
        with self._translated():
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_SPEND, [channel, provider, day.isoformat(), count])
            self._connection.execute("PRAGMA synchronous = FULL")

    # ---- messages that must not be sent twice --------------------------------------------------------------------

    def begin(self, messages: Collection[int]) -> set[int]:
        """Note that messages are about to be handed over, durably; return those that were before, and are not again."""
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            known = self._known(messages)
            fresh = [(no,) for no in messages if no not in known]
            self._connection.executemany("INSERT INTO under_way VALUES (?)", fresh)
            self._connection.execute("COMMIT")
        return known

    def end(self, messages: Collection[int]) -> None:
        """Forget messages: what became of them is durable elsewhere, or they were not handed over."""
        with self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM under_way WHERE message = ?", [(no,) for no in messages])
            self._connection.execute("COMMIT")

    def under_way(self) -> set[int]:
        """Return all messages of which it is not known whether they were handed over."""
        with self._translated():
            return {int(no) for (no,) in self._connection.execute("SELECT message FROM under_way").fetchall()}

    def _known(self, messages: Collection[int]) -> set[int]:
        marks = ", ".join("?" * len(messages))
        rows = self._connection.execute(f"SELECT message FROM under_way WHERE message IN ({marks})", [*messages])
        return {int(no) for (no,) in rows.fetchall()}

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise BookUnusable(self.path, str(error)) from error
