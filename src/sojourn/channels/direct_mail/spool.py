"""Letters that wait for their file: in a small SQLite file, so that none is lost and none is written twice."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from sojourn.channels.direct_mail.layout import Letter, Printed

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, of TEXT NOT NULL, opened_s REAL NOT NULL, last_s REAL NOT NULL, name TEXT,
    state TEXT NOT NULL DEFAULT 'open'
);
CREATE TABLE IF NOT EXISTS letter (
    no INTEGER PRIMARY KEY, batch INTEGER NOT NULL REFERENCES batch (id), profile TEXT, columns TEXT
);
CREATE INDEX IF NOT EXISTS letter_batch ON letter (batch);
CREATE TABLE IF NOT EXISTS laid (
    batch INTEGER PRIMARY KEY REFERENCES batch (id), path TEXT NOT NULL, head INTEGER NOT NULL, bytes INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS extent (letter INTEGER PRIMARY KEY REFERENCES letter (no), size INTEGER NOT NULL);
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
class Laid:
    """A file of this machine that letters were written into, and where they are in it (see `layout.Printed`).

    Attributes
    ----------
    sizes : sequence of int
        Of each letter that is in it still, in their order.
    gone : sequence of int
        Places in `sizes` of the letters that are to be taken out.
    left : int
        How many letters are left then.
    """

    batch: int
    path: Path
    head: int
    bytes: int
    sizes: Sequence[int]
    gone: Sequence[int]
    left: int


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

    def letters(self, batch: int) -> dict[int, Letter]:
        """Return the letters of a batch by their numbers, in the order of these."""
        with self._lock:
            return self._letters(batch)

    def _letters(self, batch: int) -> dict[int, Letter]:
        query = "SELECT no, columns FROM letter WHERE batch = ? AND columns IS NOT NULL ORDER BY no"
        return {no: json.loads(text) for no, text in self._connection.execute(query, [batch]).fetchall()}

    def name(self, batch: int, name: str) -> None:
        """Close a batch: it takes no more letters, and its file has a name."""
        self._write("UPDATE batch SET name = ?, state = 'closed' WHERE id = ? AND state = 'open'", [name, batch])

    def ready(self, batch: int, letters: Mapping[int, Letter], path: Path | None, printed: Printed) -> bool:
        """Note that the file of a batch lies complete beside its place; return whether its letters are still these.

        Parameters
        ----------
        letters : mapping
            Those in it. If somebody was erased meanwhile, the file has to be written again.
        path : Path, optional
            Where it will be on this machine.
        """
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            if self._letters(batch) != letters:
                return False
            if path is not None:
                place = [batch, str(path), printed.head, len(printed.content)]
                self._connection.execute("INSERT OR REPLACE INTO laid VALUES (?, ?, ?, ?)", place)
                extents = zip(letters, printed.sizes, strict=False)  # seeds come behind
                self._connection.executemany("INSERT OR REPLACE INTO extent VALUES (?, ?)", extents)
            self._connection.execute("UPDATE batch SET state = 'ready' WHERE id = ?", [batch])
        return True

    def placed(self, batch: int) -> None:
        """Note that the file of a batch is at its place; what letters say is forgotten, whose they are only with it."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("UPDATE batch SET state = 'placed' WHERE id = ?", [batch])
            here = "EXISTS (SELECT 1 FROM laid WHERE laid.batch = letter.batch)"
            self._connection.execute(
                f"UPDATE letter SET columns = NULL, profile = iif({here}, profile, NULL) WHERE batch = ?", [batch]
            )

    # ---- people who are forgotten --------------------------------------------------------------------------------

    def laid(self, profiles: Collection[str]) -> list[Laid]:
        """Return the files of this machine with letters to profiles."""
        with self._lock:
            batches: dict[int, set[int]] = {}
            for id in profiles:
                query = "SELECT batch, no FROM letter JOIN extent ON letter = no WHERE profile = ?"
                for batch, no in self._connection.execute(query, [id]).fetchall():
                    batches.setdefault(batch, set()).add(no)
            return [self._laid(batch, gone) for batch, gone in batches.items()]

    def _laid(self, batch: int, gone: set[int]) -> Laid:
        [(path, head, size)] = self._connection.execute(
            "SELECT path, head, bytes FROM laid WHERE batch = ?", [batch]
        ).fetchall()
        query = "SELECT no, size, profile IS NULL FROM letter JOIN extent ON letter = no WHERE batch = ? ORDER BY no"
        rows = self._connection.execute(query, [batch]).fetchall()
        places = [place for place, (no, _, _) in enumerate(rows) if no in gone]
        left = sum(not is_empty for _, _, is_empty in rows) - len(places)
        return Laid(batch, Path(path), head, size, [size for _, size, _ in rows], places, left)

    def cut(self, batch: int, bytes_left: int, profiles: Collection[str], *, pages_stay: bool) -> None:
        """Note that letters to profiles are not in a file any more."""
        mine = "SELECT no FROM letter WHERE batch = ? AND profile = ?"
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("UPDATE laid SET bytes = ? WHERE batch = ?", [bytes_left, batch])
            for id in profiles:
                if not pages_stay:
                    self._connection.execute(f"DELETE FROM extent WHERE letter IN ({mine})", [batch, id])
                self._forget("batch = ? AND profile = ?", [batch, id])

    def files(self) -> list[tuple[Path, int]]:
        """Return the files of this machine that letters were written into, and how many bytes each has."""
        with self._lock:
            rows = self._connection.execute("SELECT path, bytes FROM laid").fetchall()
        return [(Path(path), size) for path, size in rows]

    def erase(self, profiles: Collection[str], without: Callable[[str], str]) -> None:
        """Forget the letters to profiles that are in no file yet, and change what the others say by `without`."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            for id in profiles:
                self._forget("profile = ?", [id])
            query = "SELECT no, columns FROM letter WHERE columns IS NOT NULL"
            fresh = [(without(text), no) for no, text in self._connection.execute(query).fetchall()]
            self._connection.executemany("UPDATE letter SET columns = ?1 WHERE no = ?2 AND columns IS NOT ?1", fresh)

    def _forget(self, test: str, values: Sequence[object]) -> None:
        self._connection.execute(f"UPDATE letter SET columns = NULL, profile = NULL WHERE {test}", values)

    def scrub(self) -> None:
        """Let the disk forget what was deleted."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def count(self) -> int:
        """Return how many letters there ever were."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM letter").fetchall()[0][0])

    def _write(self, statement: str, values: Sequence[object]) -> None:
        with self._lock, self._connection:
            self._connection.execute(statement, values)
