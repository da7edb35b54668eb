"""A folder without what is broken in it, to try one document while others are being worked on."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any, cast

from sojourn.model.errors import DocumentError
from sojourn.model.reader import read_dicts
from sojourn.workspace.checking import stand_in
from sojourn.workspace.reading import FolderFiles, read_folder, read_raws
from sojourn.workspace.workspace import Workspace


def sound_workspace(
    directory: Path, unsaved: Sequence[Mapping[str, Any]], files: Mapping[str, str], needed: Collection[str]
) -> Workspace:
    """Read a folder, and leave out documents with errors that nobody asked for.

    Parameters
    ----------
    directory : Path
        The workspace's folder.
    unsaved : sequence of mapping
        Documents in place of those of the folder with their kinds and ids, or beside them.
    files : mapping of name to text
        Files in place of the folder's.
    needed : collection of str
        Ids of documents that must be there; none: all must.

    Raises
    ------
    DocumentError
        A document that is needed has errors, or names one that has: all that is wrong with what is needed.
    """
    raws, _ = read_folder(directory)
    fresh, problems = read_dicts(unsaved)
    raws = stand_in(raws, fresh)
    known = ChainMap({**files}, cast("MutableMapping[str, str]", FolderFiles(directory)))
    while True:
        try:
            return read_raws(raws, problems, known)
        except DocumentError as error:
            mine = [p for p in error.errors if not needed or p.document is None or p.document[1] in needed]
            broken = {problem.document for problem in error.errors}
            kept = [raw for raw in raws if (raw.kind, raw.id) not in broken]
            if mine or len(kept) == len(raws):
                raise DocumentError(mine or error.errors) from error
            raws = kept
