"""Batches of items in a SQLite file."""

from __future__ import annotations

import fcntl
import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import IO

import polars as pl

from sojourn.log.errors import LogBusy, LogFull, LogUnavailable
from sojourn.log.stamp import to_micros

SCHEMA_SQL = files("sojourn.log").joinpath("batches.sql").read_text()
BATCH_ROWS = 20_000
SETTINGS = (
    "page_size = 16384", "journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 2000", "secure_delete = on",
)  # fmt: skip


class Batches:
    """The table of batches: a connection that writes, another that reads, and a lock against other processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = lock(path)
        try:
            self._writing, self._reading = opened(path)
        except LogUnavailable:
            self._lock.close()
            raise

    def tail(self) -> tuple[int, int]:
        """Return the offset after the newest item, and its instant in microseconds since 1970 (0, 0: empty)."""
        query = "select first_offset + count, last_at from batch order by first_offset desc limit 1"
        with translated(self._path):
            row = self._writing.execute(query).fetchone()
        return row or (0, 0)

    def write(self, frames: Sequence[pl.DataFrame], first: int) -> None:
        """Write frames one after the other in one durable transaction."""
        with translated(self._path), transaction(self._writing) as connection:
            for frame in batched(frames):
                connection.execute("insert into batch values (?, ?, ?, ?, ?)", row(frame, first))
                first += frame.height

    def from_offset(self, offset: int) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield first offset and items of the batches that reach to `offset` or beyond, in order."""
        query = """
            select first_offset, items from batch
            where first_offset >= coalesce((select max(first_offset) from batch where first_offset <= ?), 0)
            order by first_offset"""
        with translated(self._path):
            for first, items in self._reading.execute(query, (offset,)):
                yield first, pl.read_ipc_stream(io.BytesIO(items))

    def first_offsets(self, since: int = 0) -> list[int]:
        """Return the first offset of each batch that reaches to an offset or beyond, in order."""
        query = "select first_offset from batch where first_offset + count > ? order by 1"
        with translated(self._path):
            return [row[0] for row in self._writing.execute(query, (since,))]

    def rewrite(self, first: int, change: Callable[[pl.DataFrame], pl.DataFrame | None]) -> bool:
        """Change the items of a batch, durable at the end; None leaves it. What was there is overwritten."""
        with translated(self._path):
            found = self._writing.execute("select items from batch where first_offset = ?", (first,)).fetchone()
            changed = None if found is None else change(pl.read_ipc_stream(io.BytesIO(found[0])))
            if changed is None:
                return False
            with transaction(self._writing) as connection:
                items = row(changed, first)[-1]
                connection.execute("update batch set items = ? where first_offset = ?", (items, first))
        return True

    def flush(self) -> None:
        """Move all that was written into the file, and leave nothing in the one beside it."""
        with translated(self._path):
            self._writing.execute("pragma wal_checkpoint(truncate)").fetchall()

    def offset_at(self, micros: int) -> int:
        """Return the first offset of the oldest batch that has items of an instant or later, else the end."""
        query = "select min(first_offset) from batch where last_at >= ?"
        with translated(self._path):
            found = self._writing.execute(query, (micros,)).fetchone()[0]
        return self.tail()[0] if found is None else int(found)

    def delete_before(self, offset: int) -> int:
        """Delete the batches that end at `offset` or before, but the newest; return the first offset left."""
        newest = "(select max(first_offset) from batch)"
        with translated(self._path), transaction(self._writing) as connection:
            connection.execute(
                f"delete from batch where first_offset + count <= ? and first_offset < {newest}", (offset,)
            )
            left = connection.execute("select min(first_offset) from batch").fetchone()[0]
        return left or 0

    def close(self) -> None:
        """Close both connections and let other processes in."""
        self._reading.close()
        self._writing.close()
        self._lock.close()


def end_of(path: Path) -> int:
    """Return the offset after the newest item of a log that nobody has open; 0 where there is none. Nothing is changed.

    Raises
    ------
    LogUnavailable
        The file is no log.
    """
    if not path.exists():
        return 0
    with translated(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as reading:
        row = reading.execute("select max(first_offset + count) from batch").fetchone()
    return int(row[0] or 0)


def opened(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Return the writing and the reading connection of a log that has its table."""
    with translated(path):
        writing = connect(path)
        writing.executescript(SCHEMA_SQL)
        return writing, connect(path)


def connect(path: Path) -> sqlite3.Connection:
    """Open a connection with the settings of a durable log."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    for setting in SETTINGS:
        connection.execute(f"pragma {setting}")
    return connection


def lock(path: Path) -> IO[bytes]:
    """Take the lock file beside the log; it is free again when this process ends, however it ends."""
    file = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise LogBusy(str(path)) from error
    return file


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit at the end, roll back on any error."""
    try:
        connection.execute("begin immediate")
        yield connection
        connection.execute("commit")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("rollback")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite into those of the log."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise LogFull(str(path)) from error
        raise LogUnavailable(str(path), str(error)) from error


def batched(frames: Sequence[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Join small frames and cut large ones, so that a batch has `BATCH_ROWS` rows at most."""
    if frames:
        yield from (pl.concat(frames) if len(frames) > 1 else frames[0]).iter_slices(BATCH_ROWS)


def row(frame: pl.DataFrame, first: int) -> tuple[int, int, int, int, bytes]:
    """Return the table row of a batch."""
    buffer = io.BytesIO()
    frame.rechunk().write_ipc_stream(buffer, compression="lz4")
    at = frame["at"]
    return first, frame.height, to_micros(at[0]), to_micros(at[-1]), buffer.getvalue()
