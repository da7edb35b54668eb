"""Telling how far long work is."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[str, int], None]
"""Takes what is being done, and how many items were done since the last call."""


def nobody(stage: str, items: int) -> None:
    """Tell nobody."""
