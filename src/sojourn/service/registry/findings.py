"""Counts of what arrives undeclared, until they are kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sojourn.ingest.shape import Difference

MOST: Final = 2_000
"""Different findings that are kept; of what comes beyond only the number is."""
EXAMPLE: Final = 200
Key = tuple[str, str, str, str]
BEYOND: Final[Key] = ("more", "", "", "")


@dataclass
class Finding:
    """How often one difference came."""

    count: int
    refused: int
    first_at: datetime
    last_at: datetime
    example: str | None


class Findings:
    """Gathers differences from any thread; memory is bounded.

    Parameters
    ----------
    now : callable
        The engine's instant.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._found: dict[Key, Finding] = {}

    def note(self, difference: Difference, *, refused: bool = False) -> None:
        """Count a difference."""
        now = self._now()
        key: Key = (difference.sort, difference.subject[:500], difference.field[:500], difference.found)
        with self._lock:
            found = self._found.get(key)
            if found is None and len(self._found) >= MOST:
                key = BEYOND
                found = self._found.get(key)
            if found is None:
                found = self._found[key] = Finding(0, 0, now, now, None)
            found.count += 1
            found.refused += refused
            found.last_at = now
            if found.example is None and difference.value is not None:
                found.example = json.dumps(difference.value, ensure_ascii=False, default=str)[:EXAMPLE]

    def take(self) -> dict[Key, Finding]:
        """Return what was gathered, and begin anew."""
        with self._lock:
            taken, self._found = self._found, {}
        return taken
