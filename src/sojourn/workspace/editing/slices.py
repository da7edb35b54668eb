"""Where each document of a file begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.events import DocumentStartEvent, Event

_MARKER = re.compile(r"---[ \t]*(?:#[^\n]*)?(?:\r?\n|$)")


@dataclass(frozen=True, slots=True)
class Slice:
    """One document of a text.

    Attributes
    ----------
    line : int
        Where its value begins, from 1, as `RawDocument.positions` has it.
    start, end : int
        Its characters; the slices of a text are the whole text.
    body : int
        Where it begins behind the line that divides it from the one before.
    """

    line: int
    start: int
    body: int
    end: int


def slices(text: str) -> list[Slice]:
    r"""Return the documents of a YAML text, empty ones included, in order.

    Raises
    ------
    ruamel.yaml.error.YAMLError
        Some of it cannot be read.

    Examples
    --------
    >>> [text[s.body : s.end] for text in ["a: 1\n---\nb: 2\n"] for s in slices(text)]
    ['a: 1\n', 'b: 2\n']
    """
    found = list(_beginnings(text))
    starts = [0, *(start for start, _ in found[1:])] if found else []
    ends = [*starts[1:], len(text)] if found else []
    return [
        Slice(line, start, _body(text, start, end), end)
        for start, end, (_, line) in zip(starts, ends, found, strict=True)
    ]


def _beginnings(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each document begins, and the line of its value."""
    start: Event | None = None
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, DocumentStartEvent):
            start = event
        elif start is not None:
            yield start.start_mark.index, event.start_mark.line + 1
            start = None


def _body(text: str, start: int, end: int) -> int:
    marker = _MARKER.match(text, start, end)
    return marker.end() if marker is not None else start
