"""A changed document written into its text: what did not change keeps its characters, comments included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn.workspace.editing.alignment import align, same
from sojourn.workspace.editing.brackets import rewrite_brackets
from sojourn.workspace.editing.emission import Manner, as_short, behind_dash, behind_key, in_brackets, key_text
from sojourn.workspace.editing.scalars import block, inline
from sojourn.workspace.editing.tree import Entry, Node

WIDE = 120
"""A new item is written in brackets as its neighbours are, if it then has so many characters at most."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One change of a text.

    Attributes
    ----------
    text : str
        As it is, composed already.
    """

    text: str
    manner: Manner

    def root(self, node: Node, new: Any) -> str:
        """Return the text with another document as its value."""
        start, stop = _span(node)
        return self.text[:start] + self.value(node, new) + self.text[stop:]

    def value(self, node: Node, new: Any) -> str:
        """Return the text of a map or list with new content: of a block from its `lead` to the last entry's `stop`."""
        if node.flow:
            return rewrite_brackets(self.text, node, new, self.manner)
        return self._map(node, new) if node.kind == "map" else self._list(node, new)

    # ---- entries of blocks -----------------------------------------------------------------------------------------

    def _map(self, node: Node, new: dict[str, Any]) -> str:
        old = {entry.key: i for i, entry in enumerate(node.entries)}
        order: list[str] = [str(entry.key) for entry in node.entries if entry.key in new]
        place = 0
        for key in new:
            if key in old:
                place = order.index(key) + 1
            else:
                order.insert(place, key)
                place += 1
        kept = [old.get(key) for key in order]
        bodies = [
            self._entry(node, node.entries[index], new[key]) if index is not None else self._new_pair(node, key, new)
            for key, index in zip(order, kept, strict=True)
        ]
        return self._joined(node, kept, bodies)

    def _list(self, node: Node, new: list[Any]) -> str:
        kept = align(node.value, new)
        bodies = [
            self._entry(node, node.entries[index], value) if index is not None else self._new_item(node, value)
            for value, index in zip(new, kept, strict=True)
        ]
        return self._joined(node, kept, bodies)

    def _new_pair(self, node: Node, key: str, new: dict[str, Any]) -> str:
        return f"{key_text(key, self.manner)}:{behind_key(new[key], node.column, self.manner)}\n"

    def _new_item(self, node: Node, value: Any) -> str:
        neighbours_in_brackets = all(entry.node.flow for entry in node.entries)
        if isinstance(value, dict | list) and neighbours_in_brackets:
            text = in_brackets(value, self.manner)
            if len(text) + node.column + 2 <= WIDE:
                return f"- {text}\n"
        return f"-{behind_dash(value, node.column, self.manner)}\n"

    def _joined(self, node: Node, kept: Sequence[int | None], bodies: Sequence[str]) -> str:
        """Put entries together, each with the comments that stood above it."""
        is_compact = node.lead == node.entries[0].begin and self._is_behind_dash(node)
        found, late = "", ""
        for i, (index, body) in enumerate(zip(kept, bodies, strict=True)):
            above = self._above(node, index) if index is not None else ""
            if i == 0 and is_compact:
                found, late = body, above
            else:
                found += late + above + " " * node.column + body
                late = ""
            if i + 1 < len(kept) and not found.endswith("\n"):
                found += "\n"
        return found + late

    def _above(self, node: Node, index: int) -> str:
        """Return the lines between an entry and the one before it."""
        begin = node.entries[index].begin
        line = self.text.rfind("\n", 0, begin) + 1
        return self.text[node.entries[index - 1].stop if index else node.lead : line]

    def _is_behind_dash(self, node: Node) -> bool:
        begin = node.entries[0].begin
        return bool(self.text[self.text.rfind("\n", 0, begin) + 1 : begin].strip())

    # ---- one entry -------------------------------------------------------------------------------------------------

    def _entry(self, parent: Node, entry: Entry, new: Any) -> str:
        """Return an entry with another value, up to its `stop`."""
        text, node = self.text, entry.node
        if same(node.value, new) and (node.kind != "alias" or not isinstance(new, dict | list)):
            return text[entry.begin : entry.stop]
        if _goes_on(node, new):
            start, stop = _span(node)
            return text[entry.begin : start] + self.value(node, new) + text[stop : entry.stop]
        if not node.is_block and (short := self._inline(node, new, parent.column)) is not None:
            gap = "" if node.start > entry.mark else " "
            return text[entry.begin : node.start] + gap + short + text[node.end : entry.stop]
        return self._anew(parent, entry, new)

    def _inline(self, node: Node, new: Any, column: int) -> str | None:
        """Return a value that goes where a scalar or brackets are."""
        if isinstance(new, dict | list):
            return as_short(new, self.manner) if not node.style or node.style in "\"'" else None
        if isinstance(new, str) and node.style in ("|", ">"):
            indent = self._indent_of(node, column)
            for style in (node.style, "|"):
                if (found := block(new, indent, style)) is not None:
                    return found
        if isinstance(new, str) and "\n" in new and node.style not in ('"', "'"):
            return None
        return inline(new, style=node.style if node.style in ('"', "'") else "", as_json=self.manner.as_json)

    def _indent_of(self, node: Node, column: int) -> int:
        for line in self.text[node.start : node.end].split("\n")[1:]:
            if line.strip():
                return len(line) - len(line.lstrip(" "))
        return column + 2

    def _anew(self, parent: Node, entry: Entry, new: Any) -> str:
        """Write a value of another shape; what stood at the end of its line, or below it, stays."""
        text, node = self.text, entry.node
        first = text.find("\n", entry.mark)
        first = first if 0 <= first < entry.stop else entry.stop
        if node.is_block:
            head = text[entry.mark : min(first, node.start)]
            comment = f" {head.strip()}" if head.strip().startswith("#") else ""
            rest = ""
        else:
            end = text.find("\n", max(node.end, entry.mark))
            end = end if 0 <= end < entry.stop else entry.stop
            comment = text[node.end : end].rstrip() if node.style not in ("|", ">") else ""
            rest = text[end : entry.stop].removeprefix("\n")
        write = behind_dash if entry.key is None else behind_key
        return text[entry.begin : entry.mark] + write(new, parent.column, self.manner, comment) + "\n" + rest


def _span(node: Node) -> tuple[int, int]:
    """Return the characters that `Merge.value` stands in for."""
    return (node.lead, node.entries[-1].stop) if node.is_block else (node.start, node.end)


def _goes_on(node: Node, new: Any) -> bool:
    """Tell whether a map stays a map, or a list a list, with something in it before and after."""
    is_same = isinstance(new, dict) if node.kind == "map" else node.kind == "list" and isinstance(new, list)
    return is_same and bool(new) and bool(node.entries)
