"""New values as YAML text, in the manner of the document that they come into."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sojourn.workspace.editing.scalars import block, inline, is_plain

SHORT = 60
"""A map or list within brackets has so many characters at most, unless its neighbours are written so."""
STEP = 2


@dataclass(frozen=True, slots=True)
class Manner:
    """How a document is written.

    Attributes
    ----------
    list_offset : int
        Columns by which a list's dashes stand behind the key above them.
    as_json : bool
        Whether other readers take it for JSON.
    """

    list_offset: int = STEP
    as_json: bool = False


def key_text(key: str, manner: Manner, *, flow: bool = False) -> str:
    """Return a key as text."""
    return key if is_plain(key, flow=flow) and not manner.as_json else inline(key, style='"', as_json=manner.as_json)


def in_brackets(value: Any, manner: Manner) -> str:
    """Return a value on one line, as it may stand in brackets."""
    if manner.as_json:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(pair(key, inner, manner) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(in_brackets(inner, manner) for inner in value) + "]"
    return inline(value, flow=True)


def pair(key: str, value: Any, manner: Manner) -> str:
    """Return a key with its value, as it may stand in braces."""
    return f"{key_text(key, manner, flow=True)}: {in_brackets(value, manner)}"


def as_short(value: Any, manner: Manner) -> str | None:
    """Return a value that goes onto the line of its key or dash, None when it needs lines of its own."""
    if not isinstance(value, dict | list):
        if isinstance(value, str) and "\n" in value and not manner.as_json:
            return None
        return inline(value, as_json=manner.as_json)
    if not value or manner.as_json:
        return in_brackets(value, manner)
    inner = value.values() if isinstance(value, dict) else value
    if any(isinstance(each, dict | list) or (isinstance(each, str) and "\n" in each) for each in inner):
        return None
    text = in_brackets(value, manner)
    return text if len(text) <= SHORT else None


def behind_key(value: Any, column: int, manner: Manner, comment: str = "") -> str:
    """Return what stands behind ``key:``, from the space or line end on, with no line end last.

    Parameters
    ----------
    column : int
        Of the key.
    comment : str
        What stood at the end of the key's line, with the spaces before it.
    """
    short = as_short(value, manner)
    if short is not None:
        return f" {short}{comment}"
    if isinstance(value, str):
        return f" {_text(value, column + STEP, comment)}"
    indent = column + (STEP if isinstance(value, dict) else manner.list_offset)
    return f"{comment}\n{' ' * indent}{lines(value, indent, manner)}"


def behind_dash(value: Any, column: int, manner: Manner, comment: str = "") -> str:
    """Return what stands behind ``-``, from the space on, with no line end last; `column` is the dash's."""
    short = as_short(value, manner)
    if short is not None:
        return f" {short}{comment}"
    if isinstance(value, str):
        return f" {_text(value, column + STEP, comment)}"
    if comment:
        indent = column + STEP
        return f"{comment}\n{' ' * indent}{lines(value, indent, manner)}"
    return f" {lines(value, column + STEP, manner)}"


def _text(value: str, indent: int, comment: str) -> str:
    found = block(value, indent)
    if found is None:
        return f"{inline(value)}{comment}"
    header, _, body = found.partition("\n")
    return f"{header}{comment}\n{body}"


def lines(value: Any, column: int, manner: Manner) -> str:
    """Return a map or list over lines of its own, the first one without its indentation."""
    between = f"\n{' ' * column}"
    if isinstance(value, dict):
        return between.join(
            f"{key_text(key, manner)}:{behind_key(inner, column, manner)}" for key, inner in value.items()
        )
    return between.join(f"-{behind_dash(inner, column, manner)}" for inner in value)
