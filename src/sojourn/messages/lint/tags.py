"""The tags of markup with Liquid in it, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from sojourn.messages.blocks import masked
from sojourn.messages.marks import LIQUID
from sojourn.messages.markup import MarkupReader

FILL: Final = "\ue000"
"""Stands for each character of Liquid: nobody writes it."""
_TAG: Final = re.compile(r"\{%-?\s*(\w+)")
_OPENS: Final = frozenset({"if", "unless", "case", "for", "tablerow", "comment", "raw", "capture"})
_TURNS: Final = frozenset({"else", "elsif", "when"})


@dataclass(frozen=True, slots=True)
class MarkupTag:
    """A start or end tag.

    Attributes
    ----------
    attributes : mapping
        Values by name, `FILL` in place of Liquid; None for an attribute without a value.
    start, end : int
        Characters of the text.
    """

    kind: Literal["start", "end", "empty"]
    name: str
    attributes: Mapping[str, str | None]
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end

    def value(self, name: str) -> str | None:
        """Return an attribute's value without blanks around it; None if it is not there."""
        return (self.attributes[name] or "").strip() if name in self.attributes else None


@lru_cache(maxsize=512)
def tags_of(text: str) -> tuple[MarkupTag, ...]:
    """Return the tags of a text, of each choice of Liquid those of the first branch only."""
    reader = _Reader(first_branches(masked(text)))
    reader.read(reader.text)
    return tuple(reader.tags)


def first_branches(text: str) -> str:
    """Return a text of the same length in which Liquid is filled in, and so is what other branches say."""
    out, at = [], 0
    for token, silent in _tokens(text):
        between = text[at : token.start()]
        out.append(FILL * len(between) if silent else between)
        out.append(FILL * len(token[0]))
        at = token.end()
    return "".join([*out, text[at:]])


def _tokens(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield Liquid's tokens, and whether what stands before each is of another branch than the first."""
    branches: list[int] = []
    for token in LIQUID.finditer(text):
        yield token, any(branch > 1 for branch in branches)
        found = _TAG.match(token[0])
        name = found[1] if found else ""
        if name in _OPENS:
            branches.append({"case": 0, "comment": 2, "raw": 2}.get(name, 1))
        elif name in _TURNS and branches:
            branches[-1] += 1
        elif name.startswith("end") and branches:
            branches.pop()


class _Reader(MarkupReader):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.tags: list[MarkupTag] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add("start", tag, attrs, self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add("empty", tag, attrs, self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._add("end", tag, [], f"</{tag}>")

    def _add(
        self, kind: Literal["start", "end", "empty"], tag: str, attrs: list[tuple[str, str | None]], text: str
    ) -> None:
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        first = dict(reversed(attrs))
        self.tags.append(MarkupTag(kind, tag, first, start, start + len(text)))
