"""Making a backup: what is in it is as a crash at one moment would have left it.

The store is copied first and the log after it: what the store has not taken stands in the log, with what delivery told
of messages meanwhile, so these are not sent again. What a message leaves elsewhere (letters, messages for browsers)
comes after the log, and the queue of rejects, which the store empties, before the store.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from sojourn.engine.clock import SystemClock
from sojourn.log.batches import lock
from sojourn.model.instants import format_instant
from sojourn.service.backup.copying import copy_file, copy_open, keep_folder
from sojourn.service.backup.errors import BackupFailed, BackupRunning, TargetInside, TargetTaken
from sojourn.service.backup.manifest import FORMAT, Manifest, write_manifest
from sojourn.service.backup.parts import Collected
from sojourn.service.backup.reached import reached
from sojourn.service.places import Places
from sojourn.store.duckdb.standstill import Standstill, Still

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

ATTEMPTS: Final = 2
"""Copies that are begun while the engine goes on, before it has to wait for one."""
PARTIAL: Final = ".partial"
CopyStore = Callable[[Collected], None]


class Backup:
    """Makes backups of a workspace that this process has open.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._still = Standstill(runtime.store)
        self._turn = threading.Lock()

    def make(self, target: Path) -> Manifest:
        """Make a backup in a folder that is not there yet.

        Raises
        ------
        TargetTaken, TargetInside, BackupRunning, BackupFailed
            There is none.
        """
        if not self._turn.acquire(blocking=False):
            raise BackupRunning
        try:
            made = backed_up(self._runtime.places, target, self._copy_store)
        finally:
            self._turn.release()
        noted = f'{{"at": "{made.made_at}"}}'
        self._runtime.engine.call(lambda: self._runtime.store.set_meta({"backup": noted}))
        return made

    def close(self) -> None:
        """Close what copying has opened; after the store."""
        self._still.close()

    def _copy_store(self, into: Collected) -> None:
        """Copy the store while the engine goes on, or, where it moved meanwhile, while it waits."""
        call = self._runtime.engine.call
        for _ in range(ATTEMPTS):
            still = call(self._still.hold)
            try:
                self._copy(still, into)
            finally:
                is_good = self._still.is_as_it_was(still)
                call(self._still.release)
            if is_good:
                return
            into.drop(self._still.path, self._still.wal_path)
        try:
            call(lambda: self._copy(self._still.hold(), into))
        finally:
            call(self._still.release)

    def _copy(self, still: Still, into: Collected) -> None:
        into.add(self._still.path, lambda _, copy: copy_open(self._still.descriptor, copy, still.size))
        if still.wal:
            into.add(self._still.wal_path, lambda path, copy: _beginning(path, copy, still.wal))


def back_up_at_rest(directory: Path, target: Path) -> Manifest:
    """Make a backup of a workspace that no process has open.

    Raises
    ------
    LogBusy
        One has.
    TargetTaken, TargetInside, BackupFailed
        There is no backup.
    """
    places = Places(directory)
    places.prepare()
    with lock(places.log):
        return backed_up(places, target, lambda into: _copy_resting(places, into))


def _copy_resting(places: Places, into: Collected) -> None:
    for path in sorted(places.data.glob(f"{places.store.name}*")):
        into.add(path, copy_file)


def _beginning(path: Path, copy: Path, size: int) -> tuple[int, str]:
    opened = os.open(path, os.O_RDONLY)
    try:
        return copy_open(opened, copy, size)
    finally:
        os.close(opened)


def backed_up(places: Places, target: Path, copy_store: CopyStore) -> Manifest:
    """Copy all parts in their order, and say what there is."""
    with _made_whole(places.directory, target) as partial:
        into = Collected(places.directory, partial)
        into.add_sqlite(places.rejects)
        copy_store(into)
        into.add_sqlite(places.log)
        into.add_others(places)
        processed, appended = reached(Places(partial))
        at = format_instant(SystemClock().now())
        made = Manifest(FORMAT, version("sojourn"), at, processed, appended, into.files, into.left_out)
        write_manifest(partial, made)
    return made


@contextmanager
def _made_whole(directory: Path, target: Path) -> Iterator[Path]:
    """Give a folder that gets its name when it is whole, and is taken away where something fails."""
    if target.exists():
        raise TargetTaken(target)
    if target.resolve().is_relative_to(directory.resolve()):
        raise TargetInside(target, directory)
    partial = target.with_name(target.name + PARTIAL)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        yield partial
        keep_folder(partial)
        partial.rename(target)
        keep_folder(target.parent)
    except (OSError, sqlite3.Error, duckdb.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupFailed(target, str(error)) from error
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
