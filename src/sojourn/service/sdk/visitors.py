"""Who asks for messages, and whose he may read.

A write key is public: whoever has it may say anything about anybody, but must not read what is written to others. So a
visitor reads the messages of his anonymous id, which nobody can guess, as long as it belongs to no known person; those
of a known person are read with a signature that the site's own server has made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import duckdb

_KEPT: Final = "SELECT p.profile_id FROM identity i JOIN profile p ON p._pno = i.pno WHERE i.alias = $id LIMIT 1"
_ALSO: Final = "SELECT i.alias FROM identity i JOIN profile p ON p._pno = i.pno WHERE p.profile_id = $id"
ANONYMOUS: Final = "anon:"


class NotYours(Exception):
    """Messages of somebody who did not ask; the text says what to do."""


def signing_key(secret: bytes) -> str:
    """Return the key with which a site's server signs the ids of its users, made of the workspace's secret."""
    return hmac.new(secret, b"browser identity", hashlib.sha256).hexdigest()


def signature_of(key: str, user_id: str) -> str:
    """Return what proves to this server who is signed in at the site.

    Examples
    --------
    >>> signature_of("6b6579", "ann")[:16]
    'ee2c46f203c950f1'
    """
    return hmac.new(key.encode(), user_id.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Visitors:
    """Knows whose messages a visitor may read.

    Parameters
    ----------
    secret : bytes
        The workspace's.
    cursor : callable
        Returns a connection of its own, from any thread.
    """

    secret: bytes
    cursor: Callable[[], duckdb.DuckDBPyConnection]

    def inboxes(self, anonymous_id: str | None, user_id: str | None, signature: str | None) -> list[str]:
        """Return the ids of profiles whose messages the visitor may read: one person under all her ids.

        Raises
        ------
        NotYours
            Nothing proves that the visitor is that person.
        """
        if user_id:
            if not signature or not self._is_signed(user_id, signature):
                raise NotYours("`signature` must be HMAC-SHA256 of the user's id; see `sojourn sdk-key`")
            return self._ids(user_id)[1]
        if not anonymous_id:
            raise NotYours("a call has `anonymousId`, or `userId` and `signature`")
        own = ANONYMOUS + anonymous_id
        kept, ids = self._ids(own)
        if kept != own:
            raise NotYours("this visitor is a known person: `userId` and `signature` are needed")
        return ids

    def _is_signed(self, user_id: str, signature: str) -> bool:
        good = signature_of(signing_key(self.secret), user_id)
        return hmac.compare_digest(good.encode(), signature.encode())

    def _ids(self, id: str) -> tuple[str, list[str]]:
        """Return the id under which a person is kept, and all of them."""
        connection = self.cursor()
        try:
            row = connection.execute(_KEPT, {"id": id}).fetchone()
            kept = str(row[0]) if row else id
            return kept, [kept, *(str(alias) for (alias,) in connection.execute(_ALSO, {"id": kept}).fetchall())]
        finally:
            connection.close()
