"""A folder of an SFTP server as a place for files of letters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from sojourn.channels.direct_mail.places import PART, Place, Reach, Unreachable
from sojourn.channels.direct_mail.settings import Sftp
from sojourn.model.secrets import Vault


class RemoteFolder:
    """A folder of an SFTP server, over an open connection."""

    def __init__(self, client: asyncssh.SFTPClient, folder: str) -> None:
        self._client = client
        self._folder = folder.rstrip("/") or "/"

    def path(self, name: str) -> None:
        """Return None: it is not on this machine."""

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
