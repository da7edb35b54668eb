"""Audiences are entered and left by items, by windows of time that move, and by looks at everybody."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import simulate

Row = dict[str, Any]

START, UNTIL = "2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z"
BOOKING: Row = {
    "kind": "entity",
    "id": "booking",
    "key": "booking_id",
    "attributes": {"booking_id": "string", "profile_id": "string", "hotel_id": "string", "checkin": "timestamp"},
    "links": {
        "guest": {"to": "profile", "on": {"profile_id": "profile_id"}},
        "hotel": {"to": "hotel", "on": {"hotel_id": "hotel_id"}},
    },
}
HOTEL: Row = {
    "kind": "entity",
    "id": "hotel",
    "key": "hotel_id",
    "attributes": {"hotel_id": "string", "city": "string"},
}
BASE: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"city": "string", "signed_up": "timestamp"}},
    BOOKING,
    HOTEL,
    {"kind": "event", "id": "purchase", "properties": {"amount": "number"}},
    {"kind": "template", "id": "t", "channel": "webhook", "method": "POST", "url": "https://x.example"},
]


def audience(where: Any, id: str = "a") -> Row:
    return {"kind": "audience", "id": id, "where": where}


def journey(on: str) -> Row:
    return {
        "kind": "journey",
        "id": on,
        "entry": {"type": "qualification", "audience": "a", "on": on},
        "reentry": "always",
        "nodes": [{"id": "stop", "type": "end"}],
    }


def buy(at: str, user: str = "ann", amount: float = 10) -> Row:
    return {"type": "track", "userId": user, "event": "purchase", "properties": {"amount": amount}, "timestamp": at}


def identify(at: str, user: str = "ann", **traits: Any) -> Row:
    return {"type": "identify", "userId": user, "traits": traits, "timestamp": at}


def moves(documents: list[Row], items: list[Row], until: str = UNTIL, **more: Any) -> list[tuple[str, str, str]]:
    result = simulate([*BASE, *documents, journey("entered"), journey("left")], items, START, until, **more)
    return sorted((row["entered_at"], row["profile"], row["journey"]) for row in result.passages)


def test_a_profile_leaves_when_its_event_leaves_the_window() -> None:
    found = moves([audience({"did": "purchase", "within": "7d"})], [buy("2026-03-03T10:00:00Z")])
    assert found == [("2026-03-03T10:00:00Z", "ann", "entered"), ("2026-03-10T10:00:00Z", "ann", "left")]


def test_a_later_event_moves_the_end_of_the_window() -> None:
    items = [buy("2026-03-03T10:00:00Z"), buy("2026-03-05T10:00:00Z")]
    found = moves([audience({"did": "purchase", "within": "7d"})], items)
    assert found == [("2026-03-03T10:00:00Z", "ann", "entered"), ("2026-03-12T10:00:00Z", "ann", "left")]


def test_a_profile_enters_by_time_what_it_must_not_have_done() -> None:
    quiet = {"all": ["profile.city = 'Seoul'", {"not": {"did": "purchase", "within": "2d"}}]}
    items = [identify("2026-03-03T09:00:00Z", city="Seoul"), buy("2026-03-03T10:00:00Z")]
    assert moves([audience(quiet)], items) == [
        ("2026-03-03T09:00:00Z", "ann", "entered"),
        ("2026-03-03T10:00:00Z", "ann", "left"),
        ("2026-03-05T10:00:00Z", "ann", "entered"),
    ]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        ({"at_least": 2}, [("04", "entered"), ("05", "left")]),
        ({"at_most": 1}, [("03", "entered"), ("04", "left"), ("05", "entered")]),
        ({"exactly": 1}, [("03", "entered"), ("04", "left"), ("05", "entered"), ("06", "left")]),
        ({"exactly": 0}, [("06", "entered")]),
    ],
)
def test_counts_change_at_the_event_that_matters(count: Row, expected: list[tuple[str, str]]) -> None:
    items = [buy("2026-03-03T10:00:00Z"), buy("2026-03-04T10:00:00Z")]
    found = moves([audience({"did": "purchase", "count": count, "within": "2d"})], items)
    assert [(at[8:10], name) for at, _, name in found] == expected


def test_a_sum_changes_when_an_event_leaves() -> None:
    items = [buy("2026-03-03T10:00:00Z", amount=30), buy("2026-03-04T10:00:00Z", amount=30)]
    found = moves([audience({"did": "purchase", "sum": {"of": "event.amount", "at_least": 50}, "within": "2d"})], items)
    assert [(at[8:10], name) for at, _, name in found] == [("04", "entered"), ("05", "left")]


def test_windows_inside_other_audiences_count() -> None:
    inner = audience({"any": [{"did": "purchase", "where": "event.amount > 5", "within": "3d"}, "false"]}, "inner")
    items = [buy("2026-03-03T10:00:00Z"), buy("2026-03-04T10:00:00Z", amount=1)]
    found = moves([inner, audience({"all": [{"in": "inner"}]})], items)
    assert [(at[8:10], name) for at, _, name in found] == [("03", "entered"), ("06", "left")]


def test_engagement_has_windows_too() -> None:
    welcome = {
        "kind": "triggered", "id": "welcome", "trigger": [{"event": "purchase"}],
        "messages": [{"channel": "webhook", "template": "t"}],
    }  # fmt: skip
    opened = {"type": "feedback", "kind": "opened", "of": "welcome", "userId": "ann"}
    items = [
        buy("2026-03-03T10:00:00Z"), {**opened, "timestamp": "2026-03-04T10:00:00Z"},
        {**opened, "timestamp": "2026-03-05T10:00:00Z"},
    ]  # fmt: skip
    found = moves([welcome, audience({"engaged": "opened", "with": "welcome", "within": "1d12h"})], items)
    assert [(at[8:13], name) for at, _, name in found] == [("04T10", "entered"), ("06T22", "left")]


def test_an_item_of_the_same_instant_is_taken_before_the_window_moves() -> None:
    items = [buy("2026-03-03T10:00:00Z"), buy("2026-03-05T10:00:00Z")]
    assert [name for _, _, name in moves([audience({"did": "purchase", "within": "2d"})], items)] == ["entered", "left"]


def test_profiles_of_before_publication_leave_too() -> None:
    nobody = audience({"not": {"did": "purchase", "within": "2d"}})
    found = moves([nobody], [buy("2026-03-03T10:00:00Z")], tables={"profile": [{"profile_id": "ann"}]})
    assert [(at[8:10], name) for at, _, name in found] == [("03", "left"), ("05", "entered")]


def test_a_campaign_is_triggered_by_time_alone() -> None:
    lapsed = {
        "kind": "triggered", "id": "lapsed", "trigger": [{"in": "a"}], "delay": {"for": "1h"},
        "messages": [{"channel": "webhook", "template": "t"}],
    }  # fmt: skip
    documents = [*BASE, audience({"all": [{"did": "purchase"}, {"not": {"did": "purchase", "within": "7d"}}]}), lapsed]
    result = simulate(documents, [buy("2026-03-03T10:00:00Z")], START, UNTIL)
    assert [(row["profile"], row["at"]) for row in result.messages] == [("ann", "2026-03-10T11:00:00Z")]


def test_time_alone_is_no_change_of_the_profile_for_exit_when() -> None:
    stay = {
        "kind": "journey",
        "id": "stay",
        "entry": {"type": "event", "event": "purchase"},
        "exit_when": [{"left": "a"}],
        "nodes": [
            {"id": "w", "type": "wait", "for": "10d", "next": "m"},
            {"id": "m", "type": "webhook", "template": "t"},
        ],
    }
    documents = [*BASE, audience({"did": "purchase", "within": "2d"}), stay]
    alone = simulate(documents, [buy("2026-03-03T10:00:00Z")], START, UNTIL)
    watched = simulate([*documents, journey("left")], [buy("2026-03-03T10:00:00Z")], START, UNTIL)
    mine = [row for row in watched.passages if row["journey"] == "stay"]
    assert alone.passages == mine
    assert (mine[0]["left_at"], mine[0]["reason"]) == ("2026-03-13T10:00:00Z", "exit_criteria")


# ---- looks at everybody ----------------------------------------------------------------------------------------------


def test_what_the_clock_alone_tells_is_seen_at_the_next_full_hour() -> None:
    month = audience("profile.signed_up < now() - interval 3 day")
    items = [
        identify("2026-03-03T09:00:00Z", signed_up="2026-03-03T08:20:00Z"),
        identify("2026-03-03T09:00:00Z", "bob"),
    ]
    assert moves([month], items, "2026-03-06T12:00:00Z") == [("2026-03-06T09:00:00Z", "ann", "entered")]


def test_the_workspace_says_how_often_everybody_is_looked_at() -> None:
    settings = {"kind": "workspace", "id": "w", "audience_refresh": "15m"}
    items = [identify("2026-03-03T09:00:00Z", signed_up="2026-03-03T08:20:00Z")]
    found = moves([settings, audience("profile.signed_up < now() - interval 3 day")], items, "2026-03-06T12:00:00Z")
    assert found == [("2026-03-06T08:30:00Z", "ann", "entered")]


def test_a_query_that_reads_the_clock_is_asked_every_hour() -> None:
    soon = {"kind": "audience", "id": "a", "sql": "select profile_id from booking where checkin < now()"}
    rows = {"profile": [{"profile_id": "ann"}], "booking": [
        {"booking_id": "1", "profile_id": "ann", "hotel_id": "h", "checkin": "2026-03-04T10:30:00Z"},
    ]}  # fmt: skip
    assert moves([soon], [], "2026-03-05T00:00:00Z", tables=rows) == [("2026-03-04T11:00:00Z", "ann", "entered")]


def test_rows_that_no_profile_is_linked_to_count_at_the_next_full_hour() -> None:
    there = audience({"related": "booking", "where": "hotel.city = 'Seoul'"})
    rows = {
        "profile": [{"profile_id": "ann"}], "hotel": [{"hotel_id": "h", "city": "Busan"}],
        "booking": [{"booking_id": "1", "profile_id": "ann", "hotel_id": "h"}],
    }  # fmt: skip
    change = {"type": "row", "entity": "hotel", "op": "u", "row": {"hotel_id": "h", "city": "Seoul"}}
    found = moves([there], [{**change, "timestamp": "2026-03-03T09:10:00Z"}], "2026-03-04T00:00:00Z", tables=rows)
    assert found == [("2026-03-03T10:00:00Z", "ann", "entered")]
