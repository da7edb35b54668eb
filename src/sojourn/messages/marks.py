"""Liquid that stands aside as marks, while what is around it is read as markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LIQUID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
MARK: Final = re.compile(r"lq(\d+)ql")
"""A mark is text, a name and a value: whatever may stand in a place, it may."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks.

    Attributes
    ----------
    text : str
        The text, with a mark for each token.
    tokens : list of str
        Liquid's tags and outputs, by the numbers of their marks.
    """

    text: str
    tokens: list[str]

    def restored(self, text: str) -> str:
        """Return a text with the tokens in the places of their marks."""
        return MARK.sub(lambda mark: self.tokens[int(mark[1])], text)


def marked(source: str, *, joins: bool = False) -> Marked:
    """Return a text whose Liquid is marked; where it `joins`, equal outputs have one mark.

    Examples
    --------
    >>> marked("<p>{{ a }} {{ a }}</p>").text, marked("<p>{{ a }} {{ a }}</p>", joins=True).text
    ('<p>lq0ql lq1ql</p>', '<p>lq0ql lq0ql</p>')
    """
    tokens: list[str] = []
    known: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        token = found.group()
        number = known.setdefault(token, len(tokens)) if joins and token.startswith("{{") else len(tokens)
        if number == len(tokens):
            tokens.append(token)
        return f"lq{number}ql"

    return Marked(LIQUID.sub(mark, source), tokens)


def numbers_in(text: str) -> list[int]:
    """Return the numbers of the marks in a text, in their order."""
    return [int(number) for number in MARK.findall(text)]
