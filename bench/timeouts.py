"""Time-outs that are due within one minute in the live engine, on its real clock, while a million others wait."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from bench.result import Result, Size, percentile
from bench.shop import BASE, populate, waiting_for_a_purchase
from sojourn.engine.clock import SystemClock
from sojourn.engine.publication import Publication
from sojourn.engine.runner import Engine
from sojourn.log.embedded import EmbeddedLog
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.commit import insert
from sojourn.workspace import Workspace, read_workspace

DUE: Final = 100_000
OTHERS: Final = 900_000
MINUTE: Final = timedelta(minutes=1)
LEAD: Final = timedelta(seconds=3)
PATIENCE_S: Final = 30.0


def measure(size: Size) -> list[Result]:
    """Park passages whose time-outs are spread over a minute, and note when each was taken."""
    due, others = size.of(DUE), size.of(OTHERS)
    window = MINUTE * size.scale
    with TemporaryDirectory(prefix="bench-") as folder:
        late_s = _lateness(Path(folder), due, others, window)
    details = {"due": due, "within, s": window.total_seconds(), "others that wait": others,
               "at worst, s": round(max(late_s), 3)}  # fmt: skip
    return [Result("timeouts", percentile(late_s, 0.5), "s late at the median", required=0.2, lower_is_better=True,
                   details=details)]  # fmt: skip


def _lateness(folder: Path, due: int, others: int, window: timedelta) -> list[float]:
    store, clock = DuckStore(folder / "store.duckdb"), SystemClock()
    workspace = _workspace()
    store.declare(workspace.directory.entities["profile"].attributes, {})
    populate(store, due + others)
    store.set_meta({"pno": str(due + others + 1), "counter": str(due + others + 1)})
    log = EmbeddedLog(folder / "log.sqlite", clock)
    taken: list[tuple[datetime, int]] = []
    engine = Engine(store, log, clock, Publication(store, lambda *_: None),
                    lambda: taken.append((clock.now(), _ended(store))))  # fmt: skip
    engine.open(workspace)
    engine.publish(workspace, [])
    first = datetime.now(UTC) + LEAD
    instants = [first + window * ((i * 7919 % due) / due) for i in range(due)]
    insert(store, "passage", _waiting(instants, others, first))
    store.connection.execute("CHECKPOINT")
    engine.start(None)
    end = time.monotonic() + (LEAD + window).total_seconds() + PATIENCE_S
    while (not taken or taken[-1][1] < due) and time.monotonic() < end:
        time.sleep(0.05)
    engine.stop()
    store.close()
    log.close()
    return _late_s(sorted(instants), taken)


def _late_s(instants: list[datetime], taken: list[tuple[datetime, int]]) -> list[float]:
    """Return how late each timer was: those that are due first are taken first."""
    late, done = [], 0
    for at, count in taken:
        late += [(at - instant).total_seconds() for instant in instants[done:count]]
        done = max(done, count)
    if done < len(instants):
        raise AssertionError(f"{done} of {len(instants)} time-outs were taken")
    return late


def _ended(store: DuckStore) -> int:
    [(count,)] = store.connection.execute("SELECT count(*) FROM passage_end").fetchall()
    return int(count)


def _waiting(instants: list[datetime], others: int, now: datetime) -> pl.DataFrame:
    count, year = len(instants) + others, now + timedelta(days=365)
    return pl.DataFrame({
        "no": range(1, count + 1), "doc": [1] * count, "pno": range(1, count + 1), "node": [0] * count,
        "entered_at": [now] * count, "wake_at": instants + [year] * others, "wake_no": range(1, count + 1),
        "ends_at": [year] * count, "bits": [0] * count, "hold": [0] * count,
    })  # fmt: skip


def _workspace() -> Workspace:
    journey = waiting_for_a_purchase() | {"entry": {"type": "event", "event": "registered"}}
    return read_workspace([*BASE, journey], {})
