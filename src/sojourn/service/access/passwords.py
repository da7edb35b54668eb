"""Passwords: which may be used, and how they are kept and compared."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, cached_property
from importlib import resources
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from sojourn.service.access.errors import BadPassword, TooManyAttempts

LENGTH: Final = 10
"""Characters at least."""
LONGEST: Final = 1_000
AT_ONCE: Final = 2
"""Passwords that are hashed at a time: each takes 64 MiB and a core."""
WAITING: Final = 8
"""Calls that may wait for that; more are sent away, so that sign-ins cannot use up the server's threads."""


class Passwords:
    """Hashes passwords by argon2id, with the parameters of RFC 9106 for little memory."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._working = threading.BoundedSemaphore(AT_ONCE)
        self._waiting = threading.BoundedSemaphore(AT_ONCE + WAITING)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        with self._working:
            return self._hasher.hash(normal(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one that is kept; without one it takes as long, and is wrong.

        Raises
        ------
        TooManyAttempts
            Too many passwords are being compared.
        """
        if not self._waiting.acquire(blocking=False):
            raise TooManyAttempts(1)
        try:
            with self._working:
                return self._verify(password, kept)
        finally:
            self._waiting.release()

    def _verify(self, password: str, kept: str | None) -> bool:
        nobodys = self._nobodys
        try:
            self._hasher.verify(kept or nobodys, normal(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a kept password was hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def check_password(password: str, *names: str) -> None:
    """Check that a password may be used.

    Parameters
    ----------
    names : str
        Of the account; the password must be none of them.

    Raises
    ------
    BadPassword
        It is too short or too long, a name, or one of the commonest.

    References
    ----------
    NIST SP 800-63B, section 5.1.1.2: a least length and a list of known passwords, no rules of composition.
    """
    plain = normal(password)
    if len(plain) < LENGTH:
        raise BadPassword(f"it has {len(plain)} characters, and needs {LENGTH} at least")
    if len(plain) > LONGEST:
        raise BadPassword(f"it has more than {LONGEST} characters")
    folded = plain.casefold().strip()
    if any(folded in (name.casefold(), name.casefold() * 2, name.casefold()[::-1]) for name in names if name):
        raise BadPassword("it is the account's name")
    if folded in common_passwords() or len(set(folded)) <= 2:
        raise BadPassword("it is one of those that are tried first")


def normal(password: str) -> str:
    """Return a password as it is compared: keyboards write the same character in several ways."""
    return unicodedata.normalize("NFKC", password)


@cache
def common_passwords() -> frozenset[str]:
    """Return the commonest passwords that are long enough."""
    text = resources.files("sojourn.service.access").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
