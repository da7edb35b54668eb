"""Signed tokens of tracking links: what a mail client sends back, and nobody can alter."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Literal, get_args

import msgspec

Purpose = Literal["o", "c", "u", "s", "p", "y", "m"]
"""``o``: open pixel, ``c``: click, ``u``: unsubscribe, ``s``: status of a message, ``p``: preferences, ``y``: yes to a
subscription, ``m``: what a page reports of a message that it shows. A token of one purpose is refused for another."""

_SIGNATURE_BYTES = 16
_MAX_TOKEN = 8_000


class Ticket(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What a token says.

    Attributes
    ----------
    message : int
        The message's number.
    profile_id : str
        Whose message it is.
    of : str
        The message's origin: ``journey/node``, or the id of a triggered campaign.
    sent_s : int
        Unix second at which the message was handed to the provider.
    channel : str
        Channel type.
    link : str
        Alias of the link; empty for other purposes.
    url : str
        Where a click goes; empty for other purposes.
    group : str
        Subscription group to unsubscribe from; empty for the whole channel.
    """

    message: int
    profile_id: str
    of: str
    sent_s: int
    channel: str = "email"
    link: str = ""
    url: str = ""
    group: str = ""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Ticket)


class Signer:
    """Makes and reads tokens.

    Parameters
    ----------
    secret : bytes
        The workspace's secret, 16 bytes or more; see `read_secret`.

    Examples
    --------
    >>> signer = Signer(b"0123456789abcdef")
    >>> token = signer.sign("o", Ticket(7, "ann", "welcome/mail", 1_772_000_000))
    >>> signer.read("o", token).message
    7
    >>> signer.read("u", token) is None
    True
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the secret of tracking links must have 16 bytes or more")
        self._macs = {purpose: hmac.new(secret, purpose.encode(), hashlib.sha256) for purpose in get_args(Purpose)}

    def sign(self, purpose: Purpose, ticket: Ticket) -> str:
        """Return a token of URL-safe characters."""
        payload = _encoder.encode(ticket)
        return urlsafe_b64encode(self._signature(purpose, payload) + payload).rstrip(b"=").decode()

    def read(self, purpose: Purpose, token: str) -> Ticket | None:
        """Return what a token says, or None if it was not signed here for this purpose."""
        signed = _decode(token)
        if signed is None:
            return None
        signature, payload = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(purpose, payload)):
            return None
        try:
            return _decoder.decode(payload)
        except msgspec.MsgspecError:
            return None

    def _signature(self, purpose: Purpose, payload: bytes) -> bytes:
        mac = self._macs[purpose].copy()
        mac.update(payload)
        return mac.digest()[:_SIGNATURE_BYTES]


def _decode(token: str) -> bytes | None:
    """Return the bytes of a token; None unless it is their only spelling (base64 leaves spare bits at the end)."""
    if not token.isascii() or len(token) > _MAX_TOKEN:
        return None
    raw = token.encode()
    try:
        signed = urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return None
    return signed if urlsafe_b64encode(signed).rstrip(b"=") == raw else None


def read_secret(path: Path) -> bytes:
    """Return the secret in a file, which is made, readable for its owner only, if it does not exist.

    Parameters
    ----------
    path : Path
        ``DIR/data/secret`` of a workspace. Whoever deletes it makes all links in mails already sent invalid.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    secret = secrets.token_bytes(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return secret
