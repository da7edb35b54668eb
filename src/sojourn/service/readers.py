"""Tells people from machines among those who fetch a mail's images and links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

Reader = Literal["person", "proxy", "machine"]
_APPLE_PRIVACY = "Mozilla/5.0"
_PREFETCH = ("purpose", "sec-purpose", "x-purpose", "x-moz")


@dataclass(frozen=True, slots=True)
class Haste:
    """What is too fast for a person, in seconds of the engine's clock.

    Attributes
    ----------
    open_s : float
        An open sooner than this after the message was handed over is a machine's.
    click_s : float
        So is a click.
    burst_s : float
        So is a click on another link of the same message sooner than this after the last one.
    """

    open_s: float = 2.0
    click_s: float = 5.0
    burst_s: float = 1.0


@lru_cache(maxsize=1)
def _rules() -> list[tuple[Reader, re.Pattern[str]]]:
    text = resources.files(__package__).joinpath("user_agents.txt").read_text(encoding="utf-8")
    kinds: tuple[Reader, ...] = ("proxy", "machine")
    lines = [line.partition(" ") for line in text.splitlines()]
    found = {kind: [f"(?:{pattern})" for word, _, pattern in lines if word == kind] for kind in kinds}
    return [(kind, re.compile("|".join(patterns))) for kind, patterns in found.items()]


@lru_cache(maxsize=10_000)
def reader_of(user_agent: str) -> Reader:
    """Return who a user agent stands for.

    A bare ``Mozilla/5.0`` is Apple's Mail Privacy Protection, which loads all images whether a person looks or not.
    No user agent at all is a machine. An image proxy (Gmail, Yahoo, Fastmail) fetches when a person opens the mail.

    Examples
    --------
    >>> reader_of("Mozilla/5.0")
    'machine'
    >>> reader_of("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)")
    'proxy'
    """
    if not user_agent.strip() or user_agent.strip() == _APPLE_PRIVACY:
        return "machine"
    return next((kind for kind, pattern in _rules() if pattern.search(user_agent[:1_000])), "person")


def is_machine(headers: Mapping[str, str]) -> bool:
    """Tell whether a request is a machine's by its headers: a prefetch, or the user agent."""
    if any("prefetch" in headers.get(name, "") or "preview" in headers.get(name, "") for name in _PREFETCH):
        return True
    return reader_of(headers.get("user-agent", "")) == "machine"
