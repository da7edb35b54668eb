"""Two ids become one profile: what stays, what moves, what ends."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from sojourn import simulate
from sojourn.engine.scratch import Scratch
from sojourn.model.instants import parse_instant
from sojourn.model.items import read_items
from sojourn.workspace import read_workspace

Row = dict[str, Any]
START, UNTIL = "2026-03-02T00:00:00Z", "2026-04-01T00:00:00Z"
SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string", "plan": "string"}},
    {"kind": "event", "id": "seen"},
    {"kind": "event", "id": "bought"},
    {"kind": "template", "id": "hi", "channel": "webhook", "method": "POST", "url": "https://x.example"},
]
JOURNEY: Row = {
    "kind": "journey", "id": "j", "entry": {"type": "event", "event": "seen"}, "reentry": "always",
    "nodes": [{"id": "wait", "type": "wait", "for": "7d", "next": "send"},
              {"id": "send", "type": "webhook", "template": "hi"}],
}  # fmt: skip
CAMPAIGN: Row = {
    "kind": "triggered", "id": "c", "trigger": [{"event": "seen"}], "delay": {"for": "7d"}, "reeligible": "never",
    "messages": [{"channel": "webhook", "template": "hi"}],
}  # fmt: skip


def at(day: int, hour: int = 12) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00Z"


def seen(day: int, hour: int = 12, **who: str) -> Row:
    return {"type": "track", "event": "seen", "timestamp": at(day, hour), **who}


def identify(day: int, hour: int = 12, traits: Row | None = None, **who: str) -> Row:
    return {"type": "identify", "traits": traits or {}, "timestamp": at(day, hour), **who}


def alias(day: int, previous: str, user: str, hour: int = 12) -> Row:
    return {"type": "alias", "previousId": previous, "userId": user, "timestamp": at(day, hour)}


def run(documents: list[Row], items: list[Row], tables: Row | None = None) -> Any:
    return simulate([*SHOP, *documents], items, start=START, until=UNTIL, tables=tables or {})


def scratch_of(documents: list[Row], items: list[Row], refused: list[Any] | None = None) -> Scratch:
    told = [] if refused is None else refused
    workspace = read_workspace([*SHOP, *documents])
    scratch = Scratch(workspace, parse_instant(START), refuse=lambda _, code, reason: told.append((code, reason)))
    scratch.publish()
    scratch.run(parse_instant(UNTIL), read_items(items))
    return scratch


def people(scratch: Scratch) -> list[tuple[Any, ...]]:
    query = "SELECT profile_id, email, city, plan FROM profile ORDER BY 1"
    return scratch.store.connection.execute(query).fetchall()


def test_a_visitor_acts_and_goes_on_as_the_user_that_he_becomes() -> None:
    result = run([JOURNEY], [seen(3, anonymousId="x"), identify(4, userId="ann", anonymousId="x")])
    assert [(p["profile"], p["state"], p["entered_at"]) for p in result.passages] == [("ann", "completed", at(3))]
    assert [(m["profile"], m["at"]) for m in result.messages] == [("ann", at(10))]


CALLS = [seen(3, anonymousId="x"), identify(3, userId="ann", anonymousId="x"), seen(3, userId="ann")]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_calls_come_in_any_order(order: tuple[int, ...]) -> None:
    with scratch_of([], [CALLS[n] for n in order]) as scratch:
        assert [row[0] for row in people(scratch)] == ["ann"]
        assert scratch.store.connection.execute("SELECT count(DISTINCT pno), count(*) FROM event").fetchall() == [
            (1, 2)
        ]


def test_what_the_known_profile_says_wins_and_what_it_lacks_is_filled() -> None:
    items = [
        identify(3, userId="ann", traits={"city": "Seoul"}),
        identify(3, anonymousId="x", traits={"city": "Busan", "plan": "pro"}),
        identify(4, userId="ann", anonymousId="x"),
    ]
    with scratch_of([], items) as scratch:
        assert people(scratch) == [("ann", None, "Seoul", "pro")]


def test_of_two_passages_that_of_the_known_profile_stays() -> None:
    result = run([JOURNEY], [seen(3, anonymousId="x"), seen(4, userId="ann"), alias(5, "x", "ann")])
    assert [(p["profile"], p["entered_at"], p["left_at"], p["state"], p["reason"]) for p in result.passages] == [
        ("ann", at(3), at(5), "exited", "exit_criteria"), ("ann", at(4), at(11), "completed", None),
    ]  # fmt: skip
    assert [(d["from"], d["reason"], d["detail"]) for d in result.discards] == [
        ("j", "already_inside", "joined with `ann`")
    ]
    assert len(result.messages) == 1


@pytest.mark.parametrize(
    ("reentry", "left"), [("never", True), ({"after": "1d"}, False), ({"after": "9d"}, True), ("always", False)],
    ids=str,
)  # fmt: skip
def test_whoever_has_been_inside_is_judged_by_the_rule_of_entering_again(reentry: Any, left: bool) -> None:
    journey = {**JOURNEY, "reentry": reentry}
    result = run([journey], [seen(3, userId="ann"), seen(13, anonymousId="x"), alias(14, "x", "ann")])
    assert [d["reason"] for d in result.discards] == (["not_eligible_again"] if left else [])
    assert len(result.messages) == (1 if left else 2)


@pytest.mark.parametrize(
    ("items", "messages", "reason"),
    [
        ([seen(3, anonymousId="x"), seen(4, userId="ann"), alias(5, "x", "ann")], [at(11)], "already_pending"),
        ([seen(3, userId="ann"), seen(12, anonymousId="x"), alias(13, "x", "ann")], [at(10)], "not_eligible_again"),
        ([seen(3, anonymousId="x"), seen(12, userId="ann"), alias(13, "x", "ann")], [at(10)], "not_eligible_again"),
        ([seen(3, anonymousId="x"), alias(13, "x", "ann"), seen(14, userId="ann")], [at(10)], "not_eligible_again"),
    ],
    ids=["both pending", "one received", "the other received", "trigger later"],
)  # fmt: skip
def test_one_person_receives_a_campaign_once(items: list[Row], messages: list[str], reason: str) -> None:
    result = run([CAMPAIGN], items)
    assert [m["at"] for m in result.messages] == messages
    assert [d["reason"] for d in result.discards] == [reason]


def test_caps_count_both_histories() -> None:
    cap = {"kind": "policy", "id": "p", "caps": [{"at_most": 1, "per": "month"}]}
    now = {**CAMPAIGN, "reeligible": "always", "delay": None}
    now = {name: value for name, value in now.items() if value is not None}
    result = run([cap, now], [seen(3, anonymousId="x"), alias(4, "x", "ann"), seen(5, userId="ann")])
    assert [(m["profile"], m["at"]) for m in result.messages] == [("ann", at(3))]
    assert [d["reason"] for d in result.discards] == ["capped"]


@pytest.mark.parametrize(
    ("visitor", "user", "stays"),
    [
        (("unsubscribed", 3), ("opted_in", 4), "unsubscribed"), (("opted_in", 4), ("unsubscribed", 3), "unsubscribed"),
        (("opted_in", 4), None, "opted_in"),
        (("unsubscribed", 3), None, "unsubscribed"), (None, ("unsubscribed", 3), "unsubscribed"),
    ],
    ids=str,
)  # fmt: skip
def test_the_consent_that_restricts_stays(visitor: Any, user: Any, stays: str) -> None:
    said = [
        {"type": "subscription", "channel": "email", "status": told[0], "timestamp": at(told[1]), **who}
        for told, who in ((visitor, {"anonymousId": "x"}), (user, {"userId": "ann"}))
        if told is not None
    ]
    both = [identify(3, 1, userId="ann"), identify(3, 1, anonymousId="x")]
    with scratch_of([], [*both, *sorted(said, key=lambda item: item["timestamp"]), alias(5, "x", "ann")]) as scratch:
        assert scratch.store.connection.execute("SELECT status FROM consent").fetchall() == [(stays,)]


def test_an_anonymous_id_belongs_to_the_first_person() -> None:
    items = [
        identify(3, userId="ann", anonymousId="x"),
        identify(4, userId="ben", anonymousId="x"),
        seen(5, anonymousId="x"),
    ]
    refused: list[Any] = []
    with scratch_of([], items, refused) as scratch:
        assert [row[0] for row in people(scratch)] == ["ann", "ben"]
        query = "SELECT profile_id FROM event JOIN profile ON _pno = pno"
        assert scratch.store.connection.execute(query).fetchall() == [("ann",)]
    assert refused == [("ITEM-016", "names `anon:x`, who is `ann` already")]


def test_two_users_are_joined_by_an_alias() -> None:
    items = [identify(3, userId="old", traits={"city": "Seoul"}), identify(3, userId="new", traits={"plan": "pro"})]
    with scratch_of(
        [], [*items, alias(4, "old", "new"), identify(5, userId="old", traits={"email": "a@x.example"})]
    ) as s:
        assert people(s) == [("new", "a@x.example", "Seoul", "pro")]


def test_chains_of_ids_lead_to_one_profile() -> None:
    items = [seen(3, userId=name) for name in "abcd"]
    joins = [alias(4, "a", "b"), alias(5, "c", "d"), alias(6, "b", "d"), alias(7, "d", "a"), alias(8, "e", "a")]
    later = [seen(9, userId=name) for name in "abcde"]
    with scratch_of([], [*items, *joins, *later]) as scratch:
        assert [row[0] for row in people(scratch)] == ["d"]
        assert scratch.store.connection.execute("SELECT count(DISTINCT pno), count(*) FROM event").fetchall() == [
            (1, 9)
        ]


def test_known_stays_before_anonymous_whichever_way_it_is_told() -> None:
    with scratch_of([], [seen(3, anonymousId="x"), seen(3, userId="ann"), alias(4, "ann", "anon:x")]) as scratch:
        assert [row[0] for row in people(scratch)] == ["ann"]


BOOKING: Row = {
    "kind": "entity", "id": "booking", "key": "id", "attributes": {"id": "string", "profile_id": "string"},
    "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}}},
}  # fmt: skip


def test_rows_that_name_the_old_id_name_the_new_one_also_those_that_come_later() -> None:
    booked = {"type": "row", "entity": "booking", "op": "u"}
    items = [
        seen(3, anonymousId="x"), seen(3, userId="ann"),
        {**booked, "row": {"id": "1", "profile_id": "anon:x"}, "timestamp": at(3)},
        alias(4, "x", "ann"),
        {**booked, "row": {"id": "2", "profile_id": "anon:x"}, "timestamp": at(5)},
    ]  # fmt: skip
    with scratch_of([BOOKING], items) as scratch:
        found = scratch.store.connection.execute("SELECT id, profile_id FROM rows_booking ORDER BY 1").fetchall()
        assert found == [("1", "ann"), ("2", "ann")]


def test_who_has_entered_does_not_enter_again_and_who_comes_to_meet_it_does() -> None:
    fans = {"kind": "audience", "id": "fans", "where": {"did": "seen", "count": {"at_least": 2}}}
    hello = {"kind": "journey", "id": "h", "entry": {"type": "qualification", "audience": "fans", "on": "entered"},
             "reentry": "always", "nodes": [{"id": "send", "type": "webhook", "template": "hi"}]}  # fmt: skip
    one_each = [seen(3, anonymousId="x"), seen(3, userId="ann"), alias(5, "x", "ann")]
    assert [(m["profile"], m["at"]) for m in run([fans, hello], one_each).messages] == [("ann", at(5))]
    two_and_one = [seen(3, anonymousId="x"), seen(4, anonymousId="x"), seen(4, userId="ann"), alias(5, "x", "ann")]
    assert [m["at"] for m in run([fans, hello], two_and_one).messages] == [at(4)]


def group(day: int, **fields: Any) -> Row:
    return {"type": "group", "groupId": "acme", "traits": {"name": "Acme"}, "timestamp": at(day), **fields}


def test_groups_are_rows_memberships_are_rows_and_an_attribute() -> None:
    groups: list[Row] = [
        {"kind": "entity", "id": "groups", "key": "group_id", "attributes": {"group_id": "string", "name": "string"}},
        {"kind": "entity", "id": "group_members", "key": "id",
         "attributes": {"id": "string", "group_id": "string", "profile_id": "string"},
         "links": {"member": {"to": "profile", "on": {"profile_id": "profile_id"}},
                   "group": {"to": "groups", "on": {"group_id": "group_id"}}}},
    ]  # fmt: skip
    with scratch_of(groups, [group(3, userId="ann"), group(4, anonymousId="x"), alias(5, "x", "ben")]) as scratch:
        connection = scratch.store.connection
        assert connection.execute("SELECT * FROM rows_groups").fetchall() == [("acme", "Acme")]
        assert connection.execute("SELECT group_id, profile_id FROM rows_group_members ORDER BY 2").fetchall() == [
            ("acme", "ann"), ("acme", "ben"),
        ]  # fmt: skip


def test_a_group_call_sets_the_attribute() -> None:
    profile = {"kind": "entity", "id": "profile", "attributes": {"group_id": "string"}}
    workspace = read_workspace([profile])
    with Scratch(workspace, parse_instant(START)) as scratch:
        scratch.publish()
        scratch.run(parse_instant(UNTIL), read_items([group(3, userId="ann")]))
        assert scratch.store.connection.execute("SELECT profile_id, group_id FROM profile").fetchall() == [
            ("ann", "acme")
        ]


def test_a_group_that_nothing_keeps_is_refused() -> None:
    refused: list[Any] = []
    scratch_of([], [group(3, userId="ann")], refused).close()
    assert [code for code, _ in refused] == ["ITEM-017"]
