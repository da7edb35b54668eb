"""The files of letters of a workspace, as somebody looks at them: those that are open, and those at their place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sojourn.channels.direct_mail.places import own_folder
from sojourn.channels.direct_mail.settings import FilesSettings
from sojourn.channels.direct_mail.spool import FOLDER, Batch

BATCHES: Final = """
SELECT id, of, opened_s, last_s, name, state, (SELECT count(*) FROM letter WHERE batch = batch.id) AS letters
FROM batch ORDER BY id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A batch of a channel, and how many letters it has, without seeds."""

    channel: str
    batch: Batch
    letters: int


def gathered(data_dir: Path, limit: int) -> list[Gathered]:
    """Return the newest batches of every channel that ever had one, the newest first."""
    found = [each for path in (data_dir / FOLDER).glob("*.sqlite") for each in _read(path, limit)]
    return sorted(found, key=lambda each: each.batch.opened_at, reverse=True)[:limit]


def _read(path: Path, limit: int) -> Iterator[Gathered]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        for id, of, opened_s, last_s, name, state, letters in connection.execute(BATCHES, [limit]).fetchall():
            opened_at, last_at = datetime.fromtimestamp(opened_s, UTC), datetime.fromtimestamp(last_s, UTC)
            yield Gathered(path.stem, Batch(id, of, opened_at, last_at, name, state), letters)


def files_of(folder: Path, name: str) -> list[Path]:
    """Return the file of a batch and its manifest, as far as they are in a folder of this machine."""
    found = (folder / f"{name}{ending}" for ending in (".csv", ".txt", ".pdf", ".manifest.json"))
    return [path for path in found if path.is_file() and not path.is_symlink()]


def folder_here(data_dir: Path, settings: FilesSettings) -> Path | None:
    """Return the folder of this machine that files are put into; None: it is another's."""
    return None if settings.sftp is not None else own_folder(data_dir / FOLDER, settings)[0]
