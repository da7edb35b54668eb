"""What administrators do with API keys: done and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sojourn.engine.clock import elapsed_s
from sojourn.model.instants import format_instant
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.database import Database
from sojourn.service.access.errors import AccessError, TooManyCalls
from sojourn.service.keys import Key, KeyFile, KeyRole, digest

KEEP_S: Final = 300.0
"""How often it is kept when keys were used: not with each request."""


class NoKey(AccessError):
    """There is no such key."""

    code = "KEY-001"
    status = 404

    def __init__(self, id: str) -> None:
        super().__init__(f"no key `{id:.40}`", hint="`sojourn key list` shows them")


@dataclass(frozen=True, slots=True)
class UsedKey:
    """A key, when it was used last (None: never, or not kept yet), for how many requests, and how many were refused."""

    key: Key
    used_at: str | None = None
    calls: int = 0
    refused: int = 0

    def told(self) -> dict[str, str | None]:
        """Return what the record of changes compares."""
        until = None if self.key.former_until is None else format_instant(self.key.former_until)
        return {"role": self.key.role, "label": self.key.label, "rate": self.key.rate, "former_until": until}


class Keyring:
    """Makes and revokes keys for a caller, with a running server or without.

    Parameters
    ----------
    keys : KeyFile
        Keeps them.
    database : Database
        Keeps when they were used.
    audit : Audit
        The record of changes.
    """

    def __init__(self, keys: KeyFile, database: Database, audit: Audit) -> None:
        self._keys = keys
        self._database = database
        self._audit = audit
        self._kept_s = elapsed_s()

    def find(self, secret: str) -> Key | None:
        """Return what is kept of a key; None when there is no such key."""
        if elapsed_s() - self._kept_s > KEEP_S:
            self.keep_uses()
        return self._keys.find(secret)

    def listed(self) -> list[UsedKey]:
        """Return all keys, oldest first."""
        self.keep_uses()
        rows = self._database.read("SELECT id, used_at, calls, refused FROM key_use")
        used = {row["id"]: (row["used_at"], row["calls"], row["refused"]) for row in rows}
        return [UsedKey(key, *used.get(key.id, (None, 0, 0))) for key in self._keys.list_keys()]

    def charge(self, secret: str) -> None:
        """Count a request of a key.

        Raises
        ------
        TooManyCalls
            It has made as many as it may.
        """
        found, wait_s = self._keys.charge(secret)
        if found is not None and wait_s > 0:
            raise TooManyCalls(found.id, wait_s)

    def create(
        self, caller: Caller, role: KeyRole, now: datetime, label: str = "", rate: str = ""
    ) -> tuple[str, UsedKey]:
        """Make a key; return it, which cannot be read again, and what is kept of it."""
        secret = self._keys.create(role, now, label, rate)
        made = UsedKey(Key(digest(secret), role, now, label, rate=rate))
        self._audit.record(caller, "key.create", f"key/{made.key.id}", None, made.told())
        return secret, made

    def rotate(self, caller: Caller, id: str, until: datetime) -> tuple[str, UsedKey]:
        """Give a key another secret; the one before is good until an instant. Return it, and what is kept of it.

        Raises
        ------
        NoKey
            There is none with this id.
        """
        before = self._used(id)
        secret = self._keys.rotate(id, until)
        after = self._used(id)
        self._audit.record(caller, "key.rotate", f"key/{id}", before.told(), after.told())
        return secret, after

    def limit(self, caller: Caller, id: str, rate: str) -> UsedKey:
        """Let a key make so many requests (`100/s`); empty: as many as it likes.

        Raises
        ------
        NoKey
            There is none with this id.
        """
        before = self._used(id)
        self._keys.limit(id, rate)
        after = self._used(id)
        self._audit.record(caller, "key.limit", f"key/{id}", before.told(), after.told())
        return after

    def _used(self, id: str) -> UsedKey:
        found = next((used for used in self.listed() if used.key.id == id), None)
        if found is None:
            raise NoKey(id)
        return found

    def revoke(self, caller: Caller, id: str) -> None:
        """Make a key useless from now on.

        Raises
        ------
        NoKey
            There is none with this id.
        """
        found = next((key for key in self._keys.list_keys() if key.id == id), None)
        if found is None or not self._keys.revoke(id):
            raise NoKey(id)
        self._audit.record(caller, "key.revoke", f"key/{id}", UsedKey(found).told(), None)

    def keep_uses(self) -> None:
        """Keep when keys were used last, of what this process saw."""
        self._kept_s = elapsed_s()
        seen = self._keys.take_uses()
        if not seen:
            return
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO key_use (id, used_at, calls, refused) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "used_at = excluded.used_at, calls = calls + excluded.calls, refused = refused + excluded.refused",
                [(id, format_instant(use.last_at), use.calls, use.refused) for id, use in seen.items()],
            )
