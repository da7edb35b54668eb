"""How explanations write instants, values and lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

NOT_KEPT: Final = object()
"""In place of a value of then that nobody knows any more."""


def when(at: datetime) -> str:
    """Write an instant for people, in UTC.

    >>> when(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '2026-03-02 09:00 UTC'
    """
    exact = at.astimezone(UTC)
    return exact.strftime("%Y-%m-%d %H:%M" if not exact.second else "%Y-%m-%d %H:%M:%S") + " UTC"


def shown(value: object) -> str:
    """Write a value as one would in an expression.

    >>> shown("Boston"), shown(None), shown(True), shown(2)
    ("'Boston'", 'null', 'true', '2')
    """
    if value is None or value is NOT_KEPT:
        return "null" if value is None else "no longer known"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return when(value) if value.tzinfo else str(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as in a sentence.

    >>> listed(["a", "b", "c"], "or")
    'a, b or c'
    """
    *most, end = list(words) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def plural(count: int, word: str) -> str:
    """Write a count with its word.

    >>> plural(1, "event"), plural(2, "event")
    ('1 event', '2 events')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop.

    >>> sentence("ann is not in it")
    'Ann is not in it.'
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
