"""Where files of letters are put, and a folder of this machine as such a place."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

from sojourn.channels.direct_mail.settings import FilesSettings

PART: Final = ".part"
"""Ending of a file that is not complete, or not at its place yet."""
MANIFEST: Final = ".manifest.json"
"""Ending of a manifest, instead of that of its file."""


class Unreachable(Exception):
    """The place cannot be used now; the text has no secrets."""


class Place(Protocol):
    """A folder."""

    def path(self, name: str) -> Path | None:
        """Return where a file is on this machine, None where it is on another."""
        ...

    async def lay(self, name: str, content: bytes) -> None:
        """Write a whole file under its name and `PART`, durably; one that is there is replaced."""
        ...

    async def settle(self, name: str) -> None:
        """Give a file its own name at once; where it has it already, nothing happens."""
        ...


Reach = Callable[[], AbstractAsyncContextManager[Place]]


class Folder:
    """A folder of this machine.

    Parameters
    ----------
    path : Path
        It must exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def path(self, name: str) -> Path:
        """Return where a file is."""
        return (self._path / name).absolute()

    async def lay(self, name: str, content: bytes) -> None:
        """Write a file beside its name (see `Place.lay`)."""
        with (self._path / (name + PART)).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    async def settle(self, name: str) -> None:
        """Rename a file (see `Place.settle`)."""
        part = self._path / (name + PART)
        if part.exists():
            part.rename(self._path / name)
            descriptor = os.open(self._path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def own_folder(home: Path, settings: FilesSettings) -> tuple[Path, bool]:
    """Return the folder of this machine that the settings name, and whether it is the workspace's own."""
    folder = Path(settings.folder or "files")
    return (folder, False) if folder.is_absolute() else (home / folder, True)


def reach_folder(path: Path, *, own: bool) -> Reach:
    """Return what opens a folder of this machine; one of the workspace's own is made."""

    @asynccontextmanager
    async def reached() -> AsyncIterator[Place]:
        try:
            if own:
                path.mkdir(parents=True, exist_ok=True)
            if not path.is_dir():
                raise Unreachable(f"there is no folder {path}")
            yield Folder(path)
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror or error}") from error

    return reached
