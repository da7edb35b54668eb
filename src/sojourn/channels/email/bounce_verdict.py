"""Hard or soft: whether an address is gone, by the status codes and the words of the system that refused it."""

from __future__ import annotations

import re
from typing import Final, Literal

from sojourn.channels.email.bounce_phrases import BEFORE, FULL, NO_SUCH_ADDRESS, NOT_THE_ADDRESS

Verdict = Literal["bounced", "soft_bounced"]
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])[45]\d\d[ -](?=\D)")
_OURS: Final = frozenset({7, 8, 9})
"""Of the codes about addresses (RFC 3463, 3.2), those about the sender's."""
_VAGUE: Final = frozenset(
    {(0, 0), (1, 0), (1, 9), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (7, 1), (5, 4), (4, 1), (4, 4), (1, 4)}
)
"""Codes that systems give for want of a better one: the words decide."""
_MISUSED: Final = frozenset({(4, 4), (4, 6), (4, 7), (2, 1), (3, 2)})
"""Codes with which systems have said, in words, that an address is not there."""


def verdict_of(status: str | None, diagnostic: str) -> Verdict:
    """Judge one refusal.

    Parameters
    ----------
    status : str or None
        The enhanced status code that the report names.
    diagnostic : str
        What the refusing system said.

    Examples
    --------
    >>> verdict_of("5.1.1", "smtp; 550 5.1.1 <x@a.example>: User unknown"), verdict_of("5.2.2", "mailbox full")
    ('bounced', 'soft_bounced')
    """
    codes = [code for text in (diagnostic, status or "") for code in _codes(text)]
    if codes and all(code[0] == 4 for code in codes):
        # Some systems refuse unknown users for the time being, until the sender gives up.
        is_unknown = (4, 1, 1) in codes and NO_SUCH_ADDRESS.search(diagnostic)
        return "bounced" if is_unknown else "soft_bounced"
    precise = next((code for code in codes if code[1:] not in _VAGUE), None)
    if precise is not None and not (precise[1:] in _MISUSED and NO_SUCH_ADDRESS.search(diagnostic)):
        is_hard = precise[0] == 5 and precise[1] == 1 and precise[2] not in _OURS
        is_other = NOT_THE_ADDRESS.search(diagnostic) and not NO_SUCH_ADDRESS.search(diagnostic)
        return "bounced" if is_hard and not is_other and not FULL.search(diagnostic) else "soft_bounced"
    return _by_words(diagnostic) or "soft_bounced"


def verdict_of_text(text: str) -> Verdict:
    """Judge a mail in words for people: the first paragraph that says why decides."""
    for paragraph in re.split(r"\n\s*\n", text):
        said = " ".join(paragraph.split())
        if any(code[1:] not in _VAGUE for code in _codes(said)) or _by_words(said):
            return verdict_of(None, said)
    return "soft_bounced"


def says_why(text: str) -> bool:
    """Tell whether a mail in words for people gives a reason that a mail system gives."""
    said = " ".join(text.split())
    return bool(_codes(said) or _REPLY.search(said) or _by_words(said))


def _by_words(said: str) -> Verdict | None:
    if BEFORE.search(said) or NOT_THE_ADDRESS.search(said):
        return "soft_bounced"
    return "bounced" if NO_SUCH_ADDRESS.search(said) else None


def _codes(text: str) -> list[tuple[int, int, int]]:
    return [(int(a), int(b), int(c)) for a, b, c in _STATUS.findall(text)]
