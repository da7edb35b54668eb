"""The provider ``smtp``: mail over pooled connections to an SMTP server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal, cast

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException
from pydantic import AfterValidator, Field

from sojourn.channels.email.dkim import Dkim, DkimSigner, sign
from sojourn.channels.email.mailbox import BounceMailbox
from sojourn.channels.email.mime import AddressError, Mail, build, check_recipient, check_sender
from sojourn.channels.email.session import Letter, Session
from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Settings, Surroundings
from sojourn.model.external import Secret, SecretText
from sojourn.model.instants import Duration
from sojourn.model.secrets import Vault

_IDLE_S = 20.0
_FRESH_S = 1.0


def _mailbox(text: str) -> str:
    check_sender(text)
    return text


Mailbox = Annotated[str, AfterValidator(_mailbox)]


class SmtpSettings(Settings):
    """Settings of the provider ``smtp``."""

    host: str = Field(min_length=1, description="Name or address of the server.")
    port: int = Field(587, ge=1, le=65_535, description="Port of the server.")
    sender: Mailbox = Field(alias="from", description="The header From, such as `Shop <hi@example.com>`.")
    reply_to: Mailbox | None = Field(None, description="Where answers go; to `from` if left out.")
    bounce_to: Mailbox | None = Field(None, description="Envelope sender; the address of `from` if left out.")
    verp: bool = Field(
        False, description="Whether the envelope's sender names the message, so that bounces do: `name+KEY@domain`."
    )
    bounces: BounceMailbox | None = Field(
        None, description="The mailbox that bounces come to, read over IMAP; none: they are read in another way."
    )
    dkim: list[Dkim] = Field(default_factory=list, max_length=4, description="Keys that each mail is signed with.")
    tls: Literal["auto", "starttls", "implicit", "none"] = Field(
        "auto", description="`auto` upgrades with STARTTLS where the server offers it, `starttls` insists on it."
    )
    verify_certificate: bool = Field(True, description="Whether the certificate must be good for `host`.")
    username: str | None = Field(None, description="Name to sign in with; nobody signs in if left out.")
    password: SecretText | None = Field(None, description="The password.")
    password_env: str | None = Field(None, description="The same as `password: {env: NAME}`.")
    connections: int = Field(10, ge=1, le=100, description="Connections at once.")
    timeout: Duration = Field(timedelta(seconds=30), description="How long the server may take for one answer.")
    hello: str | None = Field(None, description="Name in EHLO; this machine's name if left out.")


class SmtpProvider:
    """Send e-mail through one SMTP server.

    A connection serves many messages and is kept for 20 s. A message counts as sent when the server has accepted
    its content; one whose answer got lost is sent again with the same ``Message-ID``.
    """

    settings_model = SmtpSettings

    def __init__(self, settings: SmtpSettings, surroundings: Surroundings) -> None:
        self.settings = settings
        self.parallel = settings.connections
        self._envelope = check_sender(settings.bounce_to or settings.sender)
        self._signers = [DkimSigner(key, surroundings.vault) for key in settings.dkim]
        self._domain = check_sender(settings.sender).rpartition("@")[2]
        self._password = _password(settings, surroundings.vault)
        self._idle: list[tuple[float, Session]] = []

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Send messages one after the other over one connection; when it breaks the rest is left for another call."""
        letters = [self._letter(message) for message in batch]
        ready = [letter for letter in letters if isinstance(letter, Letter)]
        sent = iter(await self._send(ready) if ready else [])
        rest = Retry("the connection broke before this message", 0.0)
        return [next(sent, rest) if isinstance(letter, Letter) else letter for letter in letters]

    async def close(self) -> None:
        """Close all connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _send(self, letters: Sequence[Letter]) -> list[Receipt]:
        try:
            session = await self._session()
        except (SMTPException, OSError, ValueError) as error:
            return [Retry(_reason(error))]
        try:
            receipts = await session.send(letters)
        except BaseException:
            session.close()
            raise
        if isinstance(receipts[-1], Retry) or not session.is_open:
            session.close()
        else:
            self._idle.append((time.monotonic(), session))
        return receipts

    async def _session(self) -> Session:
        """Return the connection used last, if it still answers, else a new one."""
        while self._idle:
            since, session = self._idle.pop()
            idle_s = time.monotonic() - since
            if session.is_open and (idle_s < _FRESH_S or (idle_s < _IDLE_S and await session.is_alive())):
                return session
            session.close()
        return await self._connect()

    async def _connect(self) -> Session:
        client = self._client()
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except BaseException:
            client.close()
            raise
        pipelining = client.supports_extension("pipelining")
        transport = cast("asyncio.WriteTransport", client.transport)
        return Session(transport, pipelining=pipelining, timeout_s=self.settings.timeout.total_seconds())

    def _client(self) -> SMTP:
        chosen = self.settings
        return SMTP(
            hostname=chosen.host,
            port=chosen.port,
            local_hostname=chosen.hello,
            timeout=chosen.timeout.total_seconds(),
            use_tls=chosen.tls == "implicit",
            start_tls={"auto": None, "starttls": True}.get(chosen.tls, False),
            validate_certs=chosen.verify_certificate,
            username=chosen.username,
            password=self._password,
        )

    def _letter(self, message: Outgoing) -> Letter | Failed:
        try:
            to = check_recipient(message.to)
        except AddressError as error:
            return Failed(str(error))
        return Letter(self._sender(message), to, sign(self._content(message, to), self._signers))

    def _sender(self, message: Outgoing) -> str:
        if not self.settings.verp:
            return self._envelope
        name, _, domain = self._envelope.rpartition("@")
        return f"{name}+{message.key}@{domain}"

    def _content(self, message: Outgoing, to: str) -> bytes:
        fields = message.fields
        return build(
            Mail(
                message_id=f"{message.key}@{self._domain}",
                sender=self.settings.sender,
                to=to,
                subject=fields.get("subject") or "",
                text=fields.get("text") or "",
                html=fields.get("html"),
                at=message.at,
                reply_to=self.settings.reply_to,
                unsubscribe_url=message.unsubscribe_url,
            )
        )


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"[:300]
    return (str(error) or type(error).__name__)[:300]


PROVIDER = SmtpProvider


def _password(settings: SmtpSettings, vault: Vault) -> str | None:
    given = Secret(env=settings.password_env) if settings.password_env else settings.password
    return None if given is None else vault.reveal(given)
