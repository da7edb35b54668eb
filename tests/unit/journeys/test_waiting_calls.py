"""Calls that a limit holds: in the order in which they came, and six hours at most."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import simulate

Row = dict[str, Any]
SHOP: list[Row] = [
    {"kind": "event", "id": "asks"},
    {"kind": "journey", "id": "j", "entry": {"type": "event", "event": "asks"}, "nodes": [
        {"id": "look", "type": "lookup", "source": "stock", "next": "told", "on_error": "late"},
        {"id": "told", "type": "wait", "for": "1m"},
        {"id": "late", "type": "wait", "for": "1m"},
    ]},
]  # fmt: skip


def left(limit: Row, count: int) -> list[tuple[str, str]]:
    """Return when and how each of some people, who ask at noon, goes on from the lookup."""
    source = {"kind": "source", "id": "stock", "request": {"method": "GET", "url": "https://x.example"}, "limit": limit}
    items = [
        {"type": "track", "userId": f"p{no}", "event": "asks", "timestamp": f"2026-03-02T12:00:0{no}Z"}
        for no in range(count)
    ]
    result = simulate([*SHOP, source], items, "2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z")
    steps = [step for step in result.steps if step["node"] == "look" and step["outcome"] != "waiting"]
    return [(step["at"][11:19], step["outcome"]) for step in sorted(steps, key=lambda step: step["profile"])]


def test_who_waits_longer_than_six_hours_is_capped_then() -> None:
    assert left({"calls": 1, "per": "4h", "over": "wait"}, 3) == [
        ("12:00:00", "next"), ("16:00:00", "next"), ("18:00:02", "on_error"),
    ]  # fmt: skip


@pytest.mark.parametrize("over", ["wait", "fail"])
def test_over_a_limit_one_waits_or_is_capped_at_once(over: str) -> None:
    late = {"wait": ("12:30:00", "next"), "fail": ("12:00:01", "on_error")}[over]
    assert left({"calls": 1, "per": "30m", "over": over}, 2) == [("12:00:00", "next"), late]
