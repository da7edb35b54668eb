"""An audience is read into a journey: the message is decided, the passage parked, all of it durable."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl

from bench.result import Result, Size, timed
from bench.shop import POLICY, START, close, first_message, processor_of, workspace
from sojourn.engine.processor import Processor
from sojourn.model.items import ITEM_SCHEMA

PROFILES: Final = 1_000_000
BY_HAND: Final = """
CREATE TEMP TABLE who AS
    SELECT _pno AS pno, 1 + 2 * (row_number() OVER (ORDER BY profile_id) - 1) AS no
    FROM profile WHERE orders >= 2 AND email IS NOT NULL;
INSERT INTO passage BY NAME
    SELECT no, 1 AS doc, pno, 1 AS node, $at AS entered_at, $at + INTERVAL 1 DAY AS wake_at, no AS wake_no,
        $at + INTERVAL 91 DAY AS ends_at, 0 AS bits, 0 AS hold FROM who;
INSERT INTO message BY NAME
    SELECT no + 1 AS no, no AS passage, 1 AS doc, 0 AS node, 0 AS slot, pno, 0 AS channel, -1 AS variant, $at AS at,
        true AS counted FROM who;
INSERT INTO outbox SELECT no + 1 FROM who;
INSERT INTO step BY NAME SELECT no AS passage, 1 AS doc, pno, 0 AS node, $at AS at, 1 AS outcome FROM who;
INSERT INTO step BY NAME SELECT no AS passage, 1 AS doc, pno, 1 AS node, $at AS at, 0 AS outcome FROM who
"""
"""What the engine writes, without asking anybody anything."""


def measure(size: Size) -> list[Result]:
    """Let an audience of a million in, with and without a policy of frequency."""
    count = size.of(PROFILES)
    with TemporaryDirectory(prefix="bench-") as folder:
        ceiling = _by_hand(Path(folder) / "hand.duckdb", count)
        plain, capped = (
            _engine(Path(folder) / f"{len(policies)}.duckdb", count, *policies) for policies in ((), (POLICY,))
        )
    return [
        Result(
            "audience_entry", plain, "profiles/s", ceiling, 500_000,
            details={"profiles": count, "with a frequency cap, profiles/s": round(capped)},
        )
    ]  # fmt: skip


def _engine(path: Path, count: int, *policies: dict[str, object]) -> float:
    processor = processor_of(workspace(first_message("asap"), *policies), path, count)
    with timed() as watch:
        processor.process(pl.DataFrame(schema=dict(ITEM_SCHEMA)), START + timedelta(seconds=1))
    tables = ("passage", "message", "outbox", "step")
    rows = [_count(processor, table) for table in tables]
    close(processor)
    path.unlink()
    if rows != [count, count, count, 2 * count]:
        raise AssertionError(f"not everybody is where they should be: {dict(zip(tables, rows, strict=True))}")
    return watch.per_second(count)


def _by_hand(path: Path, count: int) -> float:
    processor = processor_of(workspace(first_message("asap")), path, count)
    store = processor.store
    with timed() as watch, store.transaction():
        for statement in BY_HAND.split(";"):
            store.connection.execute(statement, {"at": START} if "$at" in statement else None)
    close(processor)
    path.unlink()
    return watch.per_second(count)


def _count(processor: Processor, table: str) -> int:
    [(count,)] = processor.store.connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)
