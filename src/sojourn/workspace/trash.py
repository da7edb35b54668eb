"""Documents that were deleted, kept until they are restored."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sojourn.model.instants import format_instant
from sojourn.workspace.draft_errors import NotKept
from sojourn.workspace.drafting import Draft
from sojourn.workspace.files import remove_file, write_file

_KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Deleted:
    """A document that was deleted.

    Attributes
    ----------
    key : str
        Names it.
    file : str
        The file of the folder that it stood in.
    """

    key: str
    kind: str
    id: str
    file: str
    text: str
    deleted_at: str


class Trash:
    """The deleted documents of a folder, each a file of its own.

    Parameters
    ----------
    directory : Path
        Where they are kept; made when there is one.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, draft: Draft, now: datetime) -> Deleted:
        """Keep a document that is going to be deleted; it is durable when this returns."""
        at = format_instant(now)
        told = json.dumps([draft.kind, draft.id, draft.file, draft.text, at])
        key = hashlib.sha256(told.encode()).hexdigest()[:16]
        kept = Deleted(key, draft.kind, draft.id, draft.file, draft.text, at)
        write_file(self.directory, f"{key}.json", json.dumps(asdict(kept), ensure_ascii=False, indent=1).encode())
        return kept

    def all(self) -> list[Deleted]:
        """Return what is kept, the newest first."""
        found = [self._read(path) for path in sorted(self.directory.glob("*.json"))]
        return sorted(found, key=lambda each: each.deleted_at, reverse=True)

    def find(self, key: str) -> Deleted:
        """Return a deleted document.

        Raises
        ------
        NotKept
            There is none of this key.
        """
        path = self.directory / f"{key}.json"
        if not _KEY.fullmatch(key) or not path.is_file():
            raise NotKept(key)
        return self._read(path)

    def forget(self, key: str) -> None:
        """Keep a deleted document no longer."""
        self.find(key)
        remove_file(self.directory, f"{key}.json")

    def _read(self, path: Path) -> Deleted:
        return Deleted(**json.loads(path.read_text("utf-8")))
