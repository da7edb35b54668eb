"""Telling a workspace's folder from any other, before anything is written into it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from sojourn.model.errors import SojournError
from sojourn.service.places import Places

KIND: Final = re.compile(rb"""(?:^|[{,\s])["']?kind["']?\s*:""", re.MULTILINE)
MOST_FILES: Final = 500
"""Files that are looked at: the folder may be any, such as somebody's home."""
HEAD_BYTES: Final = 65_536


class NoWorkspace(SojournError):
    """The folder is not a workspace."""

    code = "RUN-010"

    def __init__(self, directory: Path) -> None:
        place = directory if directory.parts else directory.absolute()
        what = "has no documents and no data of a workspace" if directory.is_dir() else "is no folder"
        super().__init__(f"{place} {what}", hint="name the workspace's folder; `sojourn init DIR` makes a new one")


def require_workspace(directory: Path) -> Places:
    """Return where a workspace keeps what is not its documents.

    Raises
    ------
    NoWorkspace
        It has neither been used, nor has it a document.
    """
    if not is_used(directory) and not any(has_document(path) for path in islice(files(directory), MOST_FILES)):
        raise NoWorkspace(directory)
    return Places(directory)


def is_used(directory: Path) -> bool:
    """Tell whether a folder has data of a workspace."""
    places = Places(directory)
    return any(path.exists() for path in (places.log, places.access, places.keys))


def files(directory: Path) -> Iterator[Path]:
    """Yield files of a folder and the folders in it that may have documents; those of another workspace are not its."""
    from sojourn.workspace.reading import SUFFIXES  # commands that ask a server need no more than its address

    for path in chain(directory.glob("*"), directory.glob("*/*")):
        if path.suffix in SUFFIXES and path.is_file() and (path.parent == directory or not is_used(path.parent)):
            yield path


def has_document(path: Path) -> bool:
    """Tell whether a file begins like one with documents."""
    try:
        with path.open("rb") as file:
            return KIND.search(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False
