"""Subscriptions of browsers, as ``PushSubscription.toJSON()`` gives them: the ``push_token`` of web push."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_LETTERS = 4_000


class NoSubscription(ValueError):
    """A text that is no subscription; the message says why."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser gets its messages, and whom they are encrypted for.

    Attributes
    ----------
    endpoint : str
        Its address at the browser's push service.
    origin : str
        Scheme and host of it: whom a signed token is for.
    public_key, auth : bytes
        The browser's P-256 point (65 bytes), and its secret (16 bytes).
    """

    endpoint: str
    origin: str
    public_key: bytes
    auth: bytes


def read_subscription(text: str | None) -> Subscription:
    """Read a subscription.

    Raises
    ------
    NoSubscription
        It is none, or its address is no place for messages.
    """
    if not text or len(text) > MOST_LETTERS:
        raise NoSubscription("it is empty or too long")
    try:
        said = json.loads(text)
        endpoint, keys = str(said["endpoint"]), said["keys"]
        public_key, auth = _decoded(keys["p256dh"]), _decoded(keys["auth"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoSubscription("it is no JSON with `endpoint` and `keys` (`p256dh`, `auth`)") from error
    if len(public_key) != 65 or public_key[0] != 4 or len(auth) != 16:
        raise NoSubscription("its keys are no uncompressed P-256 point and 16 bytes")
    return Subscription(endpoint, _origin(endpoint), public_key, auth)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _origin(endpoint: str) -> str:
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        raise NoSubscription("its address has other than printable ASCII")
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
    except ValueError as error:
        raise NoSubscription("its address is no URL") from error
    if not host or "@" in parts.netloc or (parts.scheme != "https" and not _is_this_machine(parts.scheme, host)):
        raise NoSubscription("its address does not begin with https:// and a host")
    return f"{parts.scheme}://{parts.netloc}"


def _is_this_machine(scheme: str, host: str) -> bool:
    """Tell whether it is a push service on this machine, which needs no TLS."""
    if scheme != "http":
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
