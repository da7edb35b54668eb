"""The documents of a folder as drafts: listed, read and checked, whatever errors they have."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.reader import RawDocument
from sojourn.workspace.checking import problems_with, read_unsaved, stand_in
from sojourn.workspace.draft_errors import NoSuchDraft
from sojourn.workspace.editing.slices import Slice, slices
from sojourn.workspace.folder import DocumentFile, Folder
from sojourn.workspace.reading import FolderFiles, read_catalog
from sojourn.workspace.workspace import Key


@dataclass(frozen=True)
class Draft:
    """A document as its file has it.

    Attributes
    ----------
    file : str
        Its path inside the folder.
    line : int
        The line of the file at which its text begins.
    text : str
        Its YAML (or JSON), comments included, without the other documents of the file.
    etag : str
        Another text has another one.
    document : dict
        The text as values; no defaults.
    modified_ns : int
        When the file was changed last, in nanoseconds of the file system.
    """

    kind: str
    id: str
    file: str
    line: int
    text: str
    etag: str
    document: Mapping[str, Any]
    modified_ns: int


class Drafting:
    """The drafts of a folder; methods may be called from any thread.

    Parameters
    ----------
    directory : Path
        The workspace's folder.
    """

    def __init__(self, directory: Path) -> None:
        self.folder = Folder(directory)
        self._checking = threading.Lock()
        self._checked: tuple[object, list[Problem]] | None = None
        self._one_at_a_time = threading.Lock()

    # ---- reading -------------------------------------------------------------------------------------------------

    def documents(self) -> list[tuple[DocumentFile, RawDocument]]:
        """Return all documents that have a kind and an id, each with its file."""
        return [(file, raw) for file, raw in self.folder.documents() if raw.kind and raw.id]

    def draft(self, kind: str, id: str) -> Draft:
        """Return one document.

        Raises
        ------
        NoSuchDraft
            The folder has none of this kind and id.
        """
        found = self.folder.find(kind, id)
        if found is None:
            raise NoSuchDraft(kind, id, [raw.id for _, raw in self.documents() if raw.kind == kind])
        return self.read(*found)

    def read(self, file: DocumentFile, raw: RawDocument) -> Draft:
        """Return a document with its text."""
        text = self.text_of(file)
        part = slice_of(text, raw)
        own = text[part.body : part.end]
        line = text.count("\n", 0, part.body) + 1
        return Draft(raw.kind, raw.id, file.name, line, own, etag_of(own), raw.body, file.modified_ns)

    def text_of(self, file: DocumentFile) -> str:
        """Return a file's text, with its line ends as they are."""
        return (self.folder.directory / file.name).read_bytes().decode("utf-8-sig")

    def catalog(self, unsaved: Sequence[Mapping[str, Any]] = ()) -> Catalog:
        """Return what can be known of the documents, those with errors and those that are not saved included."""
        return read_catalog(stand_in([raw for _, raw in self.folder.documents()], read_unsaved(unsaved)[0]))

    def files(self) -> list[str]:
        """Return the names of the files that documents may name."""
        return sorted(FolderFiles(self.folder.directory))

    # ---- checking ------------------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Return what `sojourn validate` says of the folder."""
        with self._checking:
            state = [(file.name, file.modified_ns, id(file)) for file in self.folder.files()]
            if self._checked is None or self._checked[0] != state:
                self._checked = (state, problems_with(self.folder))
            return self._checked[1]

    def check(
        self,
        documents: Sequence[Mapping[str, Any]] = (),
        texts: Sequence[str] = (),
        removed: Collection[Key] = (),
    ) -> list[Problem]:
        """Return what `sojourn validate` would say if these were saved; of texts that cannot be read, that."""
        unsaved, problems = read_unsaved(documents, texts)
        if problems:
            return problems
        with self._one_at_a_time:  # checks are all work of one interpreter, which has an engine to run
            return problems_with(self.folder, unsaved, removed)


def slice_of(text: str, raw: RawDocument) -> Slice:
    """Return the part of a file's text that a document is."""
    line, _ = raw.position("")
    return next(part for part in slices(text) if part.line == line)


def etag_of(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
