"""Messages of a document by one thing that they have in common."""

from collections.abc import Iterator
from typing import Any

import pytest

from sojourn.model.instants import parse_instant
from sojourn.reports.breakdown import BYS, By, breakdown
from tests.unit.reports.running import Shop, feedback, identify, shop, track

DAY = "2026-03-02T"
DOCUMENTS = """
{kind: journey, id: welcome, entry: {type: event, event: registered}, nodes: [
  {id: first, type: email, variants: [{name: a, share: 50, template: first-message}, {share: 50, template: follow-up}],
   next: thanks},
  {id: thanks, type: push, template: thank-you}]}
"""
ITEMS = [
    identify("ann", f"{DAY}08:00:00Z", email="ann@Example.com", push_token="a", timezone="Asia/Seoul"),
    identify("bob", f"{DAY}08:00:00Z", email="bob@example.com"),
    identify("eve", f"{DAY}08:00:00Z", email="eve@shop.example"),
    *(track(profile, "registered", f"{DAY}09:00:00Z") for profile in ("ann", "bob", "eve")),
    *(feedback("ann", "opened", "welcome/first", f"{DAY}2{i}:00:00Z") for i in range(2)),
    feedback("ann", "clicked", "welcome/first", f"{DAY}21:30:00Z", link="https://shop.example/a"),
    feedback("eve", "clicked", "welcome/first", "2026-03-03T01:00:00Z", link="https://shop.example/a"),
]


@pytest.fixture(scope="module")
def found() -> Iterator[Shop]:
    with shop(DOCUMENTS, ITEMS, "2026-03-04T12:00:00Z") as running:
        yield running


def counts(found: Shop, by: By, zone: str = "UTC", **more: Any) -> dict[str | None, dict[str, int]]:
    told = breakdown(found.store.cursor(), found.program, "welcome", by, zone, **more)
    return {row["key"]: row["counts"] for row in told["rows"]}


def test_by_day_of_a_zone(found: Shop) -> None:
    utc, seoul = counts(found, "day"), counts(found, "day", "Asia/Seoul")
    assert utc["2026-03-02T00:00"] == {"entered": 3, "sent": 4, "discarded": 2, "opened": 1, "clicked": 1}
    assert utc["2026-03-03T00:00"] == {"clicked": 1}
    assert seoul["2026-03-03T00:00"] == {"opened": 1, "clicked": 2}


def test_by_hour_in_order_and_within_a_period(found: Shop) -> None:
    assert list(counts(found, "hour")) == [
        "2026-03-02T09:00", "2026-03-02T20:00", "2026-03-02T21:00", "2026-03-03T01:00",
    ]  # fmt: skip
    since, until = parse_instant(f"{DAY}20:00:00Z"), parse_instant(f"{DAY}21:00:00Z")
    assert counts(found, "hour", since=since, until=until) == {"2026-03-02T20:00": {"opened": 1}}


def test_by_what_messages_have(found: Shop) -> None:
    assert counts(found, "channel") == {"email": {"sent": 3, "opened": 1, "clicked": 2}, "push": {"sent": 1}}
    assert counts(found, "domain") == {
        "example.com": {"sent": 2, "opened": 1, "clicked": 1}, "shop.example": {"sent": 1, "clicked": 1},
        None: {"sent": 1},
    }  # fmt: skip
    assert counts(found, "link") == {"https://shop.example/a": {"clicked": 2}}
    assert counts(found, "local_hour", "Europe/Berlin")["18"]["sent"] == 2
    assert counts(found, "local_hour", "Europe/Berlin")["10"]["sent"] == 2


def test_by_variant(found: Shop) -> None:
    by_name = counts(found, "variant")
    assert set(by_name) <= {"first/a", "first/1", None}
    assert sum(each["sent"] for name, each in by_name.items() if name is not None) == 3


@pytest.mark.parametrize("by", BYS)
def test_a_document_that_did_nothing(by: By) -> None:
    with shop(DOCUMENTS, [], "2026-03-04T12:00:00Z") as running:
        assert counts(running, by) == {}
