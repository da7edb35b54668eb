"""What an SMTP reply says about a message: bounced for good, not now, refused, or nothing about it."""

from __future__ import annotations

import re

from sojourn.channels.email.bounce_verdict import verdict_of
from sojourn.channels.port import Bounced, Failed, Receipt, Retry, SoftBounced

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_SIGN_IN = frozenset({530, 534, 535, 538})
_NO_SUCH_ADDRESS = frozenset({521, 550, 551, 553, 556})


def _enhanced(text: str) -> tuple[int, int] | None:
    found = _ENHANCED.search(text[:200])
    return (int(found[2]), int(found[3])) if found else None


def after_sender(code: int, text: str) -> Receipt:
    """Read a refusal of ``MAIL FROM``: it is about us, not about the address."""
    reason = f"{code} {text}"[:300]
    return Retry(reason) if code < 500 or code in _SIGN_IN else Failed(reason)


def after_recipient(code: int, text: str) -> Receipt:
    """Read a refusal of ``RCPT TO``.

    References
    ----------
    RFC 5321, section 4.2.3; RFC 3463 (5.1.x: the address; 5.2.1 disabled, 5.2.2 full; 5.7.x: policy).
    """
    reason = f"{code} {text}"[:300]
    if code == 421:
        return Retry(reason)
    if code < 500:
        return SoftBounced(code, reason)
    match _enhanced(text):
        case (1, _):
            return Bounced(code, reason)
        case (2, 1):  # disabled, for now or for good: the words decide, as in a report that comes by mail
            return Bounced(code, reason) if verdict_of(None, text) == "bounced" else SoftBounced(code, reason)
        case (2, 2):
            return SoftBounced(code, reason)
        case (0, _) | None if code in _NO_SUCH_ADDRESS:
            return Bounced(code, reason)
        case (0, _) | None if code == 552:
            return SoftBounced(code, reason)
        case _:
            return Failed(reason)


def after_data(code: int, text: str) -> Receipt:
    """Read a refusal of the content, or of the message as a whole."""
    reason = f"{code} {text}"[:300]
    if code == 421:
        return Retry(reason)
    if code < 500:
        return SoftBounced(code, reason)
    match _enhanced(text):
        case (1, _):
            return Bounced(code, reason)
        case (2, 1):  # disabled, for now or for good: the words decide, as in a report that comes by mail
            return Bounced(code, reason) if verdict_of(None, text) == "bounced" else SoftBounced(code, reason)
        case (2, 2):
            return SoftBounced(code, reason)
        case _:
            return Failed(reason)
