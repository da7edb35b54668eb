"""Write keys and API keys: made once, shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import msgspec
from msgspec import structs

from sojourn.engine.clock import SystemClock, elapsed_s
from sojourn.model.instants import parse_rate

KeyRole = Literal["ingest", "server", "admin", "metrics"]
ROLES: tuple[KeyRole, ...] = get_args(KeyRole)
ID_LENGTH = 8
BURST = 1_000
"""Requests that a key may make at once, however many its rate lets it make in a longer time."""


class Key(msgspec.Struct, frozen=True):
    """What is kept of a key.

    Attributes
    ----------
    hash : str
        SHA-256 of the key, in hex. A key has 256 random bits, so no slow hash is needed.
    role : {"ingest", "server", "admin", "metrics"}
        `ingest`: a browser's key, tracks and identifies; `server`: all calls; `admin`: the management API too;
        `metrics`: nothing but the metrics.
    created_at : datetime
        When it was made.
    label : str
        What the user calls it.
    name : str
        The id of a key whose secret was changed; empty: its hash says it.
    rate : str
        How many requests it may make, such as `100/s`; empty: as many as it likes.
    former, former_until : str, datetime or None
        SHA-256 of the secret before, and until when that one is good, too.
    """

    hash: str
    role: KeyRole
    created_at: datetime
    label: str = ""
    name: str = ""
    rate: str = ""
    former: str = ""
    former_until: datetime | None = None

    @property
    def id(self) -> str:
        """Return the short name that `revoke` takes; it stays when the secret changes."""
        return self.name or self.hash[:ID_LENGTH]

    @property
    def sends(self) -> bool:
        """Whether data may be sent with it."""
        return self.role != "metrics"

    def answers_to(self, hash_: str, now: datetime) -> bool:
        """Tell whether a secret of this hash is one of the key's now."""
        return hash_ == self.hash or (
            hash_ == self.former and self.former_until is not None and now < self.former_until
        )


@dataclass
class Use:
    """What a process saw of a key since it was kept last."""

    last_at: datetime
    calls: int = 0
    refused: int = 0


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
        self._listed: list[Key] = []
        self._uses: dict[str, Use] = {}
        self._allowances = Allowances()
        self._clock = SystemClock()

    def create(self, role: KeyRole, now: datetime, label: str = "", rate: str = "") -> str:
        """Make a key and return it; it cannot be read again later."""
        secret = fresh_secret(role)
        self._write([*self.list_keys(), Key(digest(secret), role, now, label, rate=rate)])
        return secret

    def rotate(self, id_: str, until: datetime) -> str:
        """Give a key another secret and return it; the one before is good until an instant, those before it no more.

        Raises
        ------
        KeyError
            There is no such key.
        """
        key = self._named(id_)
        secret = fresh_secret(key.role)
        changed = structs.replace(key, hash=digest(secret), name=key.id, former=key.hash, former_until=until)
        self._write([changed if each is key else each for each in self.list_keys()])
        return secret

    def limit(self, id_: str, rate: str) -> None:
        """Let a key make so many requests, such as `100/s`; empty: as many as it likes.

        Raises
        ------
        KeyError
            There is no such key.
        """
        key = self._named(id_)
        changed = structs.replace(key, rate=rate)
        self._write([changed if each is key else each for each in self.list_keys()])

    def _named(self, id_: str) -> Key:
        found = next((key for key in self.list_keys() if key.id == id_), None)
        if found is None:
            raise KeyError(id_)
        return found

    def charge(self, key: str) -> tuple[Key | None, float]:
        """Count a request; return its key, None when there is no such key, and for how many seconds it has to wait.

        A request that has to wait is not counted against the rate.
        """
        found = self.find(key)
        if found is None:
            return None, 0.0
        wait_s = self._allowances.take(found.id, found.rate) if found.rate else 0.0
        use = self._uses[found.id]
        use.calls += 1
        use.refused += wait_s > 0
        return found, wait_s

    def find(self, key: str) -> Key | None:
        """Return what is kept of a key; None when there is no such key."""
        self._refresh()
        hash_, now = digest(key), self._clock.now()
        found = self._keys.get(hash_)
        if found is None or not found.answers_to(hash_, now):
            return None
        self._uses.setdefault(found.id, Use(now)).last_at = now
        return found

    def take_uses(self) -> dict[str, Use]:
        """Return how keys were used in this process since this was asked last, by their ids."""
        taken, self._uses = self._uses, {}
        return taken

    def list_keys(self) -> list[Key]:
        """Return all keys, oldest first."""
        self._refresh()
        return list(self._listed)

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
            self._keys, self._listed, self._read_at = {}, [], None
            return
        state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if state != self._read_at:
            self._listed = msgspec.json.decode(self._path.read_bytes(), type=list[Key])
            former = {key.former: key for key in self._listed if key.former}
            self._keys = former | {key.hash: key for key in self._listed}
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


class Allowances:
    """How many requests each key may still make: a bucket that fills by its rate.

    It holds what the rate says (of `6/m` six, of `3/d` three), so that these may come at once; of a large rate `BURST`,
    or a second's worth where that is more.

    Parameters
    ----------
    now_s : callable
        Seconds since some fixed moment.
    """

    def __init__(self, now_s: Callable[[], float] = elapsed_s) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, id_: str, rate: str) -> float:
        """Take one; return for how many seconds to wait where there is none."""
        allowed = parse_rate(rate)
        per_s, most = allowed.per_s, float(max(min(allowed.count, BURST), allowed.per_s))
        with self._lock:
            now_s = self._now_s()
            left, at_s = self._left.get(id_, (most, now_s))
            left = min(left + (now_s - at_s) * per_s, most)
            if left < 1:
                self._left[id_] = (left, now_s)
                return (1 - left) / per_s
            self._left[id_] = (left - 1, now_s)
            return 0.0


def fresh_secret(role: KeyRole) -> str:
    """Return a secret that nobody can guess."""
    return f"{role}_{secrets.token_urlsafe(32)}"


def digest(key: str) -> str:
    """Return the hash of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
