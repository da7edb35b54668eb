"""Providers that write files."""

from __future__ import annotations

from tests.contract.stands.stand import Stand


class LogStand(Stand):
    """A folder."""

    moods = ("takes", "busy")

    def taken(self) -> int:
        return sum(len(path.read_bytes().splitlines()) for path in (self.folder / "outbox").glob("*.ndjson"))
