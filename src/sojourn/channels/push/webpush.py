"""The provider ``webpush``: messages to browsers, over the push service of each."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Literal

import http_ece
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from joserfc.jwk import ECKey
from pydantic import Field

from sojourn.channels.answers import asked_wait_s, is_temporary
from sojourn.channels.http import HttpReply, HttpRequest
from sojourn.channels.port import Bounced, Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.channels.push.keys import public_text, read_key, workspace_key
from sojourn.channels.push.passes import Passes
from sojourn.channels.push.payload import shown
from sojourn.channels.push.subscription import NoSubscription, Subscription, read_subscription
from sojourn.channels.singly import Singly
from sojourn.channels.timeout import Timeout
from sojourn.model.external import SecretText
from sojourn.model.instants import Duration

MOST_BYTES = 3_993
"""Of the text: what is left of 4,096 bytes after header and seal."""
_GONE = (404, 410)
_GOOD_FOR_S = 12 * 3_600


class WebPushSettings(Settings):
    """Settings of the provider ``webpush``."""

    contact: str = Field(
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)$",
        description="How push services reach you when something goes wrong: `mailto:…` or `https://…`.",
    )
    private_key: SecretText | None = Field(
        None, description="PEM of the P-256 key that browsers subscribed with; `data/vapid.pem` if left out."
    )
    ttl: Duration = Field(timedelta(days=1), description="How long a push service keeps a message for a browser.")
    urgency: Literal["very-low", "low", "normal", "high"] = Field(
        "normal", description="What may wake a device that saves its battery."
    )
    timeout: Timeout = Field(timedelta(seconds=15), description="How long an answer may take, at most 2 minutes.")
    connections: int = Field(10, ge=1, le=100, description="Requests at once.")


class WebPushProvider(Singly):
    """Send push messages to browsers; an address is the JSON of a browser's subscription.

    Each message is encrypted for its browser. A subscription that is gone bounces. A browser's push service is its
    own affair: trouble with one does not hold up the others.

    References
    ----------
    RFC 8030 (delivery), RFC 8291 and 8188 (encryption), RFC 8292 (VAPID).
    """

    settings_model = WebPushSettings
    alone = True

    def __init__(self, settings: WebPushSettings, surroundings: Surroundings) -> None:
        super().__init__(surroundings.open_http(), settings.connections)
        self._settings = settings
        pem = surroundings.vault.reveal(settings.private_key) if settings.private_key else None
        key = read_key(pem) if pem else workspace_key(surroundings.data_dir)
        self._public = public_text(key)
        claims = {"sub": settings.contact}
        self._passes = Passes(
            ECKey.import_key(key), {"typ": "JWT", "alg": "ES256"},
            lambda audience, now_s: {"aud": audience, "exp": now_s + _GOOD_FOR_S, **claims},
            timedelta(seconds=_GOOD_FOR_S / 2), surroundings.now,
        )  # fmt: skip

    async def send_one(self, message: Outgoing) -> Receipt:
        """Encrypt and send one message."""
        try:
            subscription = read_subscription(message.to)
        except NoSubscription as error:
            return Failed(f"the push token is no subscription: {error}")
        text = json.dumps({**shown(message), "key": message.key}, ensure_ascii=False).encode()
        if len(text) > MOST_BYTES:
            return Failed(f"the message has {len(text):,} bytes; push services take {MOST_BYTES:,}")
        try:
            sealed = seal(text, subscription)
        except ValueError:
            return Failed("the push token is no subscription: its key is no point of P-256")
        token = self._passes.show(subscription.origin)
        headers = {
            "Authorization": f"vapid t={token}, k={self._public}", "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream", "TTL": str(int(self._settings.ttl.total_seconds())),
            "Urgency": self._settings.urgency,
        }  # fmt: skip
        timeout_s = self._settings.timeout.total_seconds()
        return _receipt(await self.http.send(HttpRequest("POST", subscription.endpoint, headers, sealed, timeout_s)))


def seal(text: bytes, subscription: Subscription) -> bytes:
    """Encrypt for a browser.

    Raises
    ------
    ValueError
        Its key is no point of the curve.
    """
    mine = generate_private_key(SECP256R1())
    sealed: bytes = http_ece.encrypt(
        text, private_key=mine, dh=subscription.public_key, auth_secret=subscription.auth, version="aes128gcm"
    )
    return sealed


def _receipt(reply: HttpReply) -> Receipt:
    said = reply.body[:200].decode("utf-8", "replace")
    reason = f"{reply.code} {''.join(letter if letter.isprintable() else ' ' for letter in said)}".strip()
    if reply.code < 300:
        return Sent()
    if reply.code in _GONE:
        return Bounced(reply.code, reason)
    if is_temporary(reply.code):
        return Retry(reason, asked_wait_s(reply), attempted=True)
    return Failed(reason)


PROVIDER = WebPushProvider
