"""What answers over HTTP, and their absence, mean for a message."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Final

from sojourn.channels.http import HttpFailed, HttpRefused, HttpReply
from sojourn.channels.port import Failed, Receipt, Retry

ASKS_TO_WAIT: Final = (408, 425, 429)
"""Codes below 500 after which the same request may go better later."""
LONGEST_WAIT_S: Final = 3_600.0
"""Nobody is waited for longer than this before the next try."""


def not_sent(error: HttpRefused | HttpFailed, *, alone: bool = False) -> Receipt:
    """Return the receipt of a message whose request had no answer.

    Parameters
    ----------
    alone : bool
        The address is this message's own: what is wrong with it says nothing about other messages, which go on. An
        address of the channel's that is refused makes the channel wait until the documents are right.
    """
    if isinstance(error, HttpRefused):
        return Failed(str(error)) if alone else Retry(str(error))
    return Retry(str(error), attempted=alone or error.attempted)


def is_temporary(code: int) -> bool:
    """Tell whether an answer asks to come again."""
    return code >= 500 or code in ASKS_TO_WAIT


def asked_wait_s(reply: HttpReply) -> float | None:
    """Return the seconds of ``Retry-After``, a number or a date, an hour at most; None where it does not say.

    >>> asked_wait_s(HttpReply(429, {"retry-after": "7"}, b""))
    7.0
    """
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT_S) or None
    try:
        asked_s = (parsedate_to_datetime(text) - parsedate_to_datetime(reply.headers["date"])).total_seconds()
    except (ValueError, TypeError, KeyError):
        return None
    return min(asked_s, LONGEST_WAIT_S) if asked_s > 0 else None
