"""Who is signed in with a browser."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sojourn.engine.clock import SystemClock
from sojourn.model.instants import format_instant
from sojourn.service.access.accounts import Account, account_of
from sojourn.service.access.database import Database

IDLE_S: Final = 12 * 3_600
"""A session that nobody used so long is over."""
LONGEST_S: Final = 30 * 24 * 3_600
SEEN_S: Final = 300
"""How often it is kept that a session is in use: not with each request."""
FIND: Final = """
SELECT s.begun_s, s.seen_s, a.* FROM session s JOIN account a ON a.id = s.account
WHERE s.hash = ? AND NOT a.is_disabled
"""


class BrowserSessions:
    """Keeps the sessions, by the hashes of their tokens.

    Parameters
    ----------
    database : Database
        Keeps them.
    now : callable, optional
        Tells the instant; by default that of this machine.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._now = now or SystemClock().now

    def begin(self, account: Account) -> str:
        """Begin a session; return its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        now_s = int(now.timestamp())
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM session WHERE seen_s < ? OR begun_s < ?", [now_s - IDLE_S, now_s - LONGEST_S]
            )
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", [digest(token), account.id, now_s, now_s])
            connection.execute("UPDATE account SET signed_in_at = ? WHERE id = ?", [format_instant(now), account.id])
        return token

    def account(self, token: str) -> Account | None:
        """Return who is signed in with a token; None when the session is over or was never there."""
        rows = self._database.read(FIND, [digest(token)])
        if not rows:
            return None
        row = rows[0]
        begun_s, seen_s, now_s = row.pop("begun_s"), row.pop("seen_s"), int(self._now().timestamp())
        if now_s - seen_s >= IDLE_S or now_s - begun_s >= LONGEST_S:
            self.end(token)
            return None
        if now_s - seen_s >= SEEN_S:
            with self._database.writing() as connection:
                connection.execute("UPDATE session SET seen_s = ? WHERE hash = ?", [now_s, digest(token)])
        return account_of(row)

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM session WHERE hash = ?", [digest(token)])

    def end_all(self, account: str) -> None:
        """End all sessions of an account, by its id."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM session WHERE account = ?", [account])


def digest(token: str) -> str:
    """Return what is kept of a token; it has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """Return what a session's page must send with calls that change something; it tells nothing about the token."""
    return hashlib.sha256(f"csrf {token}".encode()).hexdigest()[:43]
