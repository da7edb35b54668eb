"""Orders of rows, such as ``spend desc, email``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sojourn.model.expressions import Names, Place

_DIRECTION = re.compile(r"(?is)(.*?)\s+(asc|desc)")


class OrderBy(NamedTuple):
    """One term of an order."""

    expression: str
    descending: bool


def read_order(text: str) -> list[OrderBy]:
    """Read the terms; commas inside parentheses and quotes do not separate.

    Examples
    --------
    >>> read_order("round(spend, 1) desc, email")
    [OrderBy(expression='round(spend, 1)', descending=True), OrderBy(expression='email', descending=False)]
    """
    terms = []
    for part in _parts(text):
        match = _DIRECTION.fullmatch(part.strip())
        if match is None:
            terms.append(OrderBy(part.strip(), False))
        else:
            terms.append(OrderBy(match[1].strip(), match[2].lower() == "desc"))
    return terms


def _parts(text: str) -> Iterable[str]:
    depth, quote, start = 0, "", 0
    for i, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            yield text[start:i]
            start = i + 1
    yield text[start:]


def order_places(path: str, text: str | None, names: Names) -> Iterable[Place]:
    """Return the expressions of an order; several share its path."""
    for i, term in enumerate(read_order(text) if text is not None else ()):
        yield Place(path if i == 0 else f"{path}[{i}]", term.expression, names, condition=False)
