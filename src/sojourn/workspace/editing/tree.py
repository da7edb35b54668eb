"""A YAML text as nodes that know their characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sojourn.model.reader import read_scalar

Kind = Literal["scalar", "map", "list", "alias"]


@dataclass(slots=True)
class Node:
    """A value and where it stands.

    Attributes
    ----------
    value : object
        What the text means.
    start, end : int
        Its characters, an anchor before it included; of a value that is not written (``key:``) the place behind the
        colon. A block map or list ends behind its last entry's own characters.
    column : int
        Of the first key or dash of a block map or list.
    style : str
        Of a scalar: ``"``, ``'``, ``|``, ``>`` or empty.
    flow : bool
        Whether a map or list is written in brackets.
    anchored : bool
        Whether others may refer to it.
    lead : int
        Of a block: where the comments above its first entry begin; of one that begins behind a dash, its first entry.
    """

    kind: Kind
    value: Any
    start: int
    end: int
    column: int = 0
    style: str = ""
    flow: bool = False
    anchored: bool = False
    lead: int = 0
    entries: list[Entry] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Tell whether it is a map or list that goes over lines of its own."""
        return self.kind in ("map", "list") and not self.flow


@dataclass(slots=True)
class Entry:
    """An item of a list, or a key with its value.

    Attributes
    ----------
    begin : int
        Where its key or its dash is; in brackets, where the item is.
    mark : int
        Behind the colon or the dash.
    stop : int
        Of an entry of a block: behind its last line, with the comments that belong to it.
    """

    key: str | None
    begin: int
    mark: int
    node: Node
    stop: int = 0


def compose(text: str) -> Node | None:
    """Return the root of the first document of a text that can be read, None when it is empty."""
    events = (e for e in YAML(typ="safe", pure=True).parse(text) if isinstance(e, _OF_NODES))
    root = _Composer(text, events).node(next(events), -1)
    if root.is_block:
        _measure(text, root, len(text), root.start)
    return root if root.value is not None else None


_OF_NODES = (
    ScalarEvent, AliasEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent,
)  # fmt: skip


class _Composer:
    def __init__(self, text: str, events: Iterator[Event]) -> None:
        self.text = text
        self.events = events
        self.anchors: dict[str, Any] = {}

    def node(self, event: Any, unwritten_at: int) -> Node:
        """Return the node that begins with an event; `unwritten_at` is its place when no text stands for it."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, AliasEvent):
            return Node("alias", self.anchors[str(event.anchor)], start, end)
        if isinstance(event, ScalarEvent):
            found = self._scalar(event, start, end, unwritten_at)
        elif isinstance(event, MappingStartEvent):
            found = self._map(event, start)
        else:
            found = self._list(event, start)
        if event.anchor:
            self.anchors[str(event.anchor)] = found.value
        return found

    def _scalar(self, event: ScalarEvent, start: int, end: int, unwritten_at: int) -> Node:
        value, style = read_scalar(event), event.style or ""
        anchored = bool(event.anchor or event.tag)
        if start == end or (not event.value and not style and not anchored):
            start = end = unwritten_at if unwritten_at >= 0 else start
        if style in ("|", ">"):
            written = self.text[start:end]
            end = start + len(written.removesuffix("\n") if "+" in self._header(start) else written.rstrip("\n\r \t"))
        return Node("scalar", value, start, end, event.start_mark.column, style, anchored=anchored)

    def _header(self, start: int) -> str:
        return self.text[start : self.text.find("\n", start)]

    def _map(self, event: Any, start: int) -> Node:
        made = Node("map", {}, start, start, flow=bool(event.flow_style), anchored=bool(event.anchor or event.tag))
        while not isinstance(key := next(self.events), MappingEndEvent):
            begin, behind = key.start_mark.index, key.end_mark.index
            mark = self._colon(behind)
            name = key.value if isinstance(key, ScalarEvent) else ""
            entry = Entry(name, begin, mark, self.node(next(self.events), mark))
            made.entries.append(entry)
            made.value[name] = entry.node.value
            made.column = key.start_mark.column if len(made.entries) == 1 else made.column
        made.end = key.end_mark.index if made.flow else _last(made, start)
        return made

    def _colon(self, behind: int) -> int:
        """Return the place behind the colon of a key; of a key without one (``{a}``) that behind the key."""
        found = self.text.find(":", behind)
        return found + 1 if found >= 0 and not self.text[behind:found].strip() else behind

    def _list(self, event: Any, start: int) -> Node:
        made = Node("list", [], start, start, flow=bool(event.flow_style), anchored=bool(event.anchor or event.tag))
        behind = start
        while not isinstance(item := next(self.events), SequenceEndEvent):
            dash = self._dash(behind, item.start_mark.index) if not made.flow else item.start_mark.index
            mark = dash + (not made.flow)
            node = self.node(item, mark)
            entry = Entry(None, node.start if made.flow else dash, mark, node)
            made.entries.append(entry)
            made.value.append(node.value)
            behind = max(node.end, mark)
        made.end = item.end_mark.index if made.flow else _last(made, start)
        if made.entries and not made.flow:
            made.column = _column(self.text, made.entries[0].begin)
        return made

    def _dash(self, behind: int, item: int) -> int:
        """Return the place of the dash before an item: the first one that no comment has."""
        place = behind
        while place < item:
            found = self.text[place]
            if found == "#":
                place = self.text.find("\n", place)
            elif found == "-":
                return place
            place += 1
        return self.text.find("-", behind)


def _last(node: Node, start: int) -> int:
    return max((max(entry.mark, entry.node.end) for entry in node.entries), default=start)


def _column(text: str, index: int) -> int:
    return index - (text.rfind("\n", 0, index) + 1)


_BLANK = re.compile(r"^[ \t]*\n", re.MULTILINE)


def line_end(text: str, index: int) -> int:
    """Return the place behind the line that has a character."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _measure(text: str, node: Node, limit: int, behind: int) -> None:
    """Set where a block begins, with the comments above its first entry, and where each of its entries stops.

    An entry stops with its line, or behind comments below it that are indented deeper.
    """
    node.lead = _lead(text, node, behind)
    for i, entry in enumerate(node.entries):
        is_last = i + 1 == len(node.entries)
        own_limit = limit if is_last else text.rfind("\n", 0, node.entries[i + 1].begin) + 1
        if entry.node.is_block:
            _measure(text, entry.node, own_limit, entry.mark)
            stop = entry.node.entries[-1].stop
        else:
            stop = min(line_end(text, max(entry.node.end, entry.mark)), limit)
        entry.stop = _with_comments(text, stop, own_limit, node.column)


def _lead(text: str, node: Node, behind: int) -> int:
    """Return where the comments above the first entry begin; those before a blank line are about the whole."""
    begin = node.entries[0].begin
    line = text.rfind("\n", 0, begin) + 1
    if text[line:begin].strip():
        return begin
    place = min(line_end(text, behind), line)
    while place < line and (blank := _BLANK.search(text, place, line)):
        place = blank.end()
    return place


def _with_comments(text: str, stop: int, limit: int, column: int) -> int:
    """Return the place behind the comments from a line on that are indented deeper than a column."""
    place, taken = stop, stop
    while place < limit:
        end = min(line_end(text, place), limit)
        line = text[place:end]
        words = line.lstrip(" \t")
        if words.startswith("#"):
            if len(line) - len(words) <= column:
                break
            taken = end
        elif words.strip():
            break
        place = end
    return taken
