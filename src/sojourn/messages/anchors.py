"""Links in HTML: where they stand, where they lead, and what they are called."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

ANCHOR: Final = re.compile(r"""<(?:a|area)\s(?:"[^"]*"|'[^']*'|[^'">])*>""", re.IGNORECASE)
HREF: Final = re.compile(r"""(?<=\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
ALIAS: Final = re.compile(r"""\sdata-alias\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ID: Final = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")
MAX_URL = 4_000
"""Longer addresses are left as they are: they would not fit a token that every mail client takes."""


def value_of(attribute: re.Match[str]) -> str:
    """Return an attribute's value as it is written."""
    return next((group for group in attribute.groups() if group is not None), "")


def alias_of(tag: str) -> str:
    """Return a link's own name: its ``data-alias``, else its ``id``; empty if it has none."""
    found = ALIAS.search(tag) or _ID.search(tag)
    return unescape(value_of(found))[:100] if found else ""


def is_web(url: str) -> bool:
    """Tell whether an address is one of the web, and one that can be put into another."""
    return _WEB.match(url) is not None and _CONTROL.search(url) is None and len(url) <= MAX_URL
