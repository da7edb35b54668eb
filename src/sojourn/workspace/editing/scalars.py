"""A scalar as YAML text that reads back to it."""

from __future__ import annotations

import json
import re

from sojourn.model.reader import BOOLEAN, FLOAT, INTEGER, NOT_FINITE, NULL, OTHER_BASE

Scalar = str | int | float | bool | None

_OTHER_READERS = re.compile(r"(?:y|yes|n|no|on|off|true|false|null|=|<<)", re.IGNORECASE)
"""Words that YAML 1.1 takes for something else than text."""
_RESOLVED = (NULL, BOOLEAN, INTEGER, OTHER_BASE, FLOAT, NOT_FINITE)
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`=")
_BRACKETS = frozenset(",[]{}")
LONGEST_INTEGER = 10**18
"""Integers from here on read back as floats."""


def is_plain(text: str, *, flow: bool) -> bool:
    """Tell whether a text may stand without quotes, in brackets (`flow`) or not."""
    return bool(
        text
        and text == text.strip()
        and text[0] not in _FIRST
        and text[0] != "."
        and is_printable(text)
        and not any(pattern.fullmatch(text) for pattern in _RESOLVED)
        and not _OTHER_READERS.fullmatch(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not (flow and (not _BRACKETS.isdisjoint(text) or ":" in text))
    )


def is_printable(text: str) -> bool:
    """Tell whether all characters may stand as they are, on one line."""
    return text.isprintable() and "\ufeff" not in text


def double_quoted(text: str) -> str:
    """Return a text in double quotes, which hold everything."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\' or character in "\n\t\r\b\f":
        return json.dumps(character)[1:-1]
    if is_printable(character):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def single_quoted(text: str) -> str | None:
    """Return a text in single quotes, None when they cannot hold it."""
    return "'" + text.replace("'", "''") + "'" if is_printable(text) else None


def inline(value: Scalar, *, flow: bool = False, style: str = "", as_json: bool = False) -> str:
    """Return a scalar on one line.

    Parameters
    ----------
    flow : bool
        Whether it stands in brackets.
    style : str
        Quotes that are wanted where they are possible: ``"`` or ``'``; empty: none where none are needed.
    as_json : bool
        Whether other readers take the text for JSON.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if as_json:
        return json.dumps(value, ensure_ascii=not is_printable(value))
    if style == "'" and (quoted := single_quoted(value)) is not None:
        return quoted
    if style != '"' and is_plain(value, flow=flow):
        return value
    if style != '"' and ('"' in value or "\\" in value) and (quoted := single_quoted(value)) is not None:
        return quoted
    return double_quoted(value)


def block(value: str, indent: int, style: str = "|") -> str | None:
    """Return a text as a block scalar, its header first and no line end last; None when it cannot be one.

    Parameters
    ----------
    indent : int
        Spaces before each line.
    style : str
        ``|`` keeps lines, ``>`` folds them: then the text must be one line.
    """
    text = value.rstrip("\n")
    ends = len(value) - len(text)
    lines = text.split("\n")
    if not text or ends > 1 or text[0] in " \n\t" or not all(is_printable(line) for line in lines):
        return None
    if not lines[-1].strip() or any(line and not line.strip() for line in lines):
        return None
    if style == ">":
        folded = _folded(text, 110 - indent)
        if folded is None:
            return None
        lines = folded
    body = "\n".join(" " * indent + line if line else "" for line in lines)
    return f"{style}{'' if ends else '-'}\n{body}"


def _folded(text: str, width: int) -> list[str] | None:
    """Break a text at single spaces; None when folding would change it."""
    if "\n" in text or "  " in text or text != text.strip():
        return None
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
