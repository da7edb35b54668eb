"""What a backup has: written last, so that a folder without it is none."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from sojourn.service.backup.errors import BadBackup

NAME: Final = "manifest.json"
FORMAT: Final = 1


class Entry(msgspec.Struct, frozen=True):
    """A file of a backup.

    Attributes
    ----------
    path : str
        Below the workspace's folder, with `/`.
    size : int
        Bytes.
    sha256 : str
        In hex.
    """

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """A backup.

    Attributes
    ----------
    format : int
        Of the backup; another program's may be newer.
    version : str
        Of the Sojourn that made it.
    made_at : str
        By the machine's clock.
    processed, appended : int
        Items that the store has taken, and items in the log.
    files : list of Entry
        All files.
    left_out : list of str
        What was in the folder and is not in the backup, because it is no regular file.
    """

    format: int
    version: str
    made_at: str
    processed: int
    appended: int
    files: list[Entry]
    left_out: list[str] = []

    @property
    def bytes(self) -> int:
        """Return the size of all files together."""
        return sum(entry.size for entry in self.files)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it into a backup."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup has.

    Raises
    ------
    BadBackup
        There is none, or it is not readable here.
    """
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except OSError as error:
        raise BadBackup(folder, f"{NAME} cannot be read") from error
    except msgspec.MsgspecError as error:
        raise BadBackup(folder, f"{NAME} cannot be understood: {error}") from error
    if manifest.format != FORMAT:
        raise BadBackup(folder, f"it has the format {manifest.format}, made by Sojourn {manifest.version}")
    for entry in manifest.files:
        path = PurePosixPath(entry.path)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise BadBackup(folder, f"it names the file {entry.path}")
    return manifest
