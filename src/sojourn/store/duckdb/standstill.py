"""Keeping the file of a store as it is while somebody copies it and the engine goes on."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from sojourn.store.duckdb.store import CHECKPOINT, DuckStore

HEAD: Final = 3 * 4096
"""Bytes at the beginning of the file that say what of it counts; each checkpoint writes them anew."""
NEVER: Final = "1TB"
"""Log of the store that is never reached: no checkpoint by itself."""


@dataclass(frozen=True, slots=True)
class Still:
    """The store's file at one moment between two batches.

    Attributes
    ----------
    head : bytes
        Its beginning: while that is the same, all that counted at the moment is where it was.
    size, wal : int
        Bytes of the file, and of the log of changes beside it that belong to it.
    """

    head: bytes
    size: int
    wal: int


class Standstill:
    """Lets a store's file be copied.

    DuckDB writes what is new behind what counts, and moves it in only at a checkpoint. Without one, a copy of the file
    is what it was when the copying began, whatever the engine writes meanwhile.

    Parameters
    ----------
    store : DuckStore
        In a file.

    Notes
    -----
    The file is opened once and stays open until `close`, which comes after that of the store: a process that closes a
    file loses all its locks on it, and DuckDB's lock is what keeps other processes away.
    """

    def __init__(self, store: DuckStore) -> None:
        self._store = store
        self._opened: int | None = None

    @property
    def path(self) -> Path:
        """The store's file."""
        return Path(self._store.path)

    @property
    def wal_path(self) -> Path:
        """The log of changes beside it."""
        return self.path.with_name(self.path.name + ".wal")

    def hold(self) -> Still:
        """Let there be no checkpoint from now on; on the engine's thread, between two batches."""
        connection = self._store.connection
        with suppress(duckdb.Error):  # somebody reads something old: then the changes beside it are copied, too
            connection.execute("CHECKPOINT")
        connection.execute(f"SET checkpoint_threshold = '{NEVER}'")
        wal = self.wal_path.stat().st_size if self.wal_path.exists() else 0
        return Still(self._head(), os.fstat(self.descriptor).st_size, wal)

    def release(self) -> None:
        """Let there be checkpoints again; on the engine's thread."""
        self._store.connection.execute(f"SET checkpoint_threshold = '{CHECKPOINT}'")

    def is_as_it_was(self, still: Still) -> bool:
        """Tell whether what counted at a moment is still where it was."""
        return self._head() == still.head

    @property
    def descriptor(self) -> int:
        """The open file."""
        if self._opened is None:
            self._opened = os.open(self.path, os.O_RDONLY)
        return self._opened

    def close(self) -> None:
        """Close the file; the store must be closed."""
        if self._opened is not None:
            os.close(self._opened)
            self._opened = None

    def _head(self) -> bytes:
        return os.pread(self.descriptor, HEAD, 0)
