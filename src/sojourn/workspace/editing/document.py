"""The text of one document with other values in it: comments, order, quotes and blank lines stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import AliasEvent, NodeEvent

from sojourn.model.errors import Problem
from sojourn.model.reader import read_text
from sojourn.workspace.editing.alignment import same
from sojourn.workspace.editing.emission import Manner, in_brackets, lines
from sojourn.workspace.editing.merge import Merge
from sojourn.workspace.editing.scalars import LONGEST_INTEGER
from sojourn.workspace.editing.tree import Entry, Node, compose

_ANCHOR = re.compile(r"&\S+[ \t]*")
LONGEST_KEY = 1_000


def write_document(new: Mapping[str, Any], *, as_json: bool = False) -> str:
    """Return a new document as text, one line a field; values that are short are within brackets."""
    manner = Manner(as_json=as_json)
    return f"{in_brackets(dict(new), manner) if as_json else lines(dict(new), 0, manner)}\n"


def rewrite(text: str, new: Mapping[str, Any], *, as_json: bool = False) -> str:
    """Return the text of a document with other values.

    Parameters
    ----------
    text : str
        YAML or JSON of one document, which can be read.
    new : mapping
        Values as JSON has them.
    as_json : bool
        Whether it must stay JSON.

    Returns
    -------
    str
        Reads back as exactly `new`; where a value did not change its characters did not either.
    """
    if "\r\n" in text and "\n" not in text.replace("\r\n", ""):
        return rewrite(text.replace("\r\n", "\n"), new, as_json=as_json).replace("\n", "\r\n")
    body = dict(new)
    for attempt in _attempts(text, body, as_json):
        if _reads_as(attempt, body):
            return attempt
    raise ValueError("the document cannot be written as YAML")


def _attempts(text: str, new: dict[str, Any], as_json: bool) -> Iterator[str]:
    """Yield texts, the one that keeps most first; an anchor whose value is used elsewhere may spoil one."""
    for source in (text, _without_anchors(text)):
        root = compose(source)
        if root is not None and same(root.value, new):
            yield source
        if root is not None and root.kind == "map" and root.entries and new:
            yield Merge(source, Manner(_list_offset(root), as_json)).root(root, new)
    header = "" if as_json else _header(text)
    yield header + write_document(new, as_json=as_json)


def _reads_as(text: str, wanted: dict[str, Any]) -> bool:
    documents, problems = read_text(text)
    return not problems and len(documents) == 1 and same(documents[0].body, wanted)


def _list_offset(root: Node) -> int:
    """Return by how many columns the document's first list stands behind its key."""
    waiting: list[Entry] = list(root.entries)
    column = root.column
    for entry in waiting:
        node = entry.node
        if node.kind == "list" and node.is_block and entry.key is not None and node.entries:
            return max(node.column - column, 0)
    return 2


def _header(text: str) -> str:
    kept = []
    for line in text.splitlines(keepends=True):
        if line.strip() and not line.startswith("#"):
            break
        kept.append(line)
    return "".join(kept)


def _without_anchors(text: str) -> str:
    """Return the text with what aliases stand for in their place."""
    root = compose(text)
    if root is None:
        return text
    values = {node.start: node for node in _nodes(root)}
    patches: list[tuple[int, int, str]] = []
    for event in YAML(typ="safe", pure=True).parse(text):
        start = event.start_mark.index
        if isinstance(event, AliasEvent) and start in values:
            patches.append((start, event.end_mark.index, in_brackets(values[start].value, Manner())))
        elif isinstance(event, NodeEvent) and event.anchor and (found := _ANCHOR.match(text, start)):
            patches.append((start, found.end(), ""))
    for start, end, written in reversed(patches):
        text = text[:start] + written + text[end:]
    return text


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for entry in node.entries:
        yield from _nodes(entry.node)


def unwritable(value: Any) -> Problem | None:
    """Return what keeps a document from being written and read back, or None."""
    if isinstance(value, dict):
        long = next((key for key in value if len(str(key)) > LONGEST_KEY), None)
        if long is not None:
            return Problem("DOC-011", f"the name of a field has more than {LONGEST_KEY} characters: `{long:.60}…`")
        return next((found for inner in value.values() if (found := unwritable(inner)) is not None), None)
    if isinstance(value, list):
        return next((found for inner in value if (found := unwritable(inner)) is not None), None)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LONGEST_INTEGER:
        return Problem("DOC-010", f"the number {value} has more than 18 digits", hint="write it as text")
    return None
