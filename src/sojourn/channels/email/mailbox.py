"""The mailbox that bounces come to, read over IMAP (RFC 3501, 9051)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from sojourn.channels.port import Settings
from sojourn.channels.timeout import Timeout
from sojourn.model.external import SecretText
from sojourn.model.instants import Duration
from sojourn.model.secrets import Vault

MOST_BYTES: Final = 10_000_000
"""Bytes of a mail that are fetched."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class MailboxFailed(Exception):
    """The mailbox cannot be read now; the text says why, without secrets."""


def _is_plain(text: str) -> str:
    if _CONTROL.search(text) or not text.isascii():
        raise ValueError("letters, digits and signs of ASCII only")
    return text


def _is_no_moment(value: timedelta) -> timedelta:
    if not timedelta(seconds=5) <= value <= timedelta(days=1):
        raise ValueError("between 5 seconds and a day")
    return value


Plain = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_is_plain)]


class BounceMailbox(Settings):
    """The mailbox that bounces and complaints come to: Sojourn reads it over IMAP."""

    host: Plain = Field(description="Name or address of the IMAP server.")
    port: int = Field(993, ge=1, le=65_535, description="Port of the server.")
    tls: Literal["implicit", "starttls", "none"] = Field("implicit", description="`none` sends the password readable.")
    verify_certificate: bool = Field(True, description="Whether the certificate must be good for `host`.")
    username: Plain = Field(description="Name to sign in with.")
    password: SecretText = Field(description="The password.")
    folder: Plain = Field("INBOX", description="The folder that is read.")
    every: Annotated[Duration, AfterValidator(_is_no_moment)] = Field(
        timedelta(minutes=1), description="How often it is looked into."
    )
    afterwards: Literal["keep", "delete"] = Field(
        "keep",
        description="Reports that were taken are kept and marked as read, or deleted; other mail is always kept.",
    )
    timeout: Timeout = Field(timedelta(seconds=30), description="How long the server may take for one answer.")


class OpenMailbox:
    """A folder that is open.

    Parameters
    ----------
    connection : imaplib.IMAP4
        Signed in, with the folder selected.
    """

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._imap = connection
        # What a server can is told anew to who has signed in.
        self._can_expunge = b"UIDPLUS" in b" ".join(_good(connection.capability())).upper().split()

    def unread(self) -> list[str]:
        """Return the UIDs of mails that nobody has read, the oldest first."""
        found = _good(self._imap.uid("SEARCH", "UNSEEN", "UNDELETED"))
        return sorted((uid.decode() for uid in (found[0] or b"").split()), key=int)

    def mail(self, uid: str) -> bytes | None:
        """Return a mail, which stays unread; None when it is gone."""
        for part in _good(self._imap.uid("FETCH", uid, f"(UID BODY.PEEK[]<0.{MOST_BYTES}>)")):
            if isinstance(part, tuple) and b"BODY[" in part[0]:  # what others changed meanwhile comes without a body
                return bytes(part[1])
        return None

    def mark(self, uids: Sequence[str], *flags: str) -> None:
        """Give mails flags."""
        if uids:
            _good(self._imap.uid("STORE", ",".join(uids), "+FLAGS.SILENT", f"({' '.join(flags)})"))

    def delete(self, uids: Sequence[str]) -> None:
        """Delete mails: these only, where the server can (UIDPLUS), else they are marked until somebody expunges."""
        self.mark(uids, r"\Seen", r"\Deleted")
        if uids and self._can_expunge:
            _good(self._imap.uid("EXPUNGE", ",".join(uids)))


@contextmanager
def open_mailbox(settings: BounceMailbox, vault: Vault) -> Iterator[OpenMailbox]:
    """Sign in to a mailbox and open its folder.

    Parameters
    ----------
    settings : BounceMailbox
        Where it is.
    vault : Vault
        Reveals the password.

    Raises
    ------
    MailboxFailed
        The server cannot be reached, refuses, or breaks off; also from inside the block.
    """
    connection: imaplib.IMAP4 | None = None
    try:
        connection = _connect(settings)
        _good(connection.login(_quoted(settings.username), _password(settings, vault)))
        _good(connection.select(_quoted(settings.folder)))
        yield OpenMailbox(connection)
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise MailboxFailed(_reason(error, settings)) from error
    finally:
        if connection is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()


def _connect(settings: BounceMailbox) -> imaplib.IMAP4:
    timeout_s = settings.timeout.total_seconds()
    context = ssl.create_default_context()
    if not settings.verify_certificate:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if settings.tls == "implicit":
        return imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=context, timeout=timeout_s)
    connection = imaplib.IMAP4(settings.host, settings.port, timeout=timeout_s)
    if settings.tls == "starttls":
        try:
            connection.starttls(context)
        except BaseException:
            connection.shutdown()
            raise
    return connection


def _password(settings: BounceMailbox, vault: Vault) -> str:
    found = vault.reveal(settings.password)
    if _CONTROL.search(found) or not found.isascii():
        raise ValueError("the password has letters that IMAP does not take")
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _good(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, told = answer
    if status != "OK":
        said = b" ".join(part for part in told if isinstance(part, bytes)).decode("utf-8", "replace")
        raise imaplib.IMAP4.error(said or status)
    return told


def _reason(error: Exception, settings: BounceMailbox) -> str:
    said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error) or type(error).__name__
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{settings.username} at {settings.host}:{settings.port}: {text}"[:300]
