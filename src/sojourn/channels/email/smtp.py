"""The provider ``smtp``: mail over pooled connections to an SMTP server."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from pydantic import AfterValidator, Field

from sojourn.channels.email.mime import AddressError, Mail, build, check_recipient, check_sender
from sojourn.channels.email.replies import after_data, after_recipient, after_sender
from sojourn.channels.port import Failed, Outgoing, Receipt, Retry, Sent, Settings, Surroundings
from sojourn.model.instants import Duration

_IDLE_S = 20.0


def _mailbox(text: str) -> str:
    check_sender(text)
    return text


Mailbox = Annotated[str, AfterValidator(_mailbox)]


class SmtpSettings(Settings):
    """Settings of the provider ``smtp``."""

    host: str = Field(min_length=1, description="Name or address of the server.")
    port: int = Field(587, ge=1, le=65_535)
    sender: Mailbox = Field(alias="from", description="The header From, such as `Shop <hi@example.com>`.")
    reply_to: Mailbox | None = None
    bounce_to: Mailbox | None = Field(None, description="Envelope sender; the address of `from` if left out.")
    tls: Literal["auto", "starttls", "implicit", "none"] = Field(
        "auto", description="`auto` upgrades with STARTTLS where the server offers it, `starttls` insists on it."
    )
    verify_certificate: bool = True
    username: str | None = None
    password: str | None = None
    password_env: str | None = Field(None, description="Environment variable that has the password.")
    connections: int = Field(4, ge=1, le=100, description="Connections at once.")
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
        self._domain = check_sender(settings.sender).rpartition("@")[2]
        self._idle: list[tuple[float, SMTP]] = []

    async def send(self, batch: Sequence[Outgoing]) -> list[Receipt]:
        """Send messages one after the other over one connection; when it breaks the rest is left for another call."""
        receipts: list[Receipt] = []
        client: SMTP | None = None
        for message in batch:
            try:
                client = client or await self._connection()
            except (SMTPException, OSError, ValueError) as error:
                receipts.append(Retry(_reason(error)))
                break
            receipts.append(await self._deliver(client, message))
            if isinstance(receipts[-1], Retry):
                client.close()
                break
            if not isinstance(receipts[-1], Sent):
                client = await self._reset(client)
        if client is not None and client.is_connected:
            self._idle.append((time.monotonic(), client))
        return receipts + [Retry("the connection broke before this message", 0.0)] * (len(batch) - len(receipts))

    async def close(self) -> None:
        """Close all connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _connection(self) -> SMTP:
        while self._idle:
            since, client = self._idle.pop()
            if client.is_connected and time.monotonic() - since < _IDLE_S and await _answers(client):
                return client
            client.close()
        return await self._connect()

    async def _connect(self) -> SMTP:
        chosen = self.settings
        client = SMTP(
            hostname=chosen.host,
            port=chosen.port,
            local_hostname=chosen.hello,
            timeout=chosen.timeout.total_seconds(),
            use_tls=chosen.tls == "implicit",
            start_tls={"auto": None, "starttls": True}.get(chosen.tls, False),
            validate_certs=chosen.verify_certificate,
            username=chosen.username,
            password=os.environ.get(chosen.password_env) if chosen.password_env else chosen.password,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client

    async def _deliver(self, client: SMTP, message: Outgoing) -> Receipt:
        try:
            to = check_recipient(message.to)
            content = self._content(message, to)
        except AddressError as error:
            return Failed(str(error))
        handing_over = False
        try:
            await client.mail(self._envelope)
            await client.rcpt(to)
            handing_over = True
            await client.data(content)
        except SMTPSenderRefused as refused:
            return after_sender(refused.code, refused.message)
        except SMTPRecipientRefused as refused:
            return after_recipient(refused.code, refused.message)
        except SMTPDataError as refused:
            return after_data(refused.code, refused.message)
        except (SMTPException, OSError) as error:
            return Retry(_reason(error), attempted=handing_over)
        return Sent()

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

    async def _reset(self, client: SMTP) -> SMTP | None:
        """Return the connection ready for the next message, or None if it is not usable any more."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()
            return None
        return client


async def _answers(client: SMTP) -> bool:
    """Tell whether a connection that was kept is still alive; servers close idle ones without a word."""
    try:
        await client.rset(timeout=5)
    except (SMTPException, OSError):
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"[:300]
    return (str(error) or type(error).__name__)[:300]


PROVIDER = SmtpProvider
