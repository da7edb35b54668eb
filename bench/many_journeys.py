"""Fifty live journeys of twenty nodes each, and one alone, over the same items."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.events_on_parked import NO_ITEMS, purchases, take
from bench.result import Result, Size, timed
from bench.shop import START, close, processor_of, workspace
from sojourn.engine.processor import Processor

PASSAGES: Final = 1_000_000
BATCH: Final = 20_000
BATCHES: Final = 5
JOURNEYS: Final = 50
NODES: Final = 20


def measure(size: Size) -> list[Result]:
    """Resume the same number of passages: all in one journey, or spread evenly over fifty."""
    count = size.of(PASSAGES)
    batch = min(BATCH, count // BATCHES)
    one = _ms_a_batch(count, batch, [_journey(0, 1)])
    silent = _ms_a_batch(count, batch, [_journey(0, 1), *(_other(i) for i in range(1, JOURNEYS))])
    spread = _ms_a_batch(count, batch, [_journey(i, JOURNEYS) for i in range(JOURNEYS)])
    details = {
        "parked": count, "batch": batch, "one journey, ms a batch": round(one, 1),
        "49 more that hear other events, ms a batch": round(silent, 1),
        "passages spread over 50 that hear the same event, ms a batch": round(spread, 1),
    }  # fmt: skip
    return [Result("many_journeys", spread / one, "times the cost of one", required=2, lower_is_better=True,
                   details=details)]  # fmt: skip


def _ms_a_batch(count: int, batch: int, journeys: list[dict[str, Any]]) -> float:
    shares = [_share(journey["entry"]["audience"]) for journey in journeys if "audience" in journey["entry"]]
    with TemporaryDirectory(prefix="bench-") as folder:
        processor = processor_of(workspace(*shares, *journeys), Path(folder) / "store.duckdb", count)
        processor.process(NO_ITEMS, START + timedelta(seconds=1))
        order = random.Random(7).sample(range(1, count + 1), batch * BATCHES)
        frames = [purchases(processor, order[i : i + batch], i) for i in range(0, len(order), batch)]
        before = _steps(processor)
        with timed() as watch:
            for frame in frames:
                take(processor, frame, ahead=True)
            processor.store.settle()
        moved = _steps(processor) - before
        close(processor)
    if moved != 2 * len(order):
        raise AssertionError(f"{moved} steps, not {2 * len(order)}: somebody did not go on")
    return watch.seconds * 1000 / len(frames)


def _steps(processor: Processor) -> int:
    [(count,)] = processor.store.connection.execute("SELECT count(*) FROM step").fetchall()
    return int(count)


def _journey(number: int, of: int) -> dict[str, Any]:
    """Return a journey for its share of the profiles; at each of its nodes they wait for a purchase."""
    return {
        "kind": "journey", "id": f"shopping-{number}", "reentry": "never",
        "entry": {"type": "audience", "audience": f"share-{number}-of-{of}", "schedule": "asap"},
        "exit_when": [{"event": "order_cancelled"}],
        "nodes": _nodes("purchase"),
    }  # fmt: skip


def _share(audience: str) -> dict[str, Any]:
    """Return the audience `share-<number>-of-<of>`."""
    _, number, _, of = audience.split("-")
    return {"kind": "audience", "id": audience, "where": f"cast(profile.spend * 10 as integer) % {of} = {number}"}


def _other(number: int) -> dict[str, Any]:
    """Return a journey of the same size that begins with another event and waits for it."""
    return {
        "kind": "journey", "id": f"registering-{number}", "reentry": "always",
        "entry": {"type": "event", "event": "registered"}, "exit_when": [{"event": "order_cancelled"}],
        "nodes": _nodes("registered"),
    }  # fmt: skip


def _nodes(event: str) -> list[dict[str, Any]]:
    ids = [f"step-{i}" for i in range(NODES)]
    return [
        {"id": id, "type": "event", "event": event, "timeout": "80d", "next": following}
        if following
        else {"id": id, "type": "end"}
        for id, following in zip(ids, [*ids[1:], None], strict=True)
    ]
