"""Where files of letters are put: a folder of this machine, or one of an SFTP server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import asyncssh

from sojourn.channels.direct_mail.settings import FilesSettings, Sftp
from sojourn.model.secrets import Vault

PART: Final = ".part"
"""Ending of a file that is not complete, or not at its place yet."""


class Unreachable(Exception):
    """The place cannot be used now; the text has no secrets."""


class Place(Protocol):
    """A folder."""

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


class RemoteFolder:
    """A folder of an SFTP server, over an open connection."""

    def __init__(self, client: asyncssh.SFTPClient, folder: str) -> None:
        self._client = client
        self._folder = folder.rstrip("/") or "/"

    async def lay(self, name: str, content: bytes) -> None:
        """Write a file beside its name (see `Place.lay`)."""
        async with self._client.open(self._at(name + PART), "wb") as file:
            await file.write(content)
            await _synced(file)

    async def settle(self, name: str) -> None:
        """Rename a file (see `Place.settle`)."""
        part = self._at(name + PART)
        if await self._client.exists(part):
            await self._client.rename(part, self._at(name))

    def _at(self, name: str) -> str:
        return f"{self._folder}/{name}"


async def _synced(file: asyncssh.SFTPClientFile) -> None:
    """Let the server write to its disk, where it knows how (OpenSSH does)."""
    try:
        await file.fsync()
    except asyncssh.SFTPOpUnsupported:
        return


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


def reach_sftp(settings: Sftp, vault: Vault) -> Reach:
    """Return what opens a folder of an SFTP server; only a server with the key that is written down is believed."""
    trusted = asyncssh.import_public_key(settings.host_key)
    keys = [asyncssh.import_private_key(vault.reveal(settings.private_key))] if settings.private_key else []
    password = vault.reveal(settings.password) if settings.password else None

    @asynccontextmanager
    async def reached() -> AsyncIterator[Place]:
        try:
            async with (
                asyncssh.connect(
                    settings.host, settings.port, username=settings.username, password=password, client_keys=keys,
                    known_hosts=([trusted], [], []), agent_path=None, config=None, connect_timeout=30, login_timeout=30,
                    keepalive_interval=15,
                ) as connection,
                connection.start_sftp_client() as client,
            ):  # fmt: skip
                yield RemoteFolder(client, settings.folder)
        except (OSError, asyncssh.Error) as error:
            raise Unreachable(f"{settings.host}: {error}"[:300]) from error

    return reached
