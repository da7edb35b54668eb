"""Problems of documents that are not saved yet, over the others of their folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sojourn.model.errors import DocumentError, Problem
from sojourn.model.reader import RawDocument, read_dicts, read_text
from sojourn.workspace.folder import Folder
from sojourn.workspace.reading import FolderFiles, no_documents, read_raws
from sojourn.workspace.workspace import Key, Workspace


def read_unsaved(
    documents: Sequence[Mapping[str, Any]] = (), texts: Sequence[str] = ()
) -> tuple[list[RawDocument], list[Problem]]:
    """Read documents that are being edited, as maps or as YAML; problems of a text have its line and column."""
    raws, problems = read_dicts(documents)
    for text in texts:
        found, wrong = read_text(text)
        raws += found
        problems += wrong
    return raws, problems


def draft_workspace(folder: Folder, unsaved: Sequence[RawDocument] = (), removed: Collection[Key] = ()) -> Workspace:
    """Return the folder's workspace with documents in place of the saved ones, and without those that are removed.

    Raises
    ------
    DocumentError
        With every problem.
    """
    saved: list[RawDocument] = []
    problems: list[Problem] = []
    for file in folder.files():
        saved += file.documents
        problems += file.problems
    raws = stand_in([raw for raw in saved if (raw.kind, raw.id) not in removed], unsaved)
    if not raws and not problems:
        problems.append(no_documents(folder.directory))
    return read_raws(raws, problems, FolderFiles(folder.directory))


def stand_in(saved: list[RawDocument], unsaved: Sequence[RawDocument]) -> list[RawDocument]:
    """Put each unsaved document where the saved one was, and the new ones at the end."""
    fresh = {(raw.kind, raw.id): raw for raw in unsaved if raw.id}
    nameless = [raw for raw in unsaved if not raw.id]
    kept = [fresh.pop((raw.kind, raw.id), raw) for raw in saved]
    return [*kept, *fresh.values(), *nameless]


def problems_with(folder: Folder, unsaved: Sequence[RawDocument] = (), removed: Collection[Key] = ()) -> list[Problem]:
    """Return what `sojourn validate` would say of the folder if the unsaved documents were saved."""
    try:
        return draft_workspace(folder, unsaved, removed).warnings
    except DocumentError as error:
        return error.errors
