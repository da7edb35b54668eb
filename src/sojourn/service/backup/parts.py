"""The parts of a workspace's folder that are copied as they are, and in which order the others are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sojourn.service.backup.copying import copy_file, copy_sqlite
from sojourn.service.backup.manifest import Entry
from sojourn.service.places import Places

REPOSITORY: Final = ".git"
SIDE_FILES: Final = ("-wal", "-shm", "-journal", ".lock", ".new")
"""Endings of what belongs to an open file, and is in the copy of that file."""
Copy = Callable[[Path, Path], tuple[int, str]]


@dataclass
class Collected:
    """What a backup has so far.

    Parameters
    ----------
    directory, target : Path
        The workspace, and the backup.
    """

    directory: Path
    target: Path
    files: list[Entry] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, path: Path, copy: Copy) -> None:
        """Copy a file of the workspace; one that has gone meanwhile is none."""
        name = path.relative_to(self.directory).as_posix()
        try:
            size, digest = copy(path, self.target / name)
        except FileNotFoundError:
            if path.exists():
                raise
            return
        self.note(path, size, digest)

    def note(self, path: Path, size: int, digest: str) -> None:
        """Note a file that was copied."""
        self.files.append(Entry(path.relative_to(self.directory).as_posix(), size, digest))

    def drop(self, *paths: Path) -> None:
        """Take files back."""
        names = {path.relative_to(self.directory).as_posix() for path in paths}
        self.files = [entry for entry in self.files if entry.path not in names]
        for name in names:
            (self.target / name).unlink(missing_ok=True)

    def add_sqlite(self, path: Path) -> None:
        """Copy a SQLite file, if it is there."""
        if path.exists():
            self.add(path, copy_sqlite)

    def add_others(self, places: Places) -> None:
        """Copy the documents, and all of `data` but the store, the log and the file of rejects."""
        own = (places.store, places.log, places.rejects)
        gone = {places.server, places.data / "seen"}
        for path in self._regular(self.directory, gone):
            if path.parent == places.data and path.name.startswith(tuple(each.name for each in own)):
                continue
            if path.suffix == ".sqlite":
                self.add_sqlite(path)
            elif not (path.is_relative_to(places.data) and path.name.endswith(SIDE_FILES)):
                self.add(path, copy_file)

    def _regular(self, folder: Path, gone: set[Path]) -> Iterator[Path]:
        """Yield the regular files of a folder and those in it; links are not followed."""
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            path = Path(entry.path)
            if path in gone or (folder == self.directory and entry.name == REPOSITORY):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._regular(path, gone)
            elif entry.is_file(follow_symlinks=False):
                yield path
            else:
                self.left_out.append(path.relative_to(self.directory).as_posix())
