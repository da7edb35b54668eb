"""Taking people who are erased out of the files of the provider ``log``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sojourn.model.erasure import Mentions


def blank_lines(folder: Path, ids: Sequence[str], addresses: Sequence[str]) -> int:
    """Overwrite what names people in the files of the provider ``log``; return in how many lines.

    A line keeps its length, so that messages can be appended meanwhile.
    """
    count, mentions = 0, Mentions(ids, addresses)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        with path.open("r+b") as file:
            place = 0
            for line in file:
                fresh = _without(line, {*ids, *addresses}, mentions)
                if fresh != line:
                    file.seek(place)
                    file.write(fresh)
                    count += 1
                place += len(line)
                file.seek(place)
    return count


def _without(line: bytes, words: set[str], mentions: Mentions) -> bytes:
    """Return a line of the same length that does not name people."""
    if _is_to(line, words):
        return b'{"erased": true}'.ljust(len(line) - 1) + b"\n"
    return mentions.starred(line)


def _is_to(line: bytes, words: set[str]) -> bool:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return False
    return row.get("profile") in words or row.get("to") in words
