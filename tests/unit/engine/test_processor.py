"""The order in which things happen to a profile (spec, section 1), as a user sees it in the simulator's results."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import Simulation, simulate

Row = dict[str, Any]

START, UNTIL = "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"
DATA: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"city": "string", "stage": "integer", "email": "string"}},
    *({"kind": "event", "id": name, "properties": {"n": "integer"}} for name in ("go", "stop", "ping", "pong", "late")),
    {"kind": "audience", "id": "seoul", "where": "profile.city = 'Seoul'"},
    {"kind": "template", "id": "hook", "channel": "webhook", "method": "POST", "url": "https://x.example", "body": "b"},
]


def journey(id: str, nodes: list[Row], event: str = "go", **fields: Any) -> Row:
    return {"kind": "journey", "id": id, "entry": {"type": "event", "event": event}, "nodes": nodes} | fields


def at(clock: str, day: int = 3) -> str:
    return f"2026-03-{day:02}T{clock}:00Z"


def track(event: str, when: str, user: str = "ann", **properties: Any) -> Row:
    return {"type": "track", "userId": user, "event": event, "properties": properties, "timestamp": when}


def run(documents: list[Row], items: list[Row], until: str = UNTIL) -> Simulation:
    return simulate(DATA + documents, items, START, until)


def hook(id: str = "m", **fields: Any) -> Row:
    return {"id": id, "type": "webhook", "template": "hook", **fields}


def appending(letter: str) -> Row:
    return {"city": f"concat(coalesce(profile.city, ''), '{letter}')"}


def outcomes(result: Simulation, journey: str = "j") -> list[tuple[str, str]]:
    return [(row["node"], row["outcome"]) for row in result.steps if row["journey"] == journey]


# ---- one item within a document --------------------------------------------------------------------------------------


def test_an_item_ends_passages_before_it_advances_them() -> None:
    waits = journey(
        "j", [{"id": "e", "type": "event", "event": "stop", "next": "m"}, hook()], exit_when=[{"event": "stop"}]
    )
    result = run([waits], [track("go", at("09:00")), track("stop", at("10:00"))])
    assert [(row["state"], row["reason"], row["node"]) for row in result.passages] == [("exited", "exit_criteria", "e")]
    assert result.messages == []


def test_an_item_ends_a_passage_before_it_starts_the_next_one() -> None:
    stays = journey("j", [{"id": "e", "type": "event", "event": "late"}], exit_when=[{"event": "go"}], reentry="always")
    result = run([stays], [track("go", at("09:00")), track("go", at("10:00"))])
    assert [(row["entered_at"], row["state"]) for row in result.passages] == [
        (at("09:00"), "exited"), (at("10:00"), "active"),
    ]  # fmt: skip
    assert result.discards == []


def test_an_item_advances_a_passage_out_before_it_starts_the_next_one() -> None:
    stays = journey("j", [{"id": "e", "type": "event", "event": "go"}], reentry="always")
    result = run([stays], [track("go", at("09:00")), track("go", at("10:00")), track("go", at("11:00"))])
    assert [row["entered_at"] for row in result.passages] == [at("09:00"), at("10:00"), at("11:00")]
    assert result.discards == []


def test_an_item_does_not_advance_the_passage_that_it_starts() -> None:
    stays = journey("j", [{"id": "e", "type": "event", "event": "go", "next": "m"}, hook()])
    assert run([stays], [track("go", at("09:00"))]).messages == []


def test_an_item_advances_a_passage_by_one_event_node_only() -> None:
    chain = [{"id": "a", "type": "event", "event": "ping", "next": "b"}, {"id": "b", "type": "event", "event": "ping"}]
    result = run([journey("j", chain)], [track("go", at("09:00")), track("ping", at("10:00"))])
    assert [row["node"] for row in result.passages] == ["b"]


def test_a_conversion_is_counted_before_the_item_sends_again() -> None:
    campaign = {
        "kind": "triggered", "id": "c", "trigger": [{"event": "go"}], "reeligible": "always",
        "conversions": [{"event": "go"}], "messages": [{"channel": "webhook", "template": "hook"}],
    }  # fmt: skip
    result = run([campaign], [track("go", at("09:00")), track("go", at("10:00"))])
    assert [row["at"] for row in result.conversions] == [at("10:00")]


# ---- across documents ------------------------------------------------------------------------------------------------


def test_documents_take_an_item_by_priority_and_then_by_id() -> None:
    def writes(id: str, priority: int) -> Row:
        update = {"id": "u", "type": "update_profile", "set": appending(id)}
        return journey(id, [update], priority=priority)

    last = journey(
        "zz",
        [{"id": "c", "type": "condition", "paths": [{"when": "profile.city = 'dbac'", "next": "m"}]}, hook()],
        priority=1,
    )
    documents = [writes("a", 50), writes("b", 60), writes("c", 10), writes("d", 90), last]
    assert len(run(documents, [track("go", at("09:00"))]).messages) == 1


def test_attributes_of_the_same_request_are_there_before_the_event() -> None:
    seoul = journey("j", [hook(only_if={"in": "seoul"})])
    item = {**track("go", at("09:00")), "context": {"traits": {"city": "Seoul"}}}
    assert len(run([seoul], [item]).messages) == 1


# ---- items and timers ------------------------------------------------------------------------------------------------

WAITS = [{"id": "w", "type": "wait", "for": "1h", "next": "m"}, hook()]


@pytest.mark.parametrize("clock, sent", [("09:59", 0), ("10:00", 0), ("10:01", 1)])
def test_an_item_comes_before_a_timer_of_its_instant_and_after_an_earlier_one(clock: str, sent: int) -> None:
    leaves = journey("j", WAITS, exit_when=[{"event": "stop"}])
    result = run([leaves], [track("go", at("09:00")), track("stop", at(clock))])
    assert len(result.messages) == sent


def test_all_items_of_an_instant_come_before_its_timers() -> None:
    leaves = journey("j", WAITS, exit_when=[{"event": "stop"}])
    noon = [track("ping", at("10:00")), track("pong", at("10:00")), track("stop", at("10:00"))]
    assert run([leaves], [track("go", at("09:00")), *noon]).messages == []


def test_of_timers_at_one_instant_the_earliest_created_goes_first() -> None:
    def writes(id: str, event: str, wait: str) -> Row:
        nodes = [
            {"id": "w", "type": "wait", "for": wait, "next": "u"},
            {"id": "u", "type": "update_profile", "set": appending(id)},
        ]
        return journey(id, nodes, event)

    check = journey(
        "z", [{"id": "c", "type": "condition", "paths": [{"when": "profile.city = 'yx'", "next": "m"}]}, hook()]
    )
    early, late = writes("y", "ping", "3h"), writes("x", "pong", "2h")
    items = [track("ping", at("08:00")), track("pong", at("09:00")), track("go", at("12:00"))]
    assert len(run([late, early, check], items).messages) == 1


def test_a_longest_stay_that_ends_with_a_wait_was_created_first() -> None:
    result = run([journey("j", WAITS, max_duration="1h")], [track("go", at("09:00"))])
    assert [(row["state"], row["left_at"]) for row in result.passages] == [("timed_out", at("10:00"))]
    assert result.messages == []


def test_an_end_date_was_created_at_publication() -> None:
    result = run([journey("j", WAITS, ends_at=at("10:00"))], [track("go", at("09:00"))])
    assert [(row["state"], row["reason"]) for row in result.passages] == [("exited", "outside_duration")]
    assert result.messages == []


def test_until_is_inclusive_for_items_and_timers() -> None:
    result = run([journey("j", WAITS)], [track("go", at("09:00"))], until=at("10:00"))
    assert len(result.messages) == 1
    assert run([journey("j", WAITS)], [track("go", at("09:00"))], until=at("09:59")).messages == []


# ---- what an item sets off -------------------------------------------------------------------------------------------


def emit(event: str, **fields: Any) -> Row:
    return {"id": f"emit-{event}", "type": "emit", "event": event, "properties": {"n": "1"}, **fields}


def test_what_an_item_sets_off_comes_directly_behind_it() -> None:
    """The emitted `ping` must be there before the profile's next item, which has the same instant."""
    emits = journey("a", [emit("ping")])
    waits = journey(
        "j",
        [{"id": "r", "type": "race", "paths": [{"event": "ping", "name": "ping"}, {"event": "stop", "name": "stop"}]}],
    )
    result = run([emits, waits], [track("go", at("09:00")), track("stop", at("09:00"))])
    assert ("r", "ping") in outcomes(result)


def test_what_an_item_sets_off_waits_until_all_documents_have_taken_it() -> None:
    emits = journey("a", [emit("ping")], priority=90)
    low = journey("j", [{"id": "e", "type": "event", "event": "ping", "next": "m"}, hook()], priority=1)
    assert len(run([emits, low], [track("go", at("09:00"))]).messages) == 1


def test_two_journeys_that_set_each_other_off_stop_after_a_hundred_items() -> None:
    left = journey("left", [emit("pong")], "ping", reentry="always")
    right = journey("right", [emit("ping")], "pong", reentry="always")
    result = run([left, right], [track("ping", at("09:00")), track("go", at("09:00"))])
    assert len(result.passages) == 101
    assert [(row["reason"], row["from"], row["at"]) for row in result.discards] == [("loop", "left", at("09:00"))]


def test_each_item_has_a_limit_of_its_own() -> None:
    left = journey("left", [emit("pong")], "ping", reentry="always")
    right = journey("right", [emit("ping")], "pong", reentry="always")
    result = run(
        [left, right], [track("ping", at("09:00")), track("ping", at("09:00")), track("ping", at("10:00"), "bob")]
    )
    assert len(result.passages) == 303
    assert len(result.discards) == 3


@pytest.mark.parametrize("most, loops", [(100, 0), (101, 1)])
def test_the_hundredth_item_is_still_taken(most: int, loops: int) -> None:
    goes_on = {
        "id": "c",
        "type": "condition",
        "paths": [{"when": {"did": "ping", "count": {"at_most": most}}, "next": "emit-ping"}],
    }
    result = run([journey("j", [goes_on, emit("ping")], "ping", reentry="always")], [track("ping", at("09:00"))])
    assert [row["reason"] for row in result.discards] == ["loop"] * loops
    assert len(result.passages) == 101


def jump(target: str, **fields: Any) -> Row:
    return {"id": f"to-{target}", "type": "jump", "journey": target, **fields}


def test_a_passage_that_jumps_is_inside_its_journey() -> None:
    here = journey("here", [jump("there", next="m"), hook()], reentry="always")
    there = journey("there", [jump("here")], "late", reentry="always")
    result = run([here, there], [track("go", at("09:00"))])
    assert [row["journey"] for row in result.passages] == ["here", "there"]
    assert [(row["from"], row["reason"], row["detail"]) for row in result.discards] == [
        ("there/to-here", "already_inside", "here")
    ]
    assert len(result.messages) == 1


def test_a_jump_into_its_own_journey_is_refused() -> None:
    result = run([journey("j", [jump("j", next="m"), hook()], reentry="always")], [track("go", at("09:00"))])
    assert [(row["from"], row["reason"]) for row in result.discards] == [("j/to-j", "already_inside")]
    assert len(result.messages) == 1


def test_jumps_under_ever_new_keys_stop_after_a_hundred() -> None:
    entry = {"type": "event", "event": "go", "key": "entry.n"}
    endless = journey("j", [jump("j", **{"with": {"n": "coalesce(entry.n, 0) + 1"}})], entry=entry, reentry="always")
    result = run([endless], [track("go", at("09:00"), n=0)])
    assert [row["reason"] for row in result.discards] == ["loop"]
    assert len(result.passages) == 101


def test_what_a_set_off_item_sets_off_comes_before_its_siblings() -> None:
    """`go` emits `ping` and `late`; `ping` emits `pong`, which comes directly behind it and so before `late`."""
    two = journey("a", [emit("ping", next="emit-late"), emit("late")])
    one = journey("b", [emit("pong")], "ping")
    paths = [{"event": "pong", "name": "pong"}, {"event": "late", "name": "late"}]
    result = run([two, one, journey("j", [{"id": "r", "type": "race", "paths": paths}])], [track("go", at("09:00"))])
    assert ("r", "pong") in outcomes(result)


@pytest.mark.parametrize("clock, entries", [("09:59", 1), ("10:00", 2)])
def test_exactly_at_the_end_of_after_is_eligible(clock: str, entries: int) -> None:
    again = journey("j", [hook()], reentry={"after": "1h"})
    result = run([again], [track("go", at("09:00")), track("go", at(clock))])
    assert len(result.passages) == entries
    assert len(result.discards) == 2 - entries


# ---- leaving early, and order among profiles -------------------------------------------------------------------------

NIGHT = {"kind": "policy", "id": "p", "quiet_hours": {"from": "22:00", "until": "08:00", "timezone": "UTC"}}


@pytest.mark.parametrize(
    "node, reason",
    [
        ({"type": "wait", "until_expr": "null::timestamp"}, "bad_wait"),
        ({"type": "webhook", "template": "hook", "only_if": "false"}, "validation_failed"),
        ({"type": "event", "event": "late"}, "timed_out"),
    ],
)
def test_a_message_that_waits_is_dropped_when_its_passage_leaves_early(node: Row, reason: str) -> None:
    leaves = journey("j", [hook(next="n"), {"id": "n", **node}], max_duration="1h")
    result = run([NIGHT, leaves], [track("go", at("23:00"))])
    assert result.messages == []
    assert ("j/m", reason) in [(row["from"], row["reason"]) for row in result.discards]


def test_a_cap_lets_the_first_through_by_the_log() -> None:
    capped = journey("j", [{"id": "c", "type": "cap", "limit": 1, "next": "m"}, hook()])
    early = [track("ping", at("07:00")), track("ping", at("08:00")), track("go", at("09:00"))]
    result = run([capped], [*early, track("go", at("10:00"), "bob")])
    assert [row["profile"] for row in result.messages] == ["ann"]
