"""The clock of a scratch may be stepped: what comes out is the same as in one go, and a jump is inclusive."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from sojourn.engine.scratch import Scratch
from sojourn.engine.simulator import read_simulation, run
from sojourn.model.items import read_items
from sojourn.workspace import read_workspace

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP: list[dict[str, Any]] = [
    {"kind": "event", "id": "signup"},
    {"kind": "event", "id": "buy"},
    {"kind": "template", "id": "hi", "channel": "webhook", "method": "POST", "url": "https://x.example"},
    {
        "kind": "journey",
        "id": "welcome",
        "entry": {"type": "event", "event": "signup"},
        "nodes": [
            {"id": "pause", "type": "wait", "for": "1d", "next": "bought"},
            {"id": "bought", "type": "event", "event": "buy", "timeout": "2d", "next": "hello"},
            {"id": "hello", "type": "webhook", "template": "hi"},
        ],
    },
]
ITEMS: list[dict[str, Any]] = [
    {"type": "track", "userId": "ann", "event": "signup", "timestamp": "2026-03-02T00:00:00Z"},
    {"type": "track", "userId": "bob", "event": "signup", "timestamp": "2026-03-02T12:00:00Z"},
    {"type": "track", "userId": "ann", "event": "buy", "timestamp": "2026-03-03T00:00:00.000001Z"},
]


@pytest.mark.parametrize("hours", [1, 12, 24, 36])
def test_steps_of_any_length_give_what_one_run_gives(hours: int) -> None:
    workspace, items = read_workspace(SHOP, {}), read_items(ITEMS)
    whole = run(workspace, items, START, START + 4 * DAY, {}, {})
    with Scratch(workspace, START) as scratch:
        scratch.publish()
        for hour in range(hours, 4 * 24 + hours, hours):
            until = START + timedelta(hours=hour)
            due = items.filter((pl.col("at") >= scratch.horizon) & (pl.col("at") <= until))
            scratch.run(min(until, START + 4 * DAY), due)
        assert read_simulation(scratch) == whole
    assert [(row["profile"], row["at"]) for row in whole.messages] == [
        ("ann", "2026-03-03T00:00:00.000001Z"),
        ("bob", "2026-03-05T12:00:00Z"),
    ]


def test_a_jump_reaches_what_is_due_at_its_instant() -> None:
    with Scratch(read_workspace(SHOP, {}), START) as scratch:
        scratch.publish()
        scratch.run(START, read_items(ITEMS[:1]))
        scratch.run(START + DAY)
        assert [row["node"] for row in read_simulation(scratch).passages] == ["bought"]
        assert scratch.horizon == START + DAY + timedelta(microseconds=1)


def test_nothing_runs_before_publication() -> None:
    with Scratch(read_workspace(SHOP, {}), START) as scratch:
        scratch.run(START, read_items(ITEMS[:1]))
        scratch.publish()
        scratch.run(START + DAY)
        assert read_simulation(scratch).passages == []
