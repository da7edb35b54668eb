"""How explanations write sentences, instants, values and lists.

A sentence is an English text that knows what it is made of, so that `reports/speaking.py` can say it in another
language: what is written here stands in one place, and is translated as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final, Self

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
        return "null" if value is None else phrase("no longer known")
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return when(value) if value.tzinfo else str(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, default=str, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)


class Phrase(str):
    """A text made of a form and what is filled in.

    Attributes
    ----------
    form : str
        English words with `{}` for each part; its translation is found by it.
    parts : tuple of str
        What is filled in: values, or texts that are phrases themselves.
    """

    __slots__ = ("form", "parts")
    form: str
    parts: tuple[str, ...]

    def __new__(cls, form: str, parts: tuple[str, ...]) -> Self:
        """Fill the parts into the form."""
        made = super().__new__(cls, form.format(*parts))
        made.form, made.parts = form, parts
        return made

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, tuple[str, ...]]]:
        """Pickle it with its parts."""
        return type(self), (self.form, self.parts)

    def __add__(self, other: str) -> Phrase:
        """Put a text behind it."""
        return phrase("{}{}", self, other) if other else self

    def __radd__(self, other: str) -> Phrase:
        """Put a text before it."""
        return phrase("{}{}", other, self) if other else self


class Sentence(Phrase):
    """A whole sentence: with a capital at its beginning and a full stop."""

    __slots__ = ()

    def __new__(cls, form: str, parts: tuple[str, ...]) -> Self:
        """Finish the text that is its only part."""
        made = str.__new__(cls, finished(form.format(*parts)))
        made.form, made.parts = form, parts
        return made


def phrase(form: str, *parts: object) -> Phrase:
    """Return a text made of a form and its parts.

    >>> phrase("{} is {}", "profile.city", "'Boston'")
    "profile.city is 'Boston'"
    """
    return Phrase(form, tuple(part if isinstance(part, str) else str(part) for part in parts))


def joined(parts: Iterable[str], between: str) -> str:
    """Put something between texts that are sentences of their own.

    >>> joined(["a", "b"], "; ")
    'a; b'
    """
    texts = list(parts)
    return phrase(between.join(["{}"] * len(texts)), *texts) if texts else ""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as in a sentence.

    >>> listed(["a", "b", "c"], "or")
    'a, b or c'
    """
    *most, end = list(words) or [""]
    return phrase("{} or {}" if last == "or" else "{} and {}", joined(most, ", "), end) if most else end


def plural(count: int, word: str) -> Phrase:
    """Write a count with its word.

    >>> plural(1, "event"), plural(2, "event")
    ('1 event', '2 events')
    """
    return phrase(f"{{}} {word}" if count == 1 else f"{{}} {word}s", f"{count:,}")


def sentence(text: str) -> Sentence:
    """Begin with a capital and end with a full stop.

    >>> sentence("ann is not in it")
    'Ann is not in it.'
    """
    return Sentence("{}", (text,))


def finished(text: str) -> str:
    """Return a text with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
