"""Copies of files that are on the disk when they are said to be there."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

PIECE: Final = 4 * 1024 * 1024
BUSY_S: Final = 30.0


def copy_open(source: int, target: Path, size: int | None = None, mode: int = 0o600) -> tuple[int, str]:
    """Copy an open file from its beginning; return how many bytes it has and their SHA-256.

    Parameters
    ----------
    source : int
        Its descriptor; where it stands does not matter, and it is left open.
    size : int, optional
        How many bytes are wanted; by default all that are there.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, done = hashlib.sha256(), 0
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        while piece := os.pread(source, PIECE if size is None else min(PIECE, size - done), done):
            digest.update(piece)
            file.write(piece)
            done += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return done, digest.hexdigest()


def copy_file(source: Path, target: Path, mode: int = 0o600) -> tuple[int, str]:
    """Copy a file; return how many bytes it has and their SHA-256."""
    opened = os.open(source, os.O_RDONLY)
    try:
        return copy_open(opened, target, mode=mode)
    finally:
        os.close(opened)


def copy_sqlite(source: Path, target: Path) -> tuple[int, str]:
    """Copy a SQLite file as it is at one moment, whoever writes; return how many bytes it has and their SHA-256."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # Only SQLite itself may open it: a process that closes such a file in any other way loses its locks on it.
    address = f"file:{quote(str(source))}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=BUSY_S)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
    return digest_of(target)


def digest_of(path: Path) -> tuple[int, str]:
    """Return how many bytes a file has, on the disk, and their SHA-256."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()


def keep_folder(folder: Path) -> None:
    """Let the names in a folder be on the disk, too."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
