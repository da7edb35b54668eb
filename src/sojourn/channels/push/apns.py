"""The provider ``apns``: messages to Apple's devices over HTTP/2."""

from __future__ import annotations

import json
import re
import uuid
from datetime import timedelta
from typing import Any, Final, Literal

from joserfc.jwk import ECKey
from pydantic import Field

from sojourn.channels.answers import asked_wait_s, is_temporary
from sojourn.channels.http import HttpReply, HttpRequest
from sojourn.channels.port import Bounced, Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.channels.push.keys import read_key
from sojourn.channels.push.passes import Passes
from sojourn.channels.push.payload import alert, shown
from sojourn.channels.singly import Singly
from sojourn.channels.timeout import Timeout
from sojourn.model.external import SecretText
from sojourn.model.instants import Duration

HOSTS: Final = {
    "production": "https://api.push.apple.com",
    "sandbox": "https://api.sandbox.push.apple.com",
}
MOST_BYTES: Final = 4_096
PASS_LASTS: Final = timedelta(minutes=40)
"""Apple refuses tokens older than an hour, and new ones more often than every 20 minutes."""
NAMES: Final = uuid.UUID("6f0f4b0e-5b0c-4b35-9a0f-0f9c8d1d2c57")
"""Name space of the ids of messages: the same for each attempt at one."""
_DEVICE = re.compile(r"[0-9A-Fa-f]{16,200}")
_GONE: Final = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"})
_OUR_FAULT: Final = frozenset({
    "InvalidProviderToken", "MissingProviderToken", "ExpiredProviderToken", "TooManyProviderTokenUpdates",
    "BadCertificate", "BadCertificateEnvironment", "BadEnvironmentKeyInToken", "BadEnvironmentKeyIdInToken",
    "Forbidden", "BadTopic", "MissingTopic", "TopicDisallowed", "IdleTimeout",
})  # fmt: skip
"""The key, the topic or the connection: nothing is wrong with the message."""


class ApnsSettings(Settings):
    """Settings of the provider ``apns``."""

    team_id: str = Field(pattern=r"^[A-Za-z0-9]{1,20}$", description="Id of the developer team, ten letters.")
    key_id: str = Field(pattern=r"^[A-Za-z0-9]{1,20}$", description="Id of the key, ten letters.")
    private_key: SecretText = Field(description="The key itself: what is in the `.p8` file.")
    topic: str = Field(pattern=r"^[A-Za-z0-9._-]{1,200}$", description="The app's bundle id.")
    environment: Literal["production", "sandbox"] = Field(
        "production", description="`sandbox` for apps that are built for development."
    )
    base_url: str | None = Field(
        None, pattern=r"^https://[^\s?#]+$", description="Another server that speaks this protocol."
    )
    ttl: Duration = Field(timedelta(days=1), description="How long a message is kept for a device that is off.")
    priority: Literal[1, 5, 10] = Field(10, description="10: at once; 5: when the battery allows; 1: never wakes it.")
    sound: str | None = Field("default", description="Sound of the message; none if null.")
    timeout: Timeout = Field(timedelta(seconds=15), description="How long an answer may take, at most 2 minutes.")
    connections: int = Field(50, ge=1, le=500, description="Requests at once, over one connection.")


class ApnsProvider(Singly):
    """Send push messages to Apple's devices; an address is a device token in hexadecimal.

    References
    ----------
    https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
    """

    settings_model = ApnsSettings

    def __init__(self, settings: ApnsSettings, surroundings: Surroundings) -> None:
        super().__init__(surroundings.open_http(http2=True), settings.connections)
        self._settings = settings
        self._url = (settings.base_url or HOSTS[settings.environment]).rstrip("/")
        key = ECKey.import_key(read_key(surroundings.vault.reveal(settings.private_key)))
        self._passes = Passes(
            key, {"alg": "ES256", "kid": settings.key_id},
            lambda _, now_s: {"iss": settings.team_id, "iat": now_s}, PASS_LASTS, surroundings.now,
        )  # fmt: skip

    async def send_one(self, message: Outgoing) -> Receipt:
        """Send one message."""
        device = message.to or ""
        if not _DEVICE.fullmatch(device):
            return Failed("the push token is no device token of Apple's")
        body = json.dumps(self._payload(message), ensure_ascii=False).encode()
        if len(body) > MOST_BYTES:
            return Failed(f"the message has {len(body):,} bytes; Apple takes {MOST_BYTES:,}")
        request = HttpRequest(
            "POST", f"{self._url}/3/device/{device}", self._headers(message), body,
            self._settings.timeout.total_seconds(),
        )  # fmt: skip
        reply = await self.http.send(request)
        if _reason(reply) == "ExpiredProviderToken":
            self._passes.forget()
        return _receipt(reply)

    def _headers(self, message: Outgoing) -> dict[str, str]:
        return {
            "authorization": f"bearer {self._passes.show()}", "apns-topic": self._settings.topic,
            "apns-push-type": "alert", "apns-priority": str(self._settings.priority),
            "apns-expiration": str(int((message.at + self._settings.ttl).timestamp())),
            "apns-id": str(uuid.uuid5(NAMES, message.key)), "content-type": "application/json",
        }  # fmt: skip

    def _payload(self, message: Outgoing) -> dict[str, Any]:
        aps: dict[str, Any] = {"alert": alert(message)} | ({"sound": sound} if (sound := self._settings.sound) else {})
        url = shown(message).get("url")
        return {"aps": aps, "key": message.key} | ({"url": url} if url else {})


def _reason(reply: HttpReply) -> str:
    try:
        return str(json.loads(reply.body)["reason"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def _receipt(reply: HttpReply) -> Receipt:
    if reply.code == 200:
        return Sent({"id": reply.headers.get("apns-id", "")})
    reason = _reason(reply)
    text = f"{reply.code} {reason}".strip()[:300]
    if reason in _GONE:
        return Bounced(reply.code, text)
    if reason == "TooManyRequests":
        return Retry(text, asked_wait_s(reply), attempted=True)  # of one device, not of the channel
    if is_temporary(reply.code) or reason in _OUR_FAULT or not reason:
        return Retry(text, asked_wait_s(reply))
    return Failed(text)


PROVIDER = ApnsProvider
