"""Events and reactions that resume passages, while a million of them wait: in batches, and one at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import polars as pl

from bench.result import Result, Size, percentile, timed
from bench.shop import START, close, first_message, processor_of, waiting_for_a_purchase, workspace
from sojourn.engine.processor import Processor
from sojourn.model.items import ITEM_SCHEMA
from sojourn.store.duckdb import DuckStore

PASSAGES: Final = 1_000_000
BATCH: Final = 20_000
BATCHES: Final = 20
SINGLES: Final = 100
LATER: Final = START + timedelta(minutes=10)
NO_ITEMS: Final = pl.DataFrame(schema=dict(ITEM_SCHEMA))

PURCHASE_BY_HAND: Final = """
CREATE OR REPLACE TEMP TABLE gone AS SELECT p.*, i."at", i."offset", i.data, i.name FROM passage p
    JOIN (SELECT i.*, q._pno FROM items i JOIN profile q USING (profile_id)) i ON i._pno = p.pno WHERE p.node = 0;
DELETE FROM passage USING gone WHERE passage.no = gone.no;
INSERT INTO passage_end BY NAME SELECT no, doc, pno, key, node, entered_at, "at" AS left_at, 1 AS state FROM gone;
INSERT INTO step BY NAME SELECT no AS passage, doc, pno, node, "at", 1 AS outcome FROM gone;
INSERT INTO event BY NAME SELECT "offset", pno, name, "at", data FROM gone
"""
OPENED_BY_HAND: Final = """
CREATE OR REPLACE TEMP TABLE gone AS SELECT p.*, i."at", m.no AS message FROM passage p
    JOIN (SELECT i.*, (i.data->>'message')::BIGINT AS message FROM items i) i ON true
    JOIN message m ON m.no = i.message AND m.passage = p.no WHERE p.node = 1;
DELETE FROM passage USING gone WHERE passage.no = gone.no;
INSERT INTO passage BY NAME SELECT * EXCLUDE ("at", message) REPLACE (3 AS node, NULL AS wake_at) FROM gone;
INSERT INTO step BY NAME SELECT no AS passage, doc, pno, node, "at", 1 AS outcome FROM gone;
INSERT INTO step BY NAME SELECT no AS passage, doc, pno, 3 AS node, "at", 0 AS outcome FROM gone;
INSERT INTO feedback BY NAME SELECT message, doc, 0 AS node, pno, 3 AS kind, "at" FROM gone
"""
"""What the engine writes, for whom the items say."""

Items = Callable[[Processor, Sequence[int], int], pl.DataFrame]


def measure(size: Size) -> list[Result]:
    """Resume passages at an event node and at a reaction node."""
    return [
        _measure("events_on_parked", waiting_for_a_purchase(), purchases, PURCHASE_BY_HAND, 500_000, size),
        _measure("reactions_on_parked", first_message("asap"), opens, OPENED_BY_HAND, 200_000, size),
    ]


def _measure(name: str, journey: dict[str, Any], items: Items, by_hand: str, required: int, size: Size) -> Result:
    count, batch = size.of(PASSAGES), size.of(BATCH)
    with TemporaryDirectory(prefix="bench-") as folder:
        processor = processor_of(workspace(journey), Path(folder) / "store.duckdb", count)
        processor.process(NO_ITEMS, START + timedelta(seconds=1))
        order = list(range(1, count + 1))
        random.Random(7).shuffle(order)
        batches = min(BATCHES, (count - SINGLES) // (2 * batch) - 1)
        first, mine = order[:batch], order[batch : (batches + 1) * batch]
        others = order[(batches + 1) * batch : (2 * batches + 1) * batch]
        take(processor, items(processor, first, 0))
        rate = _batches(processor, items, mine, batch)
        ceiling = _by_hand(processor, items, others, batch, by_hand)
        waits_ms = _singles(processor, items, order[-SINGLES:])
        close(processor)
    return Result(name, rate, "events/s", ceiling, required, details={
        "parked": count, "batch": batch, "batches": batches,
        "one at a time p50, ms": round(percentile(waits_ms, 0.5), 2),
        "one at a time p99, ms": round(percentile(waits_ms, 0.99), 2),
    })  # fmt: skip


def _batches(processor: Processor, items: Items, profiles: Sequence[int], batch: int) -> float:
    """Go on with batches; the first one, in which statements are prepared, was before."""
    frames = [items(processor, profiles[i : i + batch], batch + i) for i in range(0, len(profiles), batch)]
    before = _moved(processor.store)
    with timed() as watch:
        for frame in frames:
            take(processor, frame, ahead=True)
        processor.store.settle()
    _check(_moved(processor.store) - before, len(profiles))
    return watch.per_second(len(profiles))


def _by_hand(processor: Processor, items: Items, profiles: Sequence[int], batch: int, statements: str) -> float:
    store = processor.store
    frames = [items(processor, profiles[i : i + batch], i) for i in range(0, len(profiles), batch)]
    before = _moved(store)
    with timed() as watch:
        for frame in frames:
            with store.transaction(), store.frames(items=frame):
                for statement in statements.split(";"):
                    store.connection.execute(statement)
    _check(_moved(store) - before, len(profiles))
    return watch.per_second(len(profiles))


def _singles(processor: Processor, items: Items, profiles: Sequence[int]) -> list[float]:
    waits_ms = []
    for i, pno in enumerate(profiles):
        frame = items(processor, [pno], 10_000_000 + i)
        start = perf_counter()
        take(processor, frame)
        waits_ms.append((perf_counter() - start) * 1000)
    return waits_ms


def take(processor: Processor, items: pl.DataFrame, *, ahead: bool = False) -> None:
    """Process and commit items as the live engine does; ahead, where more are there than it takes at once."""
    with processor.store.transaction(ahead=ahead):
        processor.process(items, items["at"][-1])


def purchases(processor: Processor, profiles: Sequence[int], place: int) -> pl.DataFrame:
    """Return an `Order Completed` of each profile."""
    data = [f'{{"invoice":"{pno}","amount":{pno % 100}.5}}' for pno in profiles]
    return _frame(profiles, place, "track", "purchase", data)


def opens(processor: Processor, profiles: Sequence[int], place: int) -> pl.DataFrame:
    """Return an `opened` of each profile's first message."""
    with processor.store.frames(asked=pl.DataFrame({"pno": profiles, "i": range(len(profiles))})):
        query = "SELECT m.no FROM asked a JOIN message m ON m.pno = a.pno AND m.node = 0 ORDER BY a.i"
        numbers = [row[0] for row in processor.store.connection.execute(query).fetchall()]
    data = [f'{{"of":"first-message/first","message":{number}}}' for number in numbers]
    return _frame(profiles, place, "feedback", "opened", data)


def _frame(profiles: Sequence[int], place: int, kind: str, name: str, data: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({
        "offset": range(place, place + len(profiles)), "at": [LATER] * len(profiles),
        "occurred_at": [LATER] * len(profiles),
        "kind": [kind] * len(profiles), "profile_id": [f"c{pno - 1:09d}" for pno in profiles],
        "name": [name] * len(profiles), "data": data,
        "traits": [None] * len(profiles), "message_id": [None] * len(profiles),
    }, schema=dict(ITEM_SCHEMA))  # fmt: skip


def _moved(store: DuckStore) -> int:
    [(count,)] = store.connection.execute("SELECT count(*) FROM step WHERE outcome <> 0").fetchall()
    return int(count)


def _check(moved: int, expected: int) -> None:
    if moved != expected:
        raise AssertionError(f"{moved} passages moved on, not {expected}")
