"""Signatures of webhooks, which the receiver checks with the same secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the key in a secret: base64 behind ``whsec_``, any other text as it is.

    Raises
    ------
    ValueError
        It is shorter than 16 bytes, or no base64 behind the prefix.
    """
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True) if secret.startswith(PREFIX) else secret.encode()
    except binascii.Error as error:
        raise ValueError(f"the secret is no base64 behind `{PREFIX}`") from error
    if len(key) < 16:
        raise ValueError("the secret of a webhook must have 16 bytes or more")
    return key


def signed_headers(key: bytes, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers that let a receiver check a message, and refuse a replayed one.

    References
    ----------
    https://www.standardwebhooks.com: HMAC-SHA256 of ``id.timestamp.body``.

    Examples
    --------
    >>> from datetime import UTC
    >>> signed_headers(b"0123456789abcdef", "1.x", datetime(2026, 3, 2, tzinfo=UTC), b"{}")["webhook-timestamp"]
    '1772409600'
    """
    stamp = str(int(at.timestamp()))
    mac = hmac.new(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
