"""YAML and JSON text to raw documents, with the position of every field, and never more than a file's worth of work."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sojourn.model.errors import Problem
from sojourn.model.instants import format_instant
from sojourn.model.paths import Path, read_path, write_path

SIZE_LIMIT = 1 << 20
DEPTH_LIMIT = 100
VALUE_LIMIT = 200_000

Position = tuple[int, int]

NULL = re.compile(r"(?:null|Null|NULL|~|)")
BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)")
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
OTHER_BASE = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class RawDocument:
    """A document as it was written.

    Attributes
    ----------
    body : dict
        All fields.
    file : str or None
        Path inside the workspace's folder.
    positions : mapping of path to (line, column)
        Where each value begins, from 1; where its key begins for unknown fields, see `keys`.
    keys : mapping of path to (line, column)
        Where the key of each field begins.
    """

    body: dict[str, Any]
    file: str | None = None
    positions: Mapping[Path, Position] = field(default_factory=dict)
    keys: Mapping[Path, Position] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return the kind as text, empty if there is none."""
        return self._text("kind")

    @property
    def id(self) -> str:
        """Return the id as text, empty if there is none."""
        return self._text("id")

    def _text(self, name: str) -> str:
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def position(self, path: str, key: bool = False) -> tuple[int | None, int | None]:
        """Return line and column of a field, or of the nearest field around it."""
        parts = read_path(path)
        while True:
            found = (self.keys.get(parts) if key else None) or self.positions.get(parts)
            if found is not None:
                return found
            if not parts:
                return None, None
            parts = parts[:-1]


class _Refused(Exception):
    """Text that is not read any further, and where."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, code: str = "DOC-010") -> None:
        super().__init__(message)
        self.line, self.column, self.code = line, column, code


def read_text(text: str, file: str | None = None) -> tuple[list[RawDocument], list[Problem]]:
    """Read all documents of a YAML or JSON text.

    Parameters
    ----------
    text : str
        YAML 1.2 with any number of documents, or JSON.
    file : str, optional
        Its name, for positions; `.json` files may have tabs between values.

    Returns
    -------
    documents, problems
        What could be read, and why the rest could not.
    """
    documents: list[RawDocument] = []
    try:
        _check_text(text)
        if file is not None and file.endswith(".json"):
            text = text.replace("\t", " ")
        for builder in _build(text):
            documents += _document(builder, file)
    except _Refused as error:
        return documents, [Problem(error.code, str(error), file=file, line=error.line, column=error.column)]
    except MarkedYAMLError as error:
        return documents, [_syntax(error, file)]
    except (YAMLError, ValueError, RecursionError) as error:
        return documents, [Problem("DOC-010", f"this is not YAML: {error}", file=file)]
    return documents, []


def read_bytes(data: bytes, file: str | None = None) -> tuple[list[RawDocument], list[Problem]]:
    """Read all documents of a file's content, which must be UTF-8."""
    if len(data) > SIZE_LIMIT:
        return [], [_too_large(len(data), file)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [
            Problem("DOC-010", f"byte {error.start} is not UTF-8; save the file as UTF-8", file=file, line=line)
        ]
    return read_text(text, file)


def _too_large(size: int, file: str | None) -> Problem:
    message = f"the file has {size} bytes; the limit is {SIZE_LIMIT}"
    return Problem("DOC-011", message, file=file, hint="split it into several files")


def _check_text(text: str) -> None:
    if len(text) > SIZE_LIMIT:
        raise _Refused(f"the text has {len(text)} characters; the limit is {SIZE_LIMIT}", code="DOC-011")
    if "\0" in text:
        at = text.index("\0")
        line = text.count("\n", 0, at) + 1
        raise _Refused("a NUL character is not text", line, at - text.rfind("\n", 0, at))


def _syntax(error: MarkedYAMLError, file: str | None) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
    message = " ".join(part for part in (error.context, error.problem) if part)
    hint = "YAML is indented by spaces, never by tabs" if r"'\t'" in message else ""
    return Problem("DOC-010", f"this is not YAML: {message}", file=file, line=place[0], column=place[1], hint=hint)


def _document(builder: _Builder, file: str | None) -> Iterator[RawDocument]:
    if builder.value is None:
        return
    if not isinstance(builder.value, dict):
        line, column = builder.positions.get((), (None, None))
        raise _Refused("a document is a map with `kind` and `id`", line, column, "DOC-012")
    yield RawDocument(builder.value, file, builder.positions, builder.keys)


@dataclass
class _Builder:
    """Values from events, without recursion."""

    positions: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    value: Any = None
    stack: list[tuple[Any, Path]] = field(default_factory=list)
    key: list[str | None] = field(default_factory=list)
    anchors: dict[str, Any] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    opened: list[tuple[str | None, int]] = field(default_factory=list)
    count: int = 0

    def take(self, event: Event) -> None:
        """Take the next event of this document."""
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close()
        elif self._wants_key():
            self._take_key(event)
        elif isinstance(event, MappingStartEvent):
            self._open({}, event)
        elif isinstance(event, SequenceStartEvent):
            self._open([], event)
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, ScalarEvent):
            value = read_scalar(event)
            self._put(value, event)
            if event.anchor:
                self.anchors[event.anchor] = value

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and self.key[-1] is None

    def _take_key(self, event: Event) -> None:
        if not isinstance(event, ScalarEvent):
            raise _Refused("the name of a field is text", *_mark(event))
        name = _whole(event.value)
        container, path = self.stack[-1]
        if name in container:
            raise _Refused(f"the field `{name}` is there twice", *_mark(event), code="DOC-013")
        self.keys[(*path, name)] = _mark(event)
        self.key[-1] = name

    def _path(self) -> Path:
        if not self.stack:
            return ()
        container, path = self.stack[-1]
        part: str | int = len(container) if isinstance(container, list) else str(self.key[-1])
        return (*path, part)

    def _put(self, value: Any, event: Event, size: int = 1) -> None:
        self.count += size
        if self.count > VALUE_LIMIT:
            raise _Refused(f"the document has more than {VALUE_LIMIT} values, the limit", *_mark(event), code="DOC-011")
        self.positions[self._path()] = _mark(event)
        if not self.stack:
            self.value = value
            return
        container, _ = self.stack[-1]
        if isinstance(container, list):
            container.append(value)
        else:
            container[self.key[-1]] = value
            self.key[-1] = None

    def _open(self, value: Any, event: Any) -> None:
        if len(self.stack) >= DEPTH_LIMIT:
            raise _Refused(
                f"the document is nested deeper than {DEPTH_LIMIT}, the limit", *_mark(event), code="DOC-011"
            )
        path = self._path()
        self._put(value, event)
        self.stack.append((value, path))
        self.key.append(None)
        self.opened.append((event.anchor, self.count))

    def _close(self) -> None:
        value, _ = self.stack.pop()
        self.key.pop()
        anchor, before = self.opened.pop()
        self.sizes[id(value)] = self.count - before + 1
        if anchor:
            self.anchors[anchor] = value

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            raise _Refused(f"no value is anchored as `{event.anchor}` before", *_mark(event))
        value = self.anchors[event.anchor]
        self._put(value, event, self.sizes.get(id(value), 1))


def _build(text: str) -> Iterator[_Builder]:
    builder = _Builder()
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, DocumentStartEvent):
            builder = _Builder()
        elif isinstance(event, DocumentEndEvent):
            yield builder
        else:
            builder.take(event)


def _mark(event: Event) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


def read_scalar(event: ScalarEvent) -> object:
    """Read a scalar by the core schema of YAML 1.2: no instants, no sexagesimals, no `yes`."""
    text = event.value
    tag = str(event.tag) if event.tag is not None else None
    if tag not in (None, "!", "tag:yaml.org,2002:str"):
        raise _Refused(f"tags such as `{tag}` are not read", *_mark(event))
    if event.style is not None or tag is not None:
        return _whole(text)
    if NULL.fullmatch(text):
        return None
    if BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    if OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return float(text)
    if NOT_FINITE.fullmatch(text):
        raise _Refused(f"`{text}` is not a number that a document can have", *_mark(event))
    return _whole(text)


def _whole(text: str) -> str:
    """Join the halves of characters that JSON escapes in two; a half alone is no text."""
    if "\0" in text:
        raise ValueError("a NUL character is not text")
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise ValueError("half of a surrogate pair is not text") from error


def read_dicts(documents: Iterable[object]) -> tuple[list[RawDocument], list[Problem]]:
    """Take documents that are maps already, such as those of `simulate`; instants become RFC 3339 text."""
    read: list[RawDocument] = []
    problems: list[Problem] = []
    for i, body in enumerate(documents):
        try:
            plain = _plain(body, (), [VALUE_LIMIT])
        except _Refused as error:
            problems.append(Problem(error.code, f"document {i}: {error}"))
            continue
        if isinstance(plain, dict):
            read.append(RawDocument(plain))
        else:
            problems.append(Problem("DOC-012", f"document {i}: a document is a map with `kind` and `id`"))
    return read, problems


def _plain(value: Any, path: Path, left: list[int]) -> Any:
    left[0] -= 1
    if left[0] < 0 or len(path) > DEPTH_LIMIT:
        limit = f"{VALUE_LIMIT} values, {DEPTH_LIMIT} levels"
        raise _Refused(f"it is larger than the limit ({limit})", code="DOC-011")
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, (*path, _key(key, path)), left) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, (*path, i), left) for i, item in enumerate(value)]
    if isinstance(value, datetime) and value.tzinfo is not None:
        return format_instant(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str):
        return _encodable(value, path)
    if isinstance(value, float) and not math.isfinite(value):
        raise _Refused(f"`{write_path(path)}` is {value}, which is not a number that a document can have")
    if value is None or isinstance(value, int | float | bool):
        return value
    raise _Refused(f"`{write_path(path)}` is a {type(value).__name__}, which no document has")


def _key(key: object, path: Path) -> str:
    return ("true" if key else "false") if isinstance(key, bool) else _encodable(str(key), path)


def _encodable(text: str, path: Path) -> str:
    if _SURROGATE.search(text) or "\0" in text:
        raise _Refused(f"the text in `{write_path(path)}` has characters that are not text")
    return text
