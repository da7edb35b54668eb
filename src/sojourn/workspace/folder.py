"""The documents of a folder as its files have them now, each file read once for each of its states."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sojourn.model.errors import Problem
from sojourn.model.reader import RawDocument
from sojourn.workspace.reading import document_files, read_file

State = tuple[int, int, int]
"""When a file was changed last (ns), its size and its number: another state is another content."""


@dataclass(frozen=True)
class DocumentFile:
    """One file of documents, as it was read.

    Attributes
    ----------
    name : str
        Its path inside the folder.
    modified_ns : int
        When it was changed last, in nanoseconds of the file system.
    documents, problems
        What could be read of it, and why the rest could not.
    """

    name: str
    modified_ns: int
    documents: Sequence[RawDocument]
    problems: Sequence[Problem]


class Folder:
    """A workspace's folder; methods may be called from any thread.

    Parameters
    ----------
    directory : Path
        Where it is.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._reading = threading.Lock()
        self._known: dict[str, tuple[State, DocumentFile]] = {}

    def files(self) -> list[DocumentFile]:
        """Return the files that have documents, in order of their names."""
        with self._reading:
            found = [self._file(path) for path in document_files(self.directory)]
            self._known = {file.name: self._known[file.name] for file in found}
        return found

    def _file(self, path: Path) -> DocumentFile:
        name = path.relative_to(self.directory).as_posix()
        try:
            stat = path.stat()
            state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError:
            state = (0, 0, 0)
        known = self._known.get(name)
        if known is None or known[0] != state:
            documents, problems = read_file(path, name)
            known = self._known[name] = (state, DocumentFile(name, state[0], documents, problems))
        return known[1]

    def documents(self) -> Iterable[tuple[DocumentFile, RawDocument]]:
        """Yield every document with its file."""
        for file in self.files():
            for raw in file.documents:
                yield file, raw

    def find(self, kind: str, id: str) -> tuple[DocumentFile, RawDocument] | None:
        """Return the first document of this kind and id with its file, or None."""
        return next((pair for pair in self.documents() if (pair[1].kind, pair[1].id) == (kind, id)), None)
