"""How a call of a system outside ended: an HTTP code, or a word where there is none."""

from __future__ import annotations

from typing import Final, Literal, get_args

CallWord = Literal["timed_out", "capped", "failed"]
CALL_WORDS: tuple[CallWord, ...] = get_args(CallWord)
"""The words; the position of one, counted from 1, is its code in the store."""

SUCCESS: Final = range(200, 300)


def status_code(status: str) -> int:
    """Return the number under which a status is stored.

    >>> status_code("404"), status_code("capped")
    (404, 2)
    """
    return CALL_WORDS.index(status) + 1 if status in CALL_WORDS else int(status)


def status_text(code: int) -> str:
    """Return the status of a stored number.

    >>> status_text(404), status_text(2)
    ('404', 'capped')
    """
    return CALL_WORDS[code - 1] if code <= len(CALL_WORDS) else str(code)


def is_success(status: str) -> bool:
    """Tell whether a call ended well.

    >>> [is_success(status) for status in ("200", "299", "304", "timed_out")]
    [True, True, False, False]
    """
    return status not in CALL_WORDS and int(status) in SUCCESS
