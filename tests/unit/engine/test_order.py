"""Where one profile matters to another, what happened first counts, however the items are cut into batches."""

from __future__ import annotations

import pytest

from .shop import HOOK, Row, campaign, control, day, feedback, identify, journey, node, refused, run, sent, track

NOON = "timestamptz '2026-03-03 12:00:00Z' - to_minutes(coalesce(profile.n, 0))"


def test_a_cap_lets_the_first_one_through_by_the_instants_of_waits() -> None:
    first = journey("j", [
        node("w", "wait", until_expr=NOON, next="c"), node("c", "cap", limit=1, next="m", otherwise="k"),
        {"id": "m", **HOOK}, {"id": "k", **HOOK},
    ])  # fmt: skip
    items = [
        identify(day(2), "ann", n=0), identify(day(2), "bob", n=30), track(day(3), user="ann"),
        track(day(3), user="bob"), track(day(3, "11:45:00"), user="cy"), track(day(3, "13:00:00"), user="dee"),
    ]  # fmt: skip
    places = [(profile, place) for profile, place, _ in sent(run([first], items))]
    assert places == [("bob", "j/m"), ("ann", "j/k"), ("cy", "j/k"), ("dee", "j/k")]


def test_a_wait_that_ends_before_an_item_reaches_the_cap_before_it() -> None:
    first = journey("j", [
        node("s", "condition", paths=[{"when": "profile.vip", "next": "w"}], otherwise="c"),
        node("w", "wait", **{"for": "30m", "next": "c"}), node("c", "cap", limit=1, next="m", otherwise="k"),
        {"id": "m", **HOOK}, {"id": "k", **HOOK},
    ])  # fmt: skip
    items = [identify(day(2), vip=True), track(day(3)), track(day(3, "11:00:00"), user="bob")]
    assert [(profile, place) for profile, place, _ in sent(run([first], items))] == [("ann", "j/m"), ("bob", "j/k")]


def test_a_bounce_counts_for_others_of_the_address_from_its_instant_on() -> None:
    mail: Row = {"type": "email", "template": "mail"}
    wait = node("w", "wait", until_expr=NOON, next="m")
    waiting = journey("j", [wait, {"id": "m", **mail}], entry={"type": "audience", "audience": "a"})
    once = journey("k", [{"id": "m", **mail}])
    members: Row = {"kind": "audience", "id": "a", "where": "profile.n is not null"}
    profiles: list[Row] = [{"profile_id": "ann"}, {"profile_id": "bob", "n": 30}, {"profile_id": "cy", "n": 10}]
    items = [track(day(2, "01:00:00")), feedback(day(3, "11:35:00"), "bounced", "k/m")]
    shared = [{**row, "email": "a@b.co"} for row in profiles]
    result = run([members, waiting, once], items, tables={"profile": shared})
    assert [profile for profile, place, _ in sent(result) if place == "j/m"] == ["bob"]
    assert refused(result) == [("cy", "j/m", day(3, "11:50:00"), "suppressed")]


@pytest.mark.parametrize(("one", "other", "first"), [("2m", "5m", "j/a"), ("5m", "2m", "j/b")])
def test_what_a_pause_held_goes_on_in_the_order_of_arrival(one: str, other: str, first: str) -> None:
    two = journey("j", [
        node("s", "condition", paths=[{"when": "entry.k = 'b'", "next": "v"}], otherwise="w"),
        node("w", "wait", **{"for": one, "next": "a"}), node("v", "wait", **{"for": other, "next": "b"}),
        {"id": "a", **HOOK}, {"id": "b", **HOOK},
    ], entry={"type": "event", "event": "e", "key": "entry.k"})  # fmt: skip
    policy: Row = {"kind": "policy", "id": "p", "caps": [{"at_most": 1, "per": "day"}]}
    commands = [control(day(3, "10:01:00"), "pause", "j"), control(day(3, "12:00:00"), "resume", "j")]
    result = run([policy, two], [track(day(3), k="a"), track(day(3), k="b"), *commands])
    assert sent(result) == [("ann", first, day(3, "12:00:00"))]


# ---- rows ------------------------------------------------------------------------------------------------------------

BOOKING: Row = {
    "kind": "entity",
    "id": "booking",
    "key": "booking_id",
    "attributes": {"booking_id": "string", "email": "string", "guest_id": "string"},
    "links": {
        "guest": {"to": "profile", "on": {"guest_id": "profile_id"}},
        "payer": {"to": "profile", "on": {"email": "email"}},
    },
}
GUESTS: Row = {"kind": "audience", "id": "guests", "where": {"related": "booking"}}


def test_a_row_is_noticed_by_whoever_it_is_linked_to_and_makes_nobody() -> None:
    row = {"type": "row", "entity": "booking", "op": "u", "timestamp": day(3)}
    items = [
        identify(day(2), "ann", email="a@b.co"),
        {**row, "row": {"booking_id": "1", "email": "a@b.co", "guest_id": "stranger"}},
    ]
    result = run([BOOKING, GUESTS, campaign("c", {"in": "guests"})], items)
    assert sent(result) == [("ann", "c", day(3))]


def test_what_a_pause_held_comes_to_a_cap_in_the_order_of_arrival() -> None:
    first = journey("j", [
        node("w", "wait", until_expr="now() + to_minutes(profile.n)", next="k"),
        node("k", "jump", journey="z", next="c"),
        node("c", "cap", limit=1, next="m"), {"id": "m", **HOOK},
    ])  # fmt: skip
    other = journey("z", [node("e", "end")], entry={"type": "api"})
    items = [
        identify(day(2), "ann", n=50), identify(day(2), "bob", n=20), track(day(3), user="ann"),
        track(day(3), user="bob"), control(day(3, "10:10:00"), "pause", "j"),
        control(day(3, "12:00:00"), "resume", "j"),
    ]  # fmt: skip
    assert sent(run([first, other], items)) == [("bob", "j/m", day(3, "12:00:00"))]
