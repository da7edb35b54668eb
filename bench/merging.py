"""A visitor with ten thousand events becomes a user who is known, beside a million others who wait in a journey."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import polars as pl

from bench.result import Result, Size, percentile
from bench.shop import START, close, first_message, processor_of, workspace
from sojourn.engine.processor import Processor
from sojourn.model.items import ITEM_SCHEMA

PROFILES: Final = 1_000_000
EVENTS: Final = 5_000_000
"""Of the others."""
OWN: Final = 10_000
"""Of each visitor."""
MERGES: Final = 20
LATER: Final = START + timedelta(hours=1)

OTHERS: Final = """
INSERT INTO event SELECT -i - 1, 1 + hash(i) % $profiles, 'seen', $at::TIMESTAMPTZ, '{"sku": "a"}'
FROM range($events) t(i)
"""
VISITORS: Final = """
INSERT INTO profile (_pno, profile_id, _created_at, city)
SELECT $first + i, 'anon:' || i, $at::TIMESTAMPTZ, 'Seoul' FROM range($visitors) t(i)
"""
THEIRS: Final = """
INSERT INTO event SELECT -$events - i - 1, $first + i % $visitors, 'seen', $at::TIMESTAMPTZ, '{"sku": "b"}'
FROM range($own * $visitors) t(i)
"""


def measure(size: Size) -> list[Result]:
    """Join visitors with users, each in a transaction of its own."""
    profiles, visitors = size.of(PROFILES, least=MERGES * 2), 2 * MERGES
    with TemporaryDirectory(prefix="bench-") as folder:
        processor = processor_of(workspace(first_message("asap")), Path(folder) / "store.duckdb", profiles)
        processor.process(pl.DataFrame(schema=dict(ITEM_SCHEMA)), START + timedelta(seconds=1))
        _fill(processor, profiles, size.of(EVENTS), visitors)
        waits_ms = [_join(processor, number) for number in range(MERGES)]
        by_hand_ms = [_by_hand(processor, profiles + 1 + number, number + 1) for number in range(MERGES, visitors)]
        close(processor)
    return [
        Result(
            "merging", percentile(waits_ms, 0.5), "ms", percentile(by_hand_ms, 0.5), 50, lower_is_better=True,
            details={"profiles": profiles, "events each": OWN, "p99, ms": round(percentile(waits_ms, 0.99), 1)},
        )
    ]  # fmt: skip


def _fill(processor: Processor, profiles: int, events: int, visitors: int) -> None:
    store = processor.store
    first = {"first": profiles + 1, "visitors": visitors, "at": START}
    store.connection.execute(OTHERS, {"profiles": profiles, "events": events, "at": START})
    store.connection.execute(VISITORS, first)
    store.connection.execute(THEIRS, {**first, "events": events, "own": OWN})
    store.connection.execute("CHECKPOINT")
    processor.next_pno = profiles + visitors + 1
    store.forget()


def _join(processor: Processor, number: int) -> float:
    """Let a visitor be a user; return the milliseconds until that is durable."""
    item = {
        "offset": processor.offset, "at": LATER, "occurred_at": LATER, "kind": "alias",
        "profile_id": f"c{number:09d}", "name": f"anon:{number}",
    }  # fmt: skip
    frame = pl.DataFrame([item], schema=dict(ITEM_SCHEMA))
    began = perf_counter()
    with processor.store.transaction():
        processor.process(frame, LATER)
    return (perf_counter() - began) * 1000


def _by_hand(processor: Processor, gone: int, stays: int) -> float:
    """Move the events and delete the profile."""
    connection = processor.store.connection
    began = perf_counter()
    connection.execute("BEGIN")
    connection.execute("UPDATE event SET pno = ? WHERE pno = ?", [stays, gone])
    connection.execute("DELETE FROM profile WHERE _pno = ?", [gone])
    connection.execute("COMMIT")
    return (perf_counter() - began) * 1000
