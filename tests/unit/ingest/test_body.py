"""Calls to items."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sojourn.ingest.body import CALL_BYTES, Role, Unreadable, read_body, to_items
from sojourn.ingest.call import micros

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def items(*calls: object, role: Role = "ingest", **envelope: object) -> tuple[list[dict[str, Any]], list[str]]:
    body = read_body(json.dumps({"batch": calls, **envelope}), "batch")
    taken = to_items(body, role, micros(NOON))
    return taken.columns.frame().to_dicts(), [reject.code for reject in taken.rejects]


def track(**fields: object) -> dict[str, object]:
    return {"type": "track", "userId": "ann", "event": "seen", **fields}


@pytest.mark.parametrize(
    ("ids", "profile"),
    [
        ({"userId": "ann", "anonymousId": "x"}, "ann"), ({"userId": 17850}, "17850"),
        ({"userId": "", "anonymousId": "x"}, "anon:x"), ({"userId": None, "anonymousId": "x"}, "anon:x"),
    ],
)  # fmt: skip
def test_who_it_is(ids: dict[str, object], profile: str) -> None:
    assert items(track(**{"userId": None, **ids}))[0][0]["profile_id"] == profile


@pytest.mark.parametrize(
    ("call", "sent", "occurred"),
    [
        ({}, None, None),
        ({"timestamp": NOON - HOUR}, None, NOON - HOUR),
        ({"originalTimestamp": NOON - HOUR}, None, NOON - HOUR),
        ({"timestamp": NOON + 4 * HOUR}, NOON + 5 * HOUR, NOON - HOUR),
        ({"timestamp": NOON - 9 * HOUR, "sentAt": NOON - 8 * HOUR}, NOON, NOON - HOUR),
        ({"timestamp": NOON - timedelta(days=3651)}, None, None),
        ({"timestamp": NOON - HOUR}, NOON - timedelta(days=4000), None),
    ],
)
def test_when_it_happened_by_our_clock(
    call: dict[str, datetime], sent: datetime | None, occurred: datetime | None
) -> None:
    fields = {name: instant.isoformat() for name, instant in call.items()}
    envelope = {} if sent is None else {"sentAt": sent.isoformat()}
    assert items(track(**fields), **envelope)[0][0]["occurred_at"] == occurred


def test_a_bad_sent_at_is_as_good_as_none() -> None:
    assert items(track(timestamp=NOON.isoformat()), sentAt="today")[0][0]["occurred_at"] == NOON


def test_pages_and_screens_are_events() -> None:
    rows, codes = items(
        {"type": "page", "userId": "ann", "name": "Pricing", "category": "Docs", "properties": {"url": "/p"}},
        {"type": "screen", "userId": "ann", "name": "Home", "properties": {"name": "its own"}},
        {"type": "page", "userId": "ann"},
    )
    assert codes == []
    assert [(row["kind"], row["name"], json.loads(row["data"])) for row in rows] == [
        ("track", "Page Viewed", {"name": "Pricing", "category": "Docs", "url": "/p"}),
        ("track", "Screen Viewed", {"name": "its own"}),
        ("track", "Page Viewed", {}),
    ]


def test_traits_may_stand_in_the_context() -> None:
    rows, _ = items(
        {"type": "identify", "userId": "ann", "traits": {"a": 1}},
        {"type": "identify", "userId": "ann", "context": {"traits": {"a": 2}}},
        track(context={"traits": {"a": 3}, "ip": "127.0.0.1"}),
    )
    assert [row["traits"] for row in rows] == ['{"a": 1}', '{"a": 2}', '{"a": 3}']


@pytest.mark.parametrize(
    ("call", "role", "code"),
    [
        (track(event=""), "ingest", "no_event"),
        (track(userId=None), "ingest", "no_profile"),
        ({"type": "identify"}, "server", "no_profile"),
        (track(userId=1.5), "ingest", "bad_item"),
        (track(messageId="m" * 501), "ingest", "too_long"),
        (track(properties={"a": "x" * CALL_BYTES}), "ingest", "too_large"),
        (track(properties="text"), "ingest", "not_an_object"),
        (track(context={"traits": 1}), "ingest", "not_an_object"),
        ({"type": "group", "userId": "ann"}, "server", "no_group"),
        ({"type": "group", "groupId": "g"}, "ingest", "no_profile"),
        ({"type": "alias", "userId": "ann"}, "server", "no_previous"),
        ({"type": "alias", "previousId": "x"}, "server", "no_profile"),
        ({"type": "alias", "previousId": "x", "anonymousId": "y"}, "server", "no_profile"),
        ({"type": "feedback", "userId": "ann", "kind": "opened", "of": "j/n"}, "ingest", "not_allowed"),
        ({"type": "feedback", "userId": "ann", "kind": "red", "of": "j/n"}, "server", "bad_item"),
        ({"type": "feedback", "kind": "opened", "of": "j/n"}, "server", "no_profile"),
        ({"type": "subscription", "userId": "ann", "status": "subscribed"}, "server", "bad_item"),
        ({"type": "subscription", "userId": "ann", "channel": "fax", "status": "subscribed"}, "server", "bad_item"),
        ({"type": "location", "userId": "ann", "lat": 91, "lon": 0}, "server", "bad_item"),
        ({"type": "control", "do": "stop", "id": "j"}, "server", "bad_item"),
        (None, "server", "bad_item"),
    ],
)
def test_what_cannot_be_an_item_is_rejected_and_leaves_nothing_behind(call: object, role: Role, code: str) -> None:
    rows, codes = items(call, track(), role=role)
    assert codes == [code]
    assert [row["name"] for row in rows] == ["seen"]


@pytest.mark.parametrize("text", ["", "[]", "7", '{"batch": {}}', '{"batch": [}', "{}"])
def test_what_is_no_batch_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="the body is not"):
        read_body(text, "batch")


def test_a_single_call_of_another_type_is_rejected() -> None:
    taken = to_items(read_body('{"type": "page", "userId": "a", "event": "e"}', "track"), "ingest", 0)
    assert [reject.code for reject in taken.rejects] == ["bad_item"]
    assert not len(taken.columns)


def test_the_key_in_the_body_is_found() -> None:
    assert read_body('{"writeKey": "wk", "batch": []}', "batch").write_key == "wk"
    assert read_body('{"writeKey": "wk", "event": "e"}', "track").write_key == "wk"


def test_both_ids_of_a_call_are_joined_before_it() -> None:
    rows, codes = items(
        track(anonymousId="x"), track(anonymousId=7), track(anonymousId=""), track(userId="", anonymousId="y")
    )
    assert codes == []
    assert [(row["kind"], row["profile_id"], row["name"]) for row in rows] == [
        ("alias", "ann", "anon:x"), ("track", "ann", "seen"), ("alias", "ann", "anon:7"), ("track", "ann", "seen"),
        ("track", "ann", "seen"), ("track", "anon:y", "seen"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "names"), [("ingest", ["anon:old"]), ("server", ["anon:old", "old"])], ids=["ingest", "server"]
)
def test_a_browser_joins_visitors_and_a_server_users_too(role: Role, names: list[str]) -> None:
    rows, codes = items({"type": "alias", "previousId": "old", "userId": "ann"}, role=role)
    assert codes == []
    assert [(row["kind"], row["profile_id"], row["name"]) for row in rows] == [("alias", "ann", name) for name in names]


def test_groups_have_traits_and_a_member() -> None:
    rows, codes = items(
        {"type": "group", "userId": "ann", "groupId": 7, "traits": {"plan": "pro"}}, {"type": "group", "groupId": "g"},
        role="server",
    )  # fmt: skip
    assert codes == []
    assert [(row["kind"], row["profile_id"], row["name"], row["data"]) for row in rows] == [
        ("group", "ann", "7", '{"plan": "pro"}'), ("group", None, "g", "{}"),
    ]  # fmt: skip
