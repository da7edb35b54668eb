from datetime import UTC, datetime
from typing import Any

import pytest

from sojourn.model.items import ITEM_SCHEMA, ItemError, read_items

AT = "2026-03-02T10:00:00Z"


def item(**fields: Any) -> dict[str, Any]:
    return {"timestamp": AT, **fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (item(type="identify", userId="ann", traits={"city": "서울"}), ("ann", None, None, '{"city":"서울"}')),
        (item(type="track", userId="ann", event="x", properties={"a": 1}), ("ann", "x", '{"a":1}', None)),
        (
            item(type="track", event="x", context={"traits": {"a": 1}}),
            (None, "x", "{}", '{"a":1}'),
        ),
        (
            item(type="feedback", userId="ann", kind="clicked", of="j/n", link="sale"),
            ("ann", "clicked", '{"of":"j/n","link":"sale"}', None),
        ),
        (
            item(type="subscription", userId="ann", channel="email", status="opted_in"),
            ("ann", "channel:email", '{"status":"opted_in"}', None),
        ),
        (
            item(type="subscription", userId="ann", group="news", status="subscribed"),
            ("ann", "group:news", '{"status":"subscribed"}', None),
        ),
        (item(type="trigger", userId="ann", id="go", properties={"c": "Q"}), ("ann", "go", '{"c":"Q"}', None)),
        (item(type="signal", id="sale", parameters={"s": "w"}), (None, "sale", '{"s":"w"}', None)),
        (item(type="control", do="close", id="j"), (None, "close", '{"id":"j"}', None)),
        (item(type="suppress", channel="email", address="a@b.co"), (None, "email", '{"address":"a@b.co"}', None)),
        (
            item(type="row", entity="orders", op="d", row={"id": 1}),
            (None, "orders", '{"op":"d","row":{"id":1}}', None),
        ),
        (item(type="location", userId="ann", lat=1, lon=2.5), ("ann", None, '{"lat":1.0,"lon":2.5}', None)),
        (item(type="inbound", userId="ann", channel="sms", text="STOP"), ("ann", "sms", '{"text":"STOP"}', None)),
        (item(type="session", userId=7), ("7", None, None, None)),
    ],
)
def test_each_type_becomes_a_row(given: dict[str, Any], expected: tuple[str | None, ...]) -> None:
    frame = read_items([given])
    assert frame.schema == ITEM_SCHEMA
    assert frame.row(0, named=True)["kind"] == given["type"]
    assert frame.select("profile_id", "name", "data", "traits").row(0) == expected
    assert frame["at"][0] == frame["occurred_at"][0] == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_items_are_sorted_by_timestamp_and_equal_ones_stay_as_given() -> None:
    times = ["2026-03-02T10:00:01Z", "2026-03-02T11:00:00+01:00", AT, "2026-03-02T10:00:01Z"]
    rows = [{"type": "session", "userId": str(i), "timestamp": at} for i, at in enumerate(times)]
    frame = read_items(rows)
    assert frame["profile_id"].to_list() == ["1", "2", "0", "3"]
    assert frame["offset"].to_list() == [0, 1, 2, 3]


def test_no_items_are_an_empty_frame() -> None:
    assert read_items([]).schema == ITEM_SCHEMA


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"type": "session", "userId": "a"}, "it has no `timestamp`"),
        ({"type": "session", "userId": "a", "timestamp": "today"}, "`today` is not an instant"),
        (item(type="trak", userId="a", event="x"), "unknown type `trak`; did you mean `track`?"),
        (item(userId="a"), "unknown type `None`"),
        (item(type=["x"]), "unknown type"),
        (item(type="identify", traits={}), "it has no `userId`"),
        (item(type="track", userId="a"), "it has no `event`"),
        (item(type="track", userId="a", event="x", properties=[1]), "`properties` is not a map"),
        (item(type="track", userId="a", event="x", properties={"a": float("nan")}), "cannot be written as JSON"),
        (item(type="track", userId="a", event="x", properties={"a": "\ud800"}), "cannot be written as JSON"),
        (item(type="feedback", userId="a", kind="opend", of="x"), "unknown kind `opend`; did you mean `opened`?"),
        (item(type="subscription", userId="a", status="subscribed"), "one of `channel` and `group`"),
        (item(type="control", do="explode", id="x"), "unknown do `explode`"),
        (item(type="location", userId="a", lat=91, lon=0), "`lat` is not a number from -90 to 90"),
        ("nothing", "it is not a map"),
    ],
)
def test_a_bad_item_names_its_place_and_the_reason(given: Any, reason: str) -> None:
    good = item(type="session", userId="a")
    with pytest.raises(ItemError) as caught:
        read_items([good, given])
    assert caught.value.index == 1
    assert reason in caught.value.reason


def test_an_item_before_the_start_is_refused() -> None:
    with pytest.raises(ItemError, match="before the start, 2026-03-03T00:00:00Z"):
        read_items([item(type="session", userId="a")], not_before=datetime(2026, 3, 3, tzinfo=UTC))
