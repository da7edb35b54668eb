"""Drafts saved, made, deleted, restored and renamed; each change is on the disk when it is told."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sojourn.model.document import KINDS
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.names import check_id
from sojourn.model.reader import RawDocument, read_bytes, read_dicts, read_text
from sojourn.workspace.draft_errors import DraftExists, NotADraft, OtherDocument, StaleDraft
from sojourn.workspace.drafting import Draft, Drafting, slice_of
from sojourn.workspace.editing.alignment import same
from sojourn.workspace.editing.document import rewrite, unwritable, write_document
from sojourn.workspace.files import remove_file, rename_file, write_file
from sojourn.workspace.folder import DocumentFile
from sojourn.workspace.trash import Deleted, Trash

Content = str | Mapping[str, Any]
"""A document as YAML text or as values."""
_BOM = b"\xef\xbb\xbf"


class DraftChanges:
    """Changes the documents of a folder; one change at a time.

    Parameters
    ----------
    drafting : Drafting
        Reads them.
    trash : Trash
        Takes what is deleted.
    """

    def __init__(self, drafting: Drafting, trash: Trash) -> None:
        self.drafting = drafting
        self.trash = trash
        self._directory = drafting.folder.directory
        self._changing = threading.RLock()

    def save(self, kind: str, id: str, etag: str, content: Content) -> tuple[Draft, Draft]:
        """Save a document, whatever errors it has; return it as it was and as it is.

        Parameters
        ----------
        etag : str
            Of the draft that was edited.
        content : str or mapping
            YAML, which is taken as it is; or values, which are written into the text that is there.

        Raises
        ------
        NoSuchDraft, StaleDraft, NotADraft, OtherDocument, NotWritten
            Nothing is saved.
        """
        with self._changing:
            file, raw, before = self._current(kind, id, etag)
            written = self._as_text(content, before)
            self._put(file, raw, written, _one_document(written, kind, id))
            return before, self.drafting.draft(kind, id)

    def create(self, kind: str, id: str, content: Content) -> Draft:
        """Make a document in a file of its own, whose name says what it is.

        Raises
        ------
        DraftExists, NotADraft, OtherDocument, NotWritten
            Nothing is made.
        """
        _check_key(kind, id)
        text = content if isinstance(content, str) else write_document(_plain(content))
        _one_document(text, kind, id)
        with self._changing:
            self._check_free(kind, id)
            write_file(self._directory, self._fresh_name(f"{kind}/{id}", ".yaml"), text.encode())
            return self.drafting.draft(kind, id)

    def delete(self, kind: str, id: str, etag: str, now: datetime) -> tuple[Draft, Deleted]:
        """Delete a document; the other documents of its file stay, and it can be restored.

        Raises
        ------
        NoSuchDraft, StaleDraft, NotWritten
            Nothing is deleted.
        """
        with self._changing:
            file, raw, before = self._current(kind, id, etag)
            kept = self.trash.keep(before, now)
            if len(file.documents) == 1 and not file.problems:
                remove_file(self._directory, file.name)
            else:
                text = self.drafting.text_of(file)
                part = slice_of(text, raw)
                self._write(file, text[: part.start] + text[part.end :])
            return before, kept

    def restore(self, key: str) -> Draft:
        """Put a deleted document back into its file, or into one of its own where that file is no more.

        Raises
        ------
        NotKept, DraftExists, NotWritten
            Nothing is restored.
        """
        with self._changing:
            kept = self.trash.find(key)
            self._check_free(kept.kind, kept.id)
            file = next((each for each in self.drafting.folder.files() if each.name == kept.file), None)
            if file is None or file.problems:
                name = PurePosixPath(kept.file)
                fresh = self._fresh_name(name.with_suffix("").as_posix(), name.suffix)
                write_file(self._directory, fresh, kept.text.encode())
            else:
                text = self.drafting.text_of(file)
                self._write(file, f"{text}{'' if text.endswith(chr(10)) else chr(10)}---\n{kept.text}")
            self.trash.forget(key)
            return self.drafting.draft(kept.kind, kept.id)

    def rename(self, kind: str, id: str, etag: str, new_id: str) -> tuple[Draft, Draft]:
        """Give a document another id, and its file the name that goes with it; what names it is not changed.

        Raises
        ------
        NoSuchDraft, StaleDraft, DraftExists, NotADraft, NotWritten
            Nothing is renamed.
        """
        _check_key(kind, new_id)
        with self._changing:
            file, raw, before = self._current(kind, id, etag)
            self._check_free(kind, new_id)
            body = {**before.document, "id": new_id}
            self._put(file, raw, rewrite(before.text, body, as_json=_is_json(file)), body)
            name = PurePosixPath(file.name)
            if len(file.documents) == 1 and name.stem == id:
                fresh = self._fresh_name(name.with_name(new_id).as_posix(), name.suffix)
                rename_file(self._directory, file.name, fresh)
            return before, self.drafting.draft(kind, new_id)

    # ---- parts -----------------------------------------------------------------------------------------------------

    def _current(self, kind: str, id: str, etag: str) -> tuple[DocumentFile, RawDocument, Draft]:
        draft = self.drafting.draft(kind, id)
        if draft.etag != etag:
            raise StaleDraft(draft)
        found = self.drafting.folder.find(kind, id)
        assert found is not None
        return *found, draft

    def _check_free(self, kind: str, id: str) -> None:
        taken = self.drafting.folder.find(kind, id)
        if taken is not None:
            raise DraftExists(kind, id, taken[0].name)

    def _as_text(self, content: Content, before: Draft) -> str:
        if isinstance(content, str):
            return content
        try:
            return rewrite(before.text, _plain(content), as_json=before.file.endswith(".json"))
        except ValueError as error:
            raise NotADraft([Problem("DOC-010", str(error))]) from error

    def _put(self, file: DocumentFile, raw: RawDocument, written: str, body: Mapping[str, Any]) -> None:
        """Write a document's text into its file, where the other documents must read as before."""
        text = self.drafting.text_of(file)
        part = slice_of(text, raw)
        head, rest = text[: part.body], text[part.end :]
        if rest and not written.endswith("\n"):
            written += "\n"
        if head and part.body == part.start and not written.startswith("---"):
            written = f"---\n{written}"
        whole = head + written + rest
        found, problems = read_bytes(whole.encode(), file.name)
        expected = [dict(body) if each is raw else each.body for each in file.documents]
        if problems or not same([each.body for each in found], expected):
            message = "this text cannot stand in a file with the other documents"
            raise NotADraft(problems or [Problem("DOC-010", message, file=file.name)])
        self._write(file, whole)

    def _write(self, file: DocumentFile, text: str) -> None:
        path = self._directory / file.name
        has_mark = path.exists() and path.read_bytes()[:3] == _BOM
        write_file(self._directory, file.name, (_BOM if has_mark else b"") + text.encode())

    def _fresh_name(self, stem: str, suffix: str) -> str:
        name, number = f"{stem}{suffix}", 2
        while (self._directory / name).exists():
            name, number = f"{stem}-{number}{suffix}", number + 1
        return name


def _check_key(kind: str, id: str) -> None:
    if kind not in KINDS:
        near = did_you_mean(kind, KINDS) or f"; it is one of {', '.join(KINDS)}"
        raise NotADraft([Problem("DOC-004", f"unknown kind `{kind:.80}`{near}", "kind")])
    try:
        check_id(id)
    except ValueError as error:
        raise NotADraft([Problem("DOC-005", str(error), "id")]) from error


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that a document can have, as it has them."""
    raws, problems = read_dicts([content])
    if problems:
        raise NotADraft(problems)
    wrong = unwritable(raws[0].body)
    if wrong is not None:
        raise NotADraft([wrong])
    return raws[0].body


def _one_document(text: str, kind: str, id: str) -> dict[str, Any]:
    """Return the one document of a text, which must have this kind and id."""
    found, problems = read_text(text)
    if not problems and len(found) != 1:
        problems = [Problem("DOC-012", f"this is {len(found)} documents; a draft is one")]
    if problems:
        raise NotADraft(problems)
    for field, wanted in (("kind", kind), ("id", id)):
        if found[0].body.get(field) != wanted:
            raise OtherDocument(field, wanted, found[0].body.get(field))
    return found[0].body


def _is_json(file: DocumentFile) -> bool:
    return file.name.endswith(".json")
