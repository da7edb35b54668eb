"""A map or list in brackets with other content."""

from __future__ import annotations

from typing import Any

from sojourn.workspace.editing.alignment import align, same
from sojourn.workspace.editing.emission import Manner, in_brackets, pair
from sojourn.workspace.editing.scalars import inline
from sojourn.workspace.editing.tree import Entry, Node


def rewrite_brackets(text: str, node: Node, new: Any, manner: Manner) -> str:
    """Return the text of a map or list in brackets with other content of its kind, neither empty."""
    if node.kind == "map":
        old = {entry.key: i for i, entry in enumerate(node.entries)}
        order = [*(str(entry.key) for entry in node.entries if entry.key in new)]
        for place, key in enumerate(new):
            if key not in old:
                before = list(new)[place - 1] if place else None
                order.insert(order.index(before) + 1 if before in order else 0, key)
        kept = [old.get(key) for key in order]
        fresh = [pair(key, new[key], manner) if key not in old else "" for key in order]
        values = [new[key] for key in order]
    else:
        kept = align(node.value, new)
        fresh = [in_brackets(value, manner) if index is None else "" for value, index in zip(new, kept, strict=True)]
        values = list(new)
    bodies = [
        _body(text, node.entries[index], value, manner) if index is not None else made
        for index, value, made in zip(kept, values, fresh, strict=True)
    ]
    return _joined(text, node, kept, bodies)


def _body(text: str, entry: Entry, new: Any, manner: Manner) -> str:
    """Return an entry with another value, without what stands around it."""
    node = entry.node
    end = max(node.end, entry.mark)
    if same(node.value, new):
        return text[entry.begin : end]
    goes_on = isinstance(new, dict) if node.kind == "map" else node.kind == "list" and isinstance(new, list)
    if goes_on and new and node.entries:
        return text[entry.begin : node.start] + rewrite_brackets(text, node, new, manner)
    gap = "" if node.start > entry.mark or entry.key is None else " "
    if isinstance(new, dict | list):
        return text[entry.begin : node.start] + gap + in_brackets(new, manner)
    style = node.style if node.style in ('"', "'") else ""
    return text[entry.begin : node.start] + gap + inline(new, flow=True, style=style, as_json=manner.as_json)


def _joined(text: str, node: Node, kept: list[int | None], bodies: list[str]) -> str:
    """Put entries together; what stands behind one that is still followed by the same one stays as it is."""
    entries = node.entries
    ends = [max(entry.node.end, entry.mark) for entry in entries]
    opening = text[node.start : entries[0].begin]
    closing = text[ends[-1] : node.end]
    gaps = [text[ends[i] : entries[i + 1].begin] for i in range(len(entries) - 1)]
    if kept == list(range(len(entries))):
        return opening + "".join(body + gap for body, gap in zip(bodies, [*gaps, closing], strict=True))
    usual = next((gap for gap in gaps if "#" not in gap), _first_gap(opening))
    notes = [_note(gap) for gap in gaps] + [_note(closing[:-1])]
    written = opening
    for i, (index, body) in enumerate(zip(kept, bodies, strict=True)):
        is_last = i + 1 == len(bodies)
        note = notes[index] if index is not None else ""
        follows = not is_last and index is not None and index + 1 < len(entries) and kept[i + 1] == index + 1
        if follows and index is not None:
            written += body + gaps[index]
        elif is_last and index == len(entries) - 1:
            written += body + closing
        elif is_last:
            written += body + (note + closing[-1] if note or notes[-1] else closing)
        else:
            written += body + (f",{note}" if note else usual)
    return written


def _first_gap(opening: str) -> str:
    space = opening[1:]
    return f",{space}" if "\n" in space and "#" not in space else ", "


def _note(gap: str) -> str:
    """Return the comments between two entries with the white space around them, empty when there are none."""
    return gap.replace(",", "", 1) if "#" in gap else ""
