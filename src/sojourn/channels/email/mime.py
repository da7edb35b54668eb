"""Bytes of an e-mail: headers that nobody can inject into, and text beside HTML."""

from __future__ import annotations

import binascii
import re
from base64 import encodebytes
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

import idna
import msgspec

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,60}[\x21-\x7e])?")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
LONGEST_MAILBOX: Final = 500
"""Characters of a sender with its name: a header that is folded nowhere must fit its line."""
_LINE = "\r\n"
_CRLF = re.compile(rb"\r?\n")
_LONG_LINE = re.compile(r"[^\r\n]{900}")


class AddressError(ValueError):
    """An address that no mail can be sent to; the text says why."""


class Mail(msgspec.Struct, frozen=True):
    """The parts of one mail.

    Attributes
    ----------
    message_id : str
        Without angle brackets.
    sender : str
        The header ``From``, checked by `check_sender`.
    to : str
        The recipient's address, checked by `check_recipient`.
    subject, text, html : str
        Content; `html` may be None. Line breaks and controls in the subject become spaces.
    at : datetime
        For the header ``Date``.
    reply_to : str, optional
        Address or mailbox for answers.
    unsubscribe_url : str, optional
        For ``List-Unsubscribe`` with one click.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str | None
    at: datetime
    reply_to: str | None = None
    unsubscribe_url: str | None = None


def build(mail: Mail) -> bytes:
    """Return the mail with CRLF line ends, all of it ASCII.

    References
    ----------
    RFC 5322 (headers), RFC 2045-2047 (MIME), RFC 2369 and RFC 8058 (unsubscribing with one click).
    """
    head = [
        f"Message-ID: <{mail.message_id}>\r\n",
        f"Date: {_date(mail.at)}\r\n",
        _mailbox_header("From", mail.sender),
        f"To: {mail.to}\r\n",
        header("Subject", mail.subject),
    ]
    if mail.reply_to:
        head.append(_mailbox_header("Reply-To", mail.reply_to))
    if mail.unsubscribe_url:
        head.append(f"List-Unsubscribe: <{_CONTROL.sub('', mail.unsubscribe_url)}>\r\n")
        head.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    head.append("MIME-Version: 1.0\r\n")
    return "".join(head).encode("ascii") + _content(mail)


def _content(mail: Mail) -> bytes:
    plain = _part("plain", mail.text)
    if mail.html is None:
        return plain
    mark = f"=_{mail.message_id.partition('@')[0]}".encode()
    kind = b'Content-Type: multipart/alternative; boundary="' + mark + b'"\r\n\r\n'
    return b"".join(
        (
            kind,
            b"--",
            mark,
            b"\r\n",
            plain,
            b"\r\n--",
            mark,
            b"\r\n",
            _part("html", mail.html),
            b"\r\n--",
            mark,
            b"--\r\n",
        )
    )


def _part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    data = lines.encode("utf-8", "replace")
    coding, body = _coded(data, text)
    return f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode() + body


def _coded(data: bytes, text: str) -> tuple[str, bytes]:
    """Choose the encoding that reads best: as it is, quoted-printable for mostly ASCII, else base64."""
    if text.isascii() and not _LONG_LINE.search(text) and b"\0" not in data:
        return "7bit", data
    if len(data) - len(text) < len(data) // 5:
        return "quoted-printable", _CRLF.sub(b"\r\n", binascii.b2a_qp(data, istext=True))
    return "base64", encodebytes(data).replace(b"\n", b"\r\n")


def header(name: str, value: str) -> str:
    r"""Return a header line of free text, encoded and folded where needed (RFC 2047).

    Examples
    --------
    >>> header("Subject", "Hello\r\nBcc: x@a.example")
    'Subject: Hello Bcc: x@a.example\r\n'
    >>> header("Subject", "=?utf-8?q?=0D=0ABcc:_x@a.example?=")
    'Subject: =?utf-8?b?PT91dGYtOD9xPz0wRD0wQUJjYzpfeEBhLmV4YW1wbGU/PQ==?=\r\n'
    """
    flat = _CONTROL.sub(" ", value).strip()
    if flat.isascii() and "=?" not in flat:
        return f"{name}: {flat}\r\n" if _PLAIN_HEADER.fullmatch(flat) else _folded(name, flat)
    # What looks encoded is text, too: read as a header it might turn into line breaks.
    text = flat.encode("utf-8", "replace").decode()
    return f"{name}: {Header(text, 'utf-8', header_name=name).encode(linesep=_LINE)}{_LINE}"


@lru_cache(maxsize=256)
def _date(at: datetime) -> str:
    return format_datetime(at)


@lru_cache(maxsize=256)
def _mailbox_header(name: str, mailbox: str) -> str:
    return _folded(name, mailbox)


def _folded(name: str, value: str) -> str:
    return str(SMTP.header_factory(name, value).fold(policy=SMTP))


@lru_cache(maxsize=256)
def check_sender(mailbox: str) -> str:
    """Return the bare address of ``Name <a@b.example>`` or ``a@b.example``.

    Raises
    ------
    AddressError
        If it is not one mailbox with a domain, in ASCII but for the name.
    """
    if _CONTROL.search(mailbox):
        raise AddressError(f"`{mailbox!r}` has a control character")
    if len(mailbox) > LONGEST_MAILBOX:
        raise AddressError(f"it has more than {LONGEST_MAILBOX} characters")
    addresses = _parse(mailbox)
    if len(addresses) != 1 or not addresses[0].domain or not addresses[0].addr_spec.isascii():
        raise AddressError(f"`{mailbox}` is not one address; write it like `Shop <hi@example.com>`")
    return str(addresses[0].addr_spec)


def _parse(mailbox: str) -> tuple[Address, ...]:
    try:
        parsed = SMTP.header_factory("From", mailbox)
    except ValueError:  # an encoded word hides a line break
        return ()
    if parsed.defects or not isinstance(parsed, AddressHeader):
        return ()
    if any(group.display_name is not None for group in parsed.groups) or _CONTROL.search(str(parsed)):
        return ()
    return tuple(parsed.addresses)


def check_recipient(address: str | None) -> str:
    """Return an address as SMTP takes it, an international domain in its ASCII form.

    Raises
    ------
    AddressError
        If it is not one plain address, or its local part is not ASCII (RFC 6531 is not supported).

    References
    ----------
    RFC 5891 for the domain: `straße` is another name than `strasse`.
    """
    local, _, domain = (address or "").rpartition("@")
    try:
        plain = f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"
    except UnicodeError as error:  # which what `idna` raises is
        raise AddressError(f"`{address}` has no valid domain") from error
    if not _PLAIN_ADDRESS.fullmatch(plain):
        raise AddressError(f"`{address}` is not an address that mail can be sent to")
    return plain
