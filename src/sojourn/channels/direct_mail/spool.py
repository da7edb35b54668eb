"""Letters that wait for their file: in a small SQLite file, so that none is lost and none is written twice."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from sojourn.channels.direct_mail.layout import Letter

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, of TEXT NOT NULL, opened_s REAL NOT NULL, last_s REAL NOT NULL, name TEXT,
    state TEXT NOT NULL DEFAULT 'open'
);
CREATE TABLE IF NOT EXISTS letter (
    no INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch (id), profile TEXT, columns TEXT
);
CREATE INDEX IF NOT EXISTS letter_batch ON letter (batch);
"""
FOLDER: Final = "direct_mail"
State = Literal["open", "closed", "ready", "placed"]
"""``open``: takes letters. ``closed``: takes none any more. ``ready``: its file lies complete beside its place.
``placed``: it is there."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The letters of one file; `name` is its name without the ending, when it was closed."""

    id: int
    of: str
    opened_at: datetime
    last_at: datetime
    name: str | None
    state: State


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter, by the number of its message, and whose it is."""

    no: int
    profile: str
    letter: Letter


class Spool:
    """The letters of one channel, from one thread at a time.

    Parameters
    ----------
    path : Path
        The file; made, for its owner only, when it is not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def put(self, of: str, letters: Sequence[Kept], now: datetime) -> None:
        """Keep letters, durably, for the open batch of their origin; those that were kept before are left out."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            numbers = [kept.no for kept in letters]
            marks = ", ".join("?" * len(numbers))
            known = self._connection.execute(f"SELECT no FROM letter WHERE no IN ({marks})", numbers).fetchall()
            fresh = [kept for kept in letters if (kept.no,) not in known]
            if fresh:
                batch = self._open(of, now)
                rows = [
                    (kept.no, batch, kept.profile, json.dumps(dict(kept.letter), ensure_ascii=False)) for kept in fresh
                ]
                self._connection.executemany("INSERT INTO letter VALUES (?, ?, ?, ?)", rows)

    def _open(self, of: str, now: datetime) -> int:
        query = "UPDATE batch SET last_s = ? WHERE state = 'open' AND of = ? RETURNING id"
        found = self._connection.execute(query, [now.timestamp(), of]).fetchall()
        if found:
            return int(found[0][0])
        insert = "INSERT INTO batch (of, opened_s, last_s) VALUES (?, ?, ?) RETURNING id"
        return int(self._connection.execute(insert, [of, now.timestamp(), now.timestamp()]).fetchall()[0][0])

    def batches(self) -> list[Batch]:
        """Return the batches that are not placed yet, the oldest first."""
        query = "SELECT id, of, opened_s, last_s, name, state FROM batch WHERE state <> 'placed' ORDER BY id"
        with self._lock:
            rows = self._connection.execute(query).fetchall()
        return [
            Batch(id, of, datetime.fromtimestamp(opened, UTC), datetime.fromtimestamp(last, UTC), name, state)
            for id, of, opened, last, name, state in rows
        ]

    def letters(self, batch: int) -> list[Letter]:
        """Return the letters of a batch, in the order of their numbers."""
        query = "SELECT columns FROM letter WHERE batch = ? AND columns IS NOT NULL ORDER BY no"
        with self._lock:
            return [json.loads(text) for (text,) in self._connection.execute(query, [batch]).fetchall()]

    def name(self, batch: int, name: str) -> None:
        """Close a batch: it takes no more letters, and its file has a name."""
        self._write("UPDATE batch SET name = ?, state = 'closed' WHERE id = ? AND state = 'open'", [name, batch])

    def mark(self, batch: int, state: State) -> None:
        """Note how far the file of a batch is; what letters say is forgotten when it is placed."""
        self._write("UPDATE batch SET state = ? WHERE id = ?", [state, batch])
        if state == "placed":
            self._write("UPDATE letter SET columns = NULL, profile = NULL WHERE batch = ?", [batch])

    def erase(self, profiles: Collection[str]) -> None:
        """Forget the letters to profiles that are in no file yet."""
        with self._lock, self._connection:
            forget = "UPDATE letter SET columns = NULL, profile = NULL WHERE profile = ?"
            self._connection.executemany(forget, [(id,) for id in profiles])

    def count(self) -> int:
        """Return how many letters there ever were."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM letter").fetchall()[0][0])

    def _write(self, statement: str, values: Sequence[object]) -> None:
        with self._lock, self._connection:
            self._connection.execute(statement, values)


def erase_letters(data_dir: Path, profiles: Collection[str]) -> None:
    """Erase the letters to profiles that wait for their files in a workspace."""
    for path in sorted((data_dir / FOLDER).glob("*.sqlite")):
        spool = Spool(path)
        try:
            spool.erase(profiles)
        finally:
            spool.close()
