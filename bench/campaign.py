"""An orchestrated campaign over a population: exact counts of a draft, then a run with its messages decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from bench.result import Result, Size, timed
from bench.shop import START, close, processor_of, workspace
from sojourn.engine.campaigns.preview import Preview
from sojourn.model.items import ITEM_SCHEMA

PROFILES: Final = 1_000_000
CAMPAIGN: Final[dict[str, Any]] = {
    "kind": "campaign", "id": "spring", "schedule": "asap", "confirm": False, "activities": [
        {"id": "loyal", "type": "query", "entity": "profile", "where": "orders >= 3"},
        {"id": "rich", "type": "query", "entity": "profile", "where": "spend > 200"},
        {"id": "both", "type": "combine", "op": "union", "of": ["loyal", "rich"]},
        {"id": "parts", "type": "split", "of": "both", "complement": "rest",
         "paths": [{"id": "top", "limit": "50%", "order_by": "spend desc"}]},
        {"id": "mail", "type": "email", "of": "parts.top", "template": "hello"},
    ],
}  # fmt: skip
BY_HAND: Final = """
CREATE TABLE loyal AS SELECT * FROM profile WHERE orders >= 3;
CREATE TABLE rich AS SELECT * FROM profile WHERE spend > 200;
CREATE TABLE both_of_them AS SELECT DISTINCT ON (profile_id) * FROM (
    SELECT *, 0 AS input FROM loyal UNION ALL SELECT *, 1 FROM rich
) ORDER BY profile_id, input;
CREATE TABLE ranked AS
    SELECT *, row_number() OVER (ORDER BY spend DESC NULLS LAST, profile_id) AS place, count(*) OVER () AS n
    FROM both_of_them;
CREATE TABLE top AS SELECT * FROM ranked WHERE place <= n // 2;
CREATE TABLE rest AS SELECT * FROM ranked WHERE place > n // 2
"""
"""The tables of the run up to its messages."""


def measure(size: Size) -> list[Result]:
    """Count a draft, run it, and do the same up to the messages by hand."""
    count = size.of(PROFILES)
    with TemporaryDirectory(prefix="bench-") as folder:
        by_hand_s = _by_hand(Path(folder) / "hand.duckdb", count)
        documents = workspace(CAMPAIGN)
        processor = processor_of(documents, Path(folder) / "engine.duckdb", count)
        with timed() as previewed:
            Preview(processor.store.cursor(), documents, {}, START).run("spring", {}, 0)
        with timed() as ran:
            processor.process(pl.DataFrame(schema=dict(ITEM_SCHEMA)), START + timedelta(seconds=1))
        [(messages,)] = processor.store.connection.execute("SELECT count(*) FROM message").fetchall()
        close(processor)
    return [
        Result("campaign_preview", round(previewed.seconds, 2), "s", round(by_hand_s, 2), lower_is_better=True,
               details={"profiles": count}),
        Result("campaign_run", round(ran.per_second(count)), "profiles/s",
               details={"profiles": count, "messages": messages, "seconds": round(ran.seconds, 2)}),
    ]  # fmt: skip


def _by_hand(path: Path, count: int) -> float:
    processor = processor_of(workspace(), path, count)
    with timed() as watch, processor.store.transaction():
        for statement in BY_HAND.split(";"):
            processor.store.connection.execute(statement)
    close(processor)
    path.unlink()
    return watch.seconds
