"""The provider ``twilio``: text messages over the HTTP API of Twilio, and of services that speak it."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs, urlencode

from pydantic import Field, model_validator

from sojourn.channels.answers import asked_wait_s, is_temporary
from sojourn.channels.callbacks import Callback, Forged, Inbound, Status, Unreadable
from sojourn.channels.http import HttpReply, HttpRequest
from sojourn.channels.port import Bounced, Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.channels.singly import Singly
from sojourn.channels.sms.twilio_errors import NO_SUCH_ADDRESS, NOT_OURS, kind_of
from sojourn.channels.sms.twilio_signature import is_signed
from sojourn.channels.timeout import Timeout
from sojourn.model.external import SecretText
from sojourn.model.reasons import FeedbackKind
from sojourn.model.segments import segments_of

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_STATUSES: Final[dict[str, FeedbackKind]] = {"delivered": "delivered", "read": "opened"}
_FALLEN: Final = ("undelivered", "failed")
MAY_HAVE_IT: Final = (500, 502, 504)
"""Answers after which the message may be on its way all the same."""


class TwilioSettings(Settings):
    """Settings of the provider ``twilio``."""

    account_sid: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The account's id, `AC…`.")
    auth_token: SecretText = Field(description="The account's token: signs in, and checks callbacks.")
    sender: str | None = Field(
        None, alias="from", pattern=r"^(\+[0-9]{7,15}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$",
        description="Number, short code or name that messages come from.",
    )  # fmt: skip
    messaging_service: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id of a messaging service, `MG…`, instead of `from`."
    )
    base_url: str = Field(
        "https://api.twilio.com", pattern=r"^https?://[^\s?#]+$", description="Where the API is, without its version."
    )
    callbacks: bool = Field(True, description="Whether the service is asked to say what becomes of each message.")
    timeout: Timeout = Field(timedelta(seconds=15), description="How long an answer may take, at most 2 minutes.")
    connections: int = Field(10, ge=1, le=100, description="Requests at once.")

    @model_validator(mode="after")
    def _has_sender(self) -> TwilioSettings:
        if (self.sender is None) == (self.messaging_service is None):
            raise ValueError("write one of `from` and `messaging_service`")
        return self


class TwilioProvider(Singly):
    """Send text messages through Twilio, or a service with its API."""

    settings_model = TwilioSettings
    tells_delivery: ClassVar[bool] = True
    prefix: ClassVar[str] = ""
    """What stands before a number."""

    def __init__(self, settings: TwilioSettings, surroundings: Surroundings) -> None:
        super().__init__(surroundings.open_http(), settings.connections)
        self._settings = settings
        pair = f"{settings.account_sid}:{surroundings.vault.reveal(settings.auth_token)}".encode()
        self._authorization = f"Basic {base64.b64encode(pair).decode()}"
        base = settings.base_url.rstrip("/")
        self._url = f"{base}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"

    async def send_one(self, message: Outgoing) -> Receipt:
        """Send one text message."""
        text = str(message.fields.get("text") or "")
        if not _NUMBER.fullmatch(message.to or ""):
            return Failed(f"`{message.to}` is no number like +821012345678")
        if not text.strip():
            return Failed("the text is empty")
        form = self._sender() | {"To": f"{self.prefix}{message.to}", "Body": text}
        if self._settings.callbacks and message.status_url:
            form["StatusCallback"] = message.status_url
        headers = {
            "Authorization": self._authorization, "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }  # fmt: skip
        timeout_s = self._settings.timeout.total_seconds()
        reply = await self.http.send(HttpRequest("POST", self._url, headers, urlencode(form).encode(), timeout_s))
        return self._receipt(reply, text)

    @classmethod
    def read_callback(cls, settings: TwilioSettings, callback: Callback) -> Status | Inbound | None:
        """Return what a status callback or an incoming message says (see `ReadsCallbacks`)."""
        try:
            form = parse_qs(callback.body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=500)
        except ValueError as error:
            raise Forged("it is no form") from error
        signature = callback.headers.get("x-twilio-signature", "")
        if not is_signed(callback.vault.reveal(settings.auth_token), callback.url, form, signature):
            raise Forged("X-Twilio-Signature is not the one of this account and address")
        said = {name: values[0] for name, values in form.items()}
        return _status(said) if "MessageStatus" in said else _inbound(said, cls.prefix)

    def details(self, text: str) -> dict[str, Any]:
        """Return what is said about a message besides its id."""
        found = segments_of(text)
        return {"segments": found.count, "encoding": found.encoding}

    def _sender(self) -> dict[str, str]:
        if self._settings.messaging_service is not None:
            return {"MessagingServiceSid": self._settings.messaging_service}
        return {"From": f"{self.prefix}{self._settings.sender}"}

    def _receipt(self, reply: HttpReply, text: str) -> Receipt:
        said = _json(reply.body)
        if reply.code < 300 and said.get("sid"):
            return Sent({"id": str(said["sid"]), **self.details(text)})
        code = said.get("code")
        reason = f"{code or reply.code} {said.get('message', '')}".strip()[:300]
        if is_temporary(reply.code):
            return Retry(reason, asked_wait_s(reply), attempted=reply.code in MAY_HAVE_IT)
        if not isinstance(code, int):
            return Retry(f"answered {reply.code}, and not as this API does", attempted=reply.code < 300)
        if code in NOT_OURS:
            return Retry(reason)
        return Bounced(code, reason) if code in NO_SUCH_ADDRESS else Failed(reason)


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _status(said: dict[str, str]) -> Status | None:
    status = said["MessageStatus"]
    if status in _FALLEN:
        code = int(text) if (text := said.get("ErrorCode", "")).isascii() and text.isdigit() else None
        return Status(kind_of(code), {"code": code, "reason": f"{status} {code or ''}".strip()})
    kind = _STATUSES.get(status)
    return Status(kind) if kind else None


def _inbound(said: dict[str, str], prefix: str) -> Inbound:
    sender = said.get("From", "").removeprefix(prefix)
    id = said.get("MessageSid") or said.get("SmsSid") or ""
    if not _NUMBER.fullmatch(sender) or not id:
        raise Unreadable("it has neither `MessageStatus` nor `From` and `MessageSid`")
    return Inbound(sender, said.get("Body", ""), id)


PROVIDER = TwilioProvider
