"""Paths of fields inside a document, such as ``nodes[3].paths[0].when``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]

_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def write_path(parts: Iterable[str | int]) -> str:
    """Write the parts as text.

    Examples
    --------
    >>> write_path(("nodes", 3, "when"))
    'nodes[3].when'
    """
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_path(text: str) -> Path:
    """Read the parts back."""
    return tuple(int(index) if index else name for index, name in _PART.findall(text))


def child(value: Any, part: str | int) -> Any:
    """Return the value under a key or index, or `MISSING`."""
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return MISSING


MISSING = object()
