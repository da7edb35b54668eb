"""Texts that only one workspace's server can read, so that they may stand in files, versions and backups."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PATTERN: Final = r"^s1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+=*$"
"""``s1.KEY.TEXT``: the form, which key, and the text under it."""

_FORM: Final = "s1"
_PURPOSE: Final = b"sojourn sealed texts"


class Sealer:
    """Seals and opens texts with a key that is made of the workspace's secret.

    Equal texts look equal when they are sealed: a document that is saved again without a change is the same.

    Parameters
    ----------
    secret : bytes
        The workspace's secret, 16 bytes or more.

    Examples
    --------
    >>> sealer = Sealer(b"0123456789abcdef")
    >>> sealed = sealer.seal("my password")
    >>> "password" in sealed, sealer.open(sealed)
    (False, 'my password')
    >>> Sealer(b"another secret of 16").open(sealed) is None
    True

    References
    ----------
    RFC 5297 (AES-SIV), RFC 5869 (HKDF).
    """

    def __init__(self, secret: bytes) -> None:
        made = HKDF(SHA256(), 68, None, _PURPOSE).derive(secret)
        self._cipher = AESSIV(made[:64])
        self.key_id = made[64:].hex()
        """Tells keys apart; says nothing about them."""

    def seal(self, text: str) -> str:
        """Return a text as `open` reads it."""
        hidden = self._cipher.encrypt(text.encode(), [_FORM.encode()])
        return f"{_FORM}.{self.key_id}.{urlsafe_b64encode(hidden).decode()}"

    def open(self, sealed: str) -> str | None:
        """Return the text, or None if it was sealed with another key or altered."""
        form, _, rest = sealed.partition(".")
        key_id, _, hidden = rest.partition(".")
        if form != _FORM or key_id != self.key_id:
            return None
        try:
            return self._cipher.decrypt(urlsafe_b64decode(hidden), [_FORM.encode()]).decode()
        except (InvalidTag, ValueError):
            return None
