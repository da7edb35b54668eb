"""The provider ``fcm``: messages to Android, iOS and browsers over Firebase Cloud Messaging, HTTP v1."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import Field

from sojourn.channels.answers import asked_wait_s, is_temporary
from sojourn.channels.http import HttpReply, HttpRequest
from sojourn.channels.port import Bounced, Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.channels.push.google import GoogleAccount, GoogleTokens, TokenRefused
from sojourn.channels.push.payload import alert, shown
from sojourn.channels.singly import Singly
from sojourn.channels.timeout import Timeout
from sojourn.model.external import SecretText
from sojourn.model.instants import Duration

_GONE: Final = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})
"""The app was removed, or the token is another project's: it will never work here."""
_OUR_FAULT: Final = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED", "THIRD_PARTY_AUTH_ERROR"})
"""The account may not send: nothing is wrong with the message."""
_LONGEST_TOKEN: Final = 4_096


class FcmSettings(Settings):
    """Settings of the provider ``fcm``."""

    service_account: SecretText = Field(
        description="JSON of a service account's key that may send: `{env: NAME}`, or the text itself."
    )
    base_url: str = Field("https://fcm.googleapis.com", pattern=r"^https?://[^\s?#]+$", description="Where the API is.")
    ttl: Duration = Field(timedelta(days=1), description="How long a message is kept for a device that is off.")
    priority: Literal["normal", "high"] = Field("high", description="Whether a message wakes a device.")
    timeout: Timeout = Field(timedelta(seconds=15), description="How long an answer may take, at most 2 minutes.")
    connections: int = Field(20, ge=1, le=100, description="Requests at once.")


class FcmProvider(Singly):
    """Send push messages over Firebase; an address is a registration token.

    References
    ----------
    https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, and ErrorCode there.
    """

    settings_model = FcmSettings

    def __init__(self, settings: FcmSettings, surroundings: Surroundings) -> None:
        super().__init__(surroundings.open_http(http2=True), settings.connections)
        account = GoogleAccount.read(surroundings.vault.reveal(settings.service_account))
        self._tokens = GoogleTokens(account, self.http, surroundings.now)
        self._settings = settings
        self._url = f"{settings.base_url.rstrip('/')}/v1/projects/{account.project_id}/messages:send"

    async def send_one(self, message: Outgoing) -> Receipt:
        """Send one message; a token of ours that is refused is asked for once more."""
        token = message.to or ""
        if not token.isascii() or not token.isprintable() or not 0 < len(token) <= _LONGEST_TOKEN:
            return Failed("the push token is none of Firebase")
        body = json.dumps({"message": self._message(token, message)}, ensure_ascii=False).encode()
        try:
            reply = await self._post(body)
            if reply.code == 401:
                self._tokens.forget()
                reply = await self._post(body)
        except TokenRefused as error:
            return Retry(str(error))
        return _receipt(reply)

    async def _post(self, body: bytes) -> HttpReply:
        headers = {"Authorization": f"Bearer {await self._tokens.token()}", "Content-Type": "application/json"}
        return await self.http.send(
            HttpRequest("POST", self._url, headers, body, self._settings.timeout.total_seconds())
        )

    def _message(self, token: str, message: Outgoing) -> dict[str, Any]:
        url = message.fields.get("url")
        ttl_s = int(self._settings.ttl.total_seconds())
        said: dict[str, Any] = {
            "token": token, "notification": alert(message), "data": {**_address(message), "key": message.key},
            "android": {"ttl": f"{ttl_s}s", "priority": self._settings.priority},
            "apns": {"headers": {"apns-priority": "10" if self._settings.priority == "high" else "5"}},
            "webpush": {"headers": {"TTL": str(ttl_s)}},
        }  # fmt: skip
        if url and str(url).startswith("https://"):
            said["webpush"]["fcm_options"] = {"link": str(url)}
        return said


def _address(message: Outgoing) -> dict[str, str]:
    return {name: text for name, text in shown(message).items() if name == "url"}


def _receipt(reply: HttpReply) -> Receipt:
    said = _json(reply.body)
    if reply.code < 300 and "name" in said:
        return Sent({"id": str(said["name"]).rpartition("/")[2]})
    error = said.get("error") if isinstance(said.get("error"), dict) else None
    if error is None:
        attempted = reply.code < 300
        return Retry(f"answered {reply.code}, and not as this API does", asked_wait_s(reply), attempted=attempted)
    details = [detail for detail in error.get("details") or () if isinstance(detail, dict)]
    code = next((str(detail["errorCode"]) for detail in details if "errorCode" in detail), str(error.get("status")))
    reason = f"{code} {error.get('message', '')}".strip()[:300]
    if code in _GONE or _names_token(details):
        return Bounced(reply.code, reason)
    if is_temporary(reply.code) or code in _OUR_FAULT:
        return Retry(reason, asked_wait_s(reply))
    return Failed(reason)


def _names_token(details: list[dict[str, Any]]) -> bool:
    """Tell whether what is wrong is the token itself."""
    violations = [part for detail in details for part in detail.get("fieldViolations") or ()]
    return any(isinstance(part, dict) and part.get("field") == "message.token" for part in violations)


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


PROVIDER = FcmProvider
