"""Reads one mail: a delivery report (RFC 3464), a complaint (ARF, RFC 5965), or something like them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final, Literal

from flufl.bounce import all_failures

from sojourn.channels.email.bounce_verdict import Verdict, says_why, verdict_of, verdict_of_text

Kind = Verdict | Literal["complained"]
MOST_BYTES: Final = 10_000_000
_ENDS = re.compile(rb"\r\n|\r|\n")
_KEY = re.compile(r"\+(\d{1,18}\.[0-9a-f]{16})@", flags=re.IGNORECASE)
_ID = re.compile(r"^(?:message-id|x-original-message-id)\s*:\s*<([^<>\s]+)>", flags=re.IGNORECASE | re.MULTILINE)
_FAILED: Final = ("failed", "failure", "fail")
_OTHER: Final = ("delayed", "delivered", "relayed", "expanded")
_ENVELOPE: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
_LONGEST = 4_000
_NAMED = re.compile(r"^\s*([^<>\s:@]+@[^<>\s:]+): |<([^<>\s@]+@[^<>\s@]+)>(?:\.\.\.|:| )\s*.*[45]\d\d\b")
_TYPE = re.compile(r"^\s*[A-Za-z0-9.-]{1,40}\s*;")
_TAG = re.compile(r"<(?:/?[a-z]+[^<>@]{0,200}|!--.{0,200}?--)>", flags=re.IGNORECASE | re.DOTALL)
_BACK = re.compile(
    r"^(?:[-= *>#]*.{0,30}\b(?:original (?:message|mail)|returned (?:message|mail)|copy of (?:the|your) message|"
    r"headers? of|below this line|message headers?|unsent message)\b.{0,60}|(?:return-path|received): .{0,200})$",
    flags=re.M | re.I,
)
"""Where the mail that is sent back begins."""
_SYSTEM = re.compile(
    r"(mailer.?daemon|post.?master|mail.?delivery|mail.?administrator|mail.?router|bounce|mmdf|mail.?system|mailadmin)",
    re.I,
)
_FAILURE = re.compile(
    r"(undeliver|delivery.{0,20}(fail|problem|error|status|report)|fail.{0,20}(deliver|notice|mail)"
    r"|returned (mail|to sender)|mail.{0,20}(error|failure|fail|undeliver)|could not be delivered|non.?deliver)",
    flags=re.I,
)
_DELAY = re.compile(
    r"(delayed 2|delivery has been delayed|delay reason:|notification: delayed|is only a temporary failure"
    r"|warning: (message|could not send)|\bdelay(ed)?\b.{0,30}(mail|message|delivery)|will (be|keep) (retr|try))",
    flags=re.I,
)
_ANSWER = re.compile(
    r"(auto.{0,8}(reply|response|antwort)|out of (the )?office|vacation|away from|abwesen|自動|부재)", re.I
)
_COMPLAINT = re.compile(
    r"(complaint about (message|mail)|abuse report|is an email abuse report|reported as (spam|junk))", re.I
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail says of one recipient.

    Attributes
    ----------
    kind : str
        ``bounced`` (the address is gone), ``soft_bounced`` or ``complained``.
    recipient : str or None
        As the report names it.
    status : str or None
        The enhanced status code, such as ``5.1.1``.
    reason : str
        What the refusing system said, cut short.
    keys : tuple of str
        Keys of the messages that it is about, by the envelope's address and by ``Message-ID``; the first that was made
        here is meant.
    """

    kind: Kind
    recipient: str | None
    status: str | None
    reason: str
    keys: tuple[str, ...]


def read_reports(mail: bytes) -> list[Report]:
    """Return what a mail reports; nothing for an automatic answer, a delay, a delivery or any other mail."""
    text = _ENDS.sub(b"\n", mail[:MOST_BYTES])
    message = message_from_bytes(text)
    keys = tuple(_keys(message, text))
    complaint = next((part for part in message.walk() if part.get_content_type() == "message/feedback-report"), None)
    if complaint is not None:
        return _complaint(complaint, keys)
    statuses = list(_statuses(message))
    if statuses:
        return [report for block in statuses for report in _of_status(block, _text(message), keys)]
    if _is_answer(message) and not _is_from_system(message):
        return []
    return list(_unlike_standards(message, keys))


def _keys(message: Message, mail: bytes) -> Iterator[str]:
    for name in _ENVELOPE:
        for value in message.get_all(name, []):
            yield from (key.lower() for key in _KEY.findall(str(value)))
    text = mail.decode("latin-1")
    for id in dict.fromkeys(_ID.findall(text)):
        yield id.partition("@")[0]


def _complaint(part: Message, keys: tuple[str, ...]) -> list[Report]:
    fields = _fields(part)
    kind = fields.get("feedback-type", "abuse").strip().lower()
    if kind in ("not-spam", "auth-failure", "dmarc"):
        return []
    recipient = fields.get("original-rcpt-to") or fields.get("removal-recipient")
    return [Report("complained", _address(recipient), None, kind, keys)]


def _fields(part: Message) -> dict[str, str]:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else message_from_bytes(_bytes(part))
    return {name.lower(): str(value) for name, value in inner.items()} if isinstance(inner, Message) else {}


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else str(part.get_payload()).encode("utf-8", "replace")


def _statuses(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message) and _is_recipient(block))


def _is_recipient(block: Message) -> bool:
    return any(block[name] for name in ("final-recipient", "original-recipient", "action", "status"))


def _of_status(block: Message, text: str, keys: tuple[str, ...]) -> Iterator[Report]:
    action = str(block.get("action", "failed")).strip().lower().partition(" ")[0]
    if action in _OTHER:
        return
    status = str(block.get("status", "")).strip().partition(" ")[0] or None
    said = " ".join(_TYPE.sub("", str(block.get("diagnostic-code", ""))).split())
    recipient = _address(block.get("final-recipient") or block.get("original-recipient"))
    verdict = verdict_of(status, said) if len(said) >= 20 or not text else verdict_of_text(f"{status} {said}\n\n{text}")
    yield Report(verdict, recipient, status, (said or _line(text))[:300], keys)


def _address(field: object) -> str | None:
    text = str(field or "").rpartition(";")[2].strip().strip("<>")
    return text if "@" in text else None


def _is_answer(message: Message) -> bool:
    said = str(message.get("auto-submitted", "")).lower()
    return said.startswith("auto-replied") or any(message[name] for name in ("x-autoreply", "x-autorespond"))


def _unlike_standards(message: Message, keys: tuple[str, ...]) -> Iterator[Report]:
    """Yield what a mail says that is no report by the standards, but comes from a mail system."""
    text = _text(message)
    if _DELAY.search(f"{message.get('subject', '')} {text}"):
        return
    if _COMPLAINT.search(f"{message.get('subject', '')} {text[:600]}"):
        yield Report("complained", None, None, _line(text), keys)
        return
    names = _failed(message) or _refused(text)
    if not names and not (_is_from_system(message) and _is_failure(message, text)):
        return
    recipients: list[str | None] = [*names] or [None]
    for name in recipients:
        about = _about(text, name) if len(names) > 1 else text
        yield Report(verdict_of_text(about), name, None, _line(about), keys)


def _refused(text: str) -> list[str]:
    """Return the addresses that lines with a refusal begin with, or name in angle brackets."""
    found = [_NAMED.search(line) for line in text.splitlines()]
    return list(dict.fromkeys(match[1] or match[2] for match in found if match))[:20]


def _about(text: str, name: str | None) -> str:
    """Return the lines about one of several recipients, each with the one that follows; all, where none names it."""
    lines = text.splitlines()
    found = [f"{line} {after}" for line, after in zip(lines, [*lines[1:], ""], strict=True) if (name or "") in line]
    return "\n\n".join(found) if found and name else text


def _failed(message: Message) -> list[str]:
    """Return the addresses that flufl.bounce finds."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # its readers trust what they read; a mail that breaks one is judged by its words
        return []
    return sorted(_name(address) for address in permanent | temporary)


def _name(address: bytes | str) -> str:
    return address.decode("utf-8", "replace") if isinstance(address, bytes) else address


def _is_from_system(message: Message) -> bool:
    """Tell whether nobody answers to this mail: a mail system has written it."""
    if message["x-failed-recipients"] or str(message.get("return-path", "")).strip() == "<>":
        return True
    head = f"{message.get('from', '')} {message.get('sender', '')}"
    return bool(_SYSTEM.search(head) or _FAILURE.search(str(message.get("subject", ""))))


def _is_failure(message: Message, text: str) -> bool:
    """Tell whether a mail says that another one did not arrive; a holiday notice goes to the same address."""
    subject = str(message.get("subject", ""))
    if _ANSWER.search(subject):
        return False
    return bool(message["x-failed-recipients"] or _FAILURE.search(subject) or says_why(text))


def _text(message: Message) -> str:
    """Return the words for people, without the mail that is sent back."""
    for part in message.walk():
        if part.get_content_type() in ("text/plain", "text/html") and not part.is_multipart():
            found = _BACK.split(_decoded(part), maxsplit=1)[0].strip() or _decoded(part)
            if words := _TAG.sub(" ", found).strip():
                return words[:_LONGEST]
    bare = [part.get_payload() for part in message.walk() if isinstance(part.get_payload(), str)]
    return str(bare[0])[:_LONGEST] if bare else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:300]


def _decoded(part: Message) -> str:
    charset = (part.get_content_charset() or "utf-8").lower()
    try:
        return _bytes(part).decode(charset, "replace")
    except LookupError:
        return _bytes(part).decode("latin-1")
