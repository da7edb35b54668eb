"""A month of recorded events goes through a draft of the demo's journey, beside what the live version did."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from bench.result import Result, Size, timed
from bench.shop import BASE, START, ZONES, first_message
from sojourn.engine.backtest.backtest import Recorded, Wish, backtest
from sojourn.engine.backtest.live import Live
from sojourn.engine.importing import PROFILES as TARGET
from sojourn.engine.importing import Load, load
from sojourn.engine.publication import Publication
from sojourn.engine.runner import Engine
from sojourn.log.embedded import EmbeddedLog
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace

EVENTS: Final = 1_000_000
PROFILES: Final = 20_000
MONTH: Final = timedelta(days=30)
PART: Final = 20_000


class Hands:
    """A clock that is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return its instant."""
        return self.at

    def seconds_until(self, instant: datetime) -> float:
        """Return how long it would be."""
        return max((instant - self.at).total_seconds(), 0.0)

    def sleep_until(self, instant: datetime) -> None:
        """Go there."""
        self.at = max(self.at, instant)


def measure(size: Size) -> list[Result]:
    """Backtest the second half of the month, then all of it; the ceiling is reading the same items from the log."""
    workspace = read_workspace([*BASE, first_message("asap")], {})
    count = size.of(EVENTS)
    with TemporaryDirectory() as folder, lived(workspace, Path(folder), count, size.of(PROFILES)) as recorded:
        with timed() as by_hand:
            items = sum(recorded.log.read(first, 50_000).height for first in range(0, count, 50_000))
        found = []
        for since in (START, START + MONTH / 2):
            with timed() as watch:
                result = backtest(Wish("first-message", since, START + MONTH), workspace, recorded)
            found.append((watch.seconds, result))
        (whole_s, whole), (half_s, half) = found
        entered = next(row for row in whole["passages"] if row["what"] == "entered")
        if items != count or entered["difference"]:
            raise AssertionError(f"{items} items, {entered}")
        details = {"events": whole["items"], "half_s": round(half_s, 2), "events_of_half": half["items"]}
        return [Result("backtest_month", whole_s, "s", by_hand.seconds, lower_is_better=True, details=details)]


@contextmanager
def lived(workspace: Workspace, folder: Path, events: int, profiles: int) -> Iterator[Recorded]:
    """Let the real engine live through the month."""
    clock = Hands(START - timedelta(hours=1))
    log, store = EmbeddedLog(folder / "log.sqlite", clock), DuckStore(folder / "sojourn.duckdb")
    engine = Engine(store, log, clock, Publication(store, lambda items, code, reason: None))
    engine.open(workspace)
    rows = people(profiles)
    load(engine.processor, Load(TARGET, "people", rows, [], 0, rows.height, True), clock.now())
    clock.at = START
    engine.publish(workspace, ["first-message"])
    for first in range(0, events, PART):
        log.append(calls(first, min(PART, events - first), events, profiles))
    clock.at = START + MONTH + timedelta(hours=1)
    while engine.turn():
        pass
    cursor = store.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    yield Recorded(log, Live(cursor, engine.processor.program), engine.offset, clock.now(), folder)
    cursor.execute("ROLLBACK")
    store.close()
    log.close()


def people(count: int) -> pl.DataFrame:
    """Return profiles as an import brings them."""
    number = pl.int_range(count, eager=True)
    return pl.DataFrame({
        "profile_id": [f"c{i:09d}" for i in number], "email": [f"customer{i}@demo.example" for i in number],
        "timezone": [ZONES[i % len(ZONES)] for i in number], "first_name": [f"Ann{i % 1000}" for i in number],
        "city": [f"City {i % 500}" for i in number], "orders": [2 + i % 7 for i in number],
    })  # fmt: skip


def calls(first: int, count: int, every: int, profiles: int) -> pl.DataFrame:
    """Return a part of the month's items."""
    step = MONTH / (every + 1)
    rows: list[dict[str, Any]] = [
        {"kind": "track", "name": "purchase", "profile_id": f"c{i * 7919 % profiles:09d}", "at": START + step * (i + 1),
         "data": f'{{"invoice":"i{i}","amount":{i % 100}}}'}
        for i in range(first, first + count)
    ]  # fmt: skip
    return pl.DataFrame(rows)


if __name__ == "__main__":
    print(measure(Size(float(os.environ.get("SCALE", "1")))))
