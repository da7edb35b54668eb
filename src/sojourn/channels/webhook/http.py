"""The provider ``http``: each message is a request to the URL of its template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from sojourn.channels.answers import asked_wait_s, is_temporary
from sojourn.channels.http import HEADER_NAME, HttpRefused, HttpReply, HttpRequest
from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.channels.singly import Singly
from sojourn.channels.timeout import Timeout
from sojourn.channels.webhook.signature import key_of, signed_headers
from sojourn.model.external import Secret, SecretText

BODILESS: Final = ("GET", "DELETE")
OURS: Final = ("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer")
"""Headers that say how a request travels; a template has no say in them."""


class WebhookSettings(Settings):
    """Settings of the provider ``http``."""

    secret: SecretText | None = Field(
        None,
        description="Signs each request (HMAC-SHA256, Standard Webhooks): 16 bytes or more, or `whsec_` and base64.",
    )
    secret_headers: dict[Annotated[str, Field(pattern=HEADER_NAME.pattern)], SecretText] = Field(
        default_factory=dict, description="Headers of each request that nobody may see, such as `Authorization`."
    )
    hosts: list[str] | None = Field(
        None, min_length=1, description="Hosts that URLs may have; any if left out. A secret goes to these only."
    )
    timeout: Timeout = Field(timedelta(seconds=10), description="How long an answer may take, at most 2 minutes.")
    connections: int = Field(10, ge=1, le=100, description="Requests at once.")

    @field_validator("secret")
    @classmethod
    def _is_long(cls, secret: Secret | None) -> Secret | None:
        if secret is not None and secret.value is not None:
            key_of(secret.value)
        return secret


class WebhookProvider(Singly):
    """Send webhooks.

    Any answer below 300 means that the message is there. 408, 425, 429, all from 500 on and no answer at all are tried
    again, with the same ``webhook-id``; a URL is a message's own, so others do not wait for it. Redirects are not
    followed: together with every other answer they fail the message.
    """

    settings_model = WebhookSettings
    alone = True

    def __init__(self, settings: WebhookSettings, surroundings: Surroundings) -> None:
        super().__init__(surroundings.open_http(), settings.connections)
        self._timeout_s = settings.timeout.total_seconds()
        self._hosts = {host.lower() for host in settings.hosts} if settings.hosts else None
        self._key = key_of(surroundings.vault.reveal(settings.secret)) if settings.secret else None
        self._secret_headers = surroundings.vault.reveal_all(settings.secret_headers)
        self._now = surroundings.now

    async def send_one(self, message: Outgoing) -> Receipt:
        """Make the request of a message."""
        return _receipt(await self.http.send(self._request(message)))

    def _request(self, message: Outgoing) -> HttpRequest:
        fields = message.fields
        url = str(fields.get("url") or "").strip()
        self._check_host(url)
        text = fields.get("body")
        method = fields.get("method") or ("POST" if text is not None or "method" not in fields else "GET")
        body = str(text).encode() if text is not None else None
        headers = _headers(fields.get("headers") or {})
        if body is not None and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = _content_type(body)
        if body is None and method not in BODILESS:
            body = b""
        headers |= self._secret_headers
        headers |= self._signature(message, body or b"")
        return HttpRequest(method, url, headers, body, self._timeout_s)

    def _check_host(self, url: str) -> None:
        """Keep a URL that data has led astray from getting what is meant for another host."""
        if self._hosts is None:
            return
        try:
            host = urlsplit(url).hostname
        except ValueError:
            host = None
        if host not in self._hosts:
            raise HttpRefused(f"the host `{host}` is not one of the channel's `hosts`")

    def _signature(self, message: Outgoing, body: bytes) -> dict[str, str]:
        if self._key is None:
            return {"webhook-id": message.key}
        return signed_headers(self._key, message.key, self._now(), body)


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    for name in given:
        if not HEADER_NAME.fullmatch(name) or name.lower() in OURS or name.lower().startswith("webhook-"):
            raise HttpRefused(f"a template cannot set the header `{name[:40]}`")
    return {name: str(text).strip() for name, text in given.items()}


def _content_type(body: bytes) -> str:
    return "application/json" if body.lstrip()[:1] in (b"{", b"[") else "text/plain; charset=utf-8"


def _receipt(reply: HttpReply) -> Receipt:
    reason = f"answered {reply.code}"
    if reply.code < 300:
        return Sent({"code": reply.code})
    if is_temporary(reply.code):
        return Retry(reason, asked_wait_s(reply), attempted=True)
    return Failed(reason if reply.code >= 400 else f"{reason}: redirects are not followed")


PROVIDER = WebhookProvider
