"""Messages that a page fetches and shows: in-app messages and content cards."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from sojourn.model.errors import SojournError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS item (
    no INTEGER PRIMARY KEY, kind TEXT NOT NULL, profile TEXT NOT NULL, token TEXT NOT NULL, sent_s INTEGER NOT NULL,
    expires_s INTEGER NOT NULL, body TEXT NOT NULL, viewed_s INTEGER, clicked_s INTEGER, dismissed_s INTEGER
);
CREATE INDEX IF NOT EXISTS item_profile ON item (profile, kind);
CREATE INDEX IF NOT EXISTS item_expires ON item (expires_s);
"""
_OPEN: Final = """
SELECT * FROM item WHERE profile IN ({marks}) AND expires_s > ? AND dismissed_s IS NULL
    AND (kind <> 'in_app' OR viewed_s IS NULL)
ORDER BY no DESC LIMIT ?
"""
MOST: Final = 200
"""Messages that one answer has at most: the newest."""
NAME: Final = "inbox.sqlite"
Kind = Literal["in_app", "content_card"]
Reaction = Literal["viewed", "clicked", "dismissed"]
REACTIONS: Final[tuple[Reaction, ...]] = get_args(Reaction)


class InboxUnusable(SojournError):
    """The file cannot be read or written."""

    code = "SEND-004"

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}", hint="check the disk and the file's owner", retryable=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message for a page.

    Attributes
    ----------
    no : int
        The message's number; one that is there already is not put in twice.
    token : str
        What the page reports about it with.
    sent_s, expires_s : int
        Unix seconds.
    body : mapping
        What the page gets: JSON.
    """

    no: int
    kind: Kind
    profile: str
    token: str
    sent_s: int
    expires_s: int
    body: dict[str, Any]


class Inbox:
    """One SQLite file beside the store; all threads may use it, and several objects may have it open.

    Parameters
    ----------
    data_dir : Path
        ``DIR/data`` of a workspace.

    Raises
    ------
    InboxUnusable
        It cannot be opened, or later: read or written.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / NAME
        self._lock = threading.Lock()
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            self._connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise InboxUnusable(self.path, str(error)) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def put(self, messages: Sequence[Shown], now_s: int) -> None:
        """Put messages in and drop those that have expired; durable on return."""
        rows = [
            (one.no, one.kind, one.profile, one.token, one.sent_s, one.expires_s,
             json.dumps(one.body, ensure_ascii=False))
            for one in messages
        ]  # fmt: skip
        with self._translated(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("DELETE FROM item WHERE expires_s <= ?", [now_s])
            names = "no, kind, profile, token, sent_s, expires_s, body"
            self._connection.executemany(f"INSERT OR IGNORE INTO item ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def open(self, profiles: Collection[str], now_s: int) -> list[dict[str, Any]]:
        """Return what profiles may be shown now, the newest first: columns of the table, `body` as read JSON."""
        query = _OPEN.format(marks=", ".join("?" * len(profiles)))
        with self._translated():
            rows = self._connection.execute(query, [*profiles, now_s, MOST]).fetchall()
        return [{**dict(row), "body": json.loads(row["body"])} for row in rows]

    def reactions(self, no: int) -> frozenset[Reaction] | None:
        """Return what was reported about a message; None when it is not there any more."""
        query = "SELECT viewed_s, clicked_s, dismissed_s FROM item WHERE no = ?"
        with self._translated():
            row = self._connection.execute(query, [no]).fetchone()
        return None if row is None else frozenset(kind for kind in REACTIONS if row[f"{kind}_s"] is not None)

    def react(self, no: int, reaction: Reaction, now_s: int) -> None:
        """Note what was reported about a message, once."""
        column = f"{reaction}_s"
        with self._translated():
            self._connection.execute(f"UPDATE item SET {column} = coalesce({column}, ?) WHERE no = ?", [now_s, no])

    def erase(self, profiles: Collection[str]) -> None:
        """Forget all messages to profiles, and overwrite what they said."""
        with self._translated():
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executemany("DELETE FROM item WHERE profile = ?", [(id,) for id in profiles])
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise InboxUnusable(self.path, str(error)) from error


def erase_shown(data_dir: Path, profiles: Collection[str]) -> None:
    """Erase the messages to profiles from a workspace's inbox, where it has one."""
    if (data_dir / NAME).exists():
        inbox = Inbox(data_dir)
        try:
            inbox.erase(profiles)
        finally:
            inbox.close()


def drop_expired(data_dir: Path, now_s: int) -> None:
    """Drop what nobody can be shown any more from a workspace's inbox, where it has one."""
    if (data_dir / NAME).exists():
        inbox = Inbox(data_dir)
        try:
            inbox.put([], now_s)
        finally:
            inbox.close()
