"""Write keys and API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec

from sojourn.engine.clock import SystemClock

KeyRole = Literal["ingest", "server", "admin"]
ROLES: tuple[KeyRole, ...] = get_args(KeyRole)
ID_LENGTH = 8


class Key(msgspec.Struct, frozen=True):
    """What is kept of a key.

    Attributes
    ----------
    hash : str
        SHA-256 of the key, in hex. A key has 256 random bits, so no slow hash is needed.
    role : {"ingest", "server", "admin"}
        `ingest`: a browser's key, tracks and identifies; `server`: all calls; `admin`: the management API too.
    created_at : datetime
        When it was made.
    label : str
        What the user calls it.
    """

    hash: str
    role: KeyRole
    created_at: datetime
    label: str = ""

    @property
    def id(self) -> str:
        """Return the short name that `revoke` takes."""
        return self.hash[:ID_LENGTH]


class KeyFile:
    """The keys of a workspace, in one JSON file that only its owner can read.

    Another process may change the file; it is read again when it changed.

    Parameters
    ----------
    path : Path
        The file; there are no keys while it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int, int] | None = None
        self._keys: dict[str, Key] = {}
        self._uses: dict[str, datetime] = {}
        self._clock = SystemClock()

    def create(self, role: KeyRole, now: datetime, label: str = "") -> str:
        """Make a key and return it; it cannot be read again later."""
        secret = f"{role}_{secrets.token_urlsafe(32)}"
        self._write([*self.list_keys(), Key(digest(secret), role, now, label)])
        return secret

    def role(self, key: str) -> KeyRole | None:
        """Return what a key may do; None when there is no such key."""
        found = self.find(key)
        return None if found is None else found.role

    def find(self, key: str) -> Key | None:
        """Return what is kept of a key; None when there is no such key."""
        self._refresh()
        found = self._keys.get(digest(key))
        if found is not None:
            self._uses[found.id] = self._clock.now()
        return found

    def take_uses(self) -> dict[str, datetime]:
        """Return when keys were used in this process since this was asked last, by their ids."""
        taken, self._uses = self._uses, {}
        return taken

    def list_keys(self) -> list[Key]:
        """Return all keys, oldest first."""
        self._refresh()
        return list(self._keys.values())

    def revoke(self, id_: str) -> bool:
        """Delete the key with this id (see `Key.id`); False when there is none."""
        keys = self.list_keys()
        left = [key for key in keys if key.id != id_]
        if len(left) == len(keys):
            return False
        self._write(left)
        return True

    def _refresh(self) -> None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._keys, self._read_at = {}, None
            return
        state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if state != self._read_at:
            keys = msgspec.json.decode(self._path.read_bytes(), type=list[Key])
            self._keys = {key.hash: key for key in keys}
            self._read_at = state

    def _write(self, keys: list[Key]) -> None:
        """Replace the file as a whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(keys)))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._path)


def digest(key: str) -> str:
    """Return the hash of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
