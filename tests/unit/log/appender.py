"""Append to a log without end from several threads, and print every acknowledged item: `offset profile`."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from sojourn.log.embedded import EmbeddedLog


class Wall:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def appending(log: EmbeddedLog, run: str, worker: int) -> None:
    for turn in range(1_000_000):
        name = f"{run}-{worker}-{turn}"
        rows = 1 + turn % 5
        first = log.append(pl.DataFrame({"kind": ["track"] * rows, "profile_id": [name] * rows}))
        print(f"{first} {rows} {name}\n", end="", flush=True)


if __name__ == "__main__":
    opened = EmbeddedLog(Path(sys.argv[1]), Wall())
    for worker in range(4):
        threading.Thread(target=appending, args=(opened, sys.argv[2], worker)).start()
