"""Read a received e-mail: what a customer can do with it."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Final

HREF: Final = re.compile(r"""<a\b[^>]*?\bhref=["']([^"']+)["'][^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
IMAGE: Final = re.compile(r"""<img\b[^>]*?\bsrc=["']([^"']+)["']""", re.IGNORECASE)
ANGLED: Final = re.compile(r"<(https?://[^>]+)>")


@dataclass(frozen=True)
class Letter:
    """A delivered e-mail, as far as the model of the customers needs it.

    Attributes
    ----------
    recipient, subject, message_id
        From the headers.
    pixel, link, unsubscribe
        Addresses found in it: the last image, the first link, the one-click address of ``List-Unsubscribe``.
    """

    recipient: str
    subject: str
    message_id: str
    pixel: str | None
    link: str | None
    unsubscribe: str | None


def read_letter(recipient: str, content: bytes) -> Letter:
    """Take the parts of an e-mail that a customer can react to.

    Parameters
    ----------
    recipient
        The address that the server named in ``RCPT TO``.
    content
        The whole message as it came over the wire.
    """
    mail = message_from_bytes(content, policy=policy.default)
    html = _html(mail)
    images, links = IMAGE.findall(html), HREF.findall(html)
    return Letter(
        recipient=recipient,
        subject=str(mail["Subject"] or ""),
        message_id=str(mail["Message-ID"] or ""),
        pixel=unescape(images[-1]) if images else None,
        link=unescape(links[0][0]) if links else None,
        unsubscribe=_one_click(mail),
    )


def _html(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("html",))
    return str(body.get_content()) if body is not None else ""


def _one_click(mail: EmailMessage) -> str | None:
    """Find the address of RFC 8058: it counts only beside ``List-Unsubscribe-Post``."""
    if "one-click" not in str(mail["List-Unsubscribe-Post"] or "").lower():
        return None
    found = ANGLED.search(str(mail["List-Unsubscribe"] or ""))
    return found[1] if found else None
