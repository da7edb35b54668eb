"""Live counts of documents."""

import pytest

from tests.unit.reports.running import feedback, identify, shop, track

DAY = "2026-03-02T"
DOCUMENTS = """
{kind: journey, id: welcome, entry: {type: event, event: registered}, nodes: [
  {id: first, type: email, template: first-message, next: opened},
  {id: opened, type: reaction, to: first, kind: opened, timeout: 1d, next: thanks, on_timeout: again},
  {id: again, type: email, template: follow-up},
  {id: thanks, type: push, template: thank-you}]}
---
{kind: triggered, id: cart, trigger: [{event: cart_abandoned}], delay: {for: 30m}, unless: [{event: purchase}],
 messages: [{channel: email, template: cart-reminder}]}
"""
ITEMS = [
    identify("ann", f"{DAY}08:00:00Z", email="ann@example.com", push_token="a"),
    identify("bob", f"{DAY}08:00:00Z", email="bob@example.com"),
    identify("eve", f"{DAY}08:00:00Z"),
    *(track(profile, "registered", f"{DAY}09:00:00Z") for profile in ("ann", "bob", "eve")),
    feedback("ann", "opened", "welcome/first", f"{DAY}10:00:00Z"),
    feedback("ann", "opened", "welcome/first", f"{DAY}10:30:00Z"),
    track("ann", "registered", f"{DAY}11:00:00Z"),
    track("ann", "cart_abandoned", f"{DAY}11:00:00Z"),
    track("bob", "cart_abandoned", f"{DAY}11:00:00Z"),
    track("bob", "purchase", f"{DAY}11:10:00Z"),
]


def test_it_tells_the_instant_and_the_items() -> None:
    with shop(DOCUMENTS, [], "2026-03-02T12:00:00Z") as found:
        status = found.status()
    assert (status["now"], status["items"]) == ("2026-03-02T12:00:00Z", {"appended": 7, "processed": 5})
    assert [row["id"] for row in status["documents"]] == ["cart", "welcome"]


def test_passages_are_counted_by_state() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T12:00:00Z") as found:
        welcome = found.document("welcome")
    names = ("kind", "state", "version", "entered", "inside", "completed", "exited")
    assert {name: welcome[name] for name in names} == {
        "kind": "journey", "state": "live", "version": 3, "entered": 3, "inside": 2, "completed": 1, "exited": 0,
    }  # fmt: skip


def test_every_node_tells_who_came_who_is_there_and_who_left_by_which_way() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T12:00:00Z") as found:
        nodes = found.document("welcome")["nodes"]
    assert nodes == [
        {"id": "first", "type": "email", "entered": 3, "waiting": 0, "left": {"next": 3}},
        {"id": "opened", "type": "reaction", "entered": 3, "waiting": 2, "left": {"next": 1}},
        {"id": "again", "type": "email", "entered": 0, "waiting": 0, "left": {}},
        {"id": "thanks", "type": "push", "entered": 1, "waiting": 0, "left": {"next": 1}},
    ]


def test_a_time_out_is_a_way_out() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-03T12:00:00Z") as found:
        nodes = {node["id"]: node for node in found.document("welcome")["nodes"]}
    assert nodes["opened"]["left"] == {"on_timeout": 2, "next": 1}
    assert nodes["again"]["entered"] == 2


def test_messages_and_discards_are_counted() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T12:00:00Z") as found:
        welcome = found.document("welcome")
    messages = welcome["messages"]
    assert (messages["sent"], messages["pending"], messages["opened"], messages["clicked"]) == (3, 0, 1, 0)
    assert welcome["discards"] == {"no_address": 1, "not_eligible_again": 1}


def test_messages_that_delivery_has_not_taken_yet_are_pending() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T09:30:00Z", immediate=False) as found:
        before = found.document("welcome")["messages"]
        found.sql("DELETE FROM outbox WHERE no = (SELECT min(no) FROM outbox)")
        after = found.document("welcome")["messages"]
    assert (before["sent"], before["pending"]) == (0, 2)
    assert (after["sent"], after["pending"]) == (1, 1)


def test_a_cancelled_send_left_the_delay_by_its_reason() -> None:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T12:00:00Z") as found:
        cart = found.document("cart")
    assert cart["nodes"] == [
        {"id": "delay", "type": "delay", "entered": 2, "waiting": 0, "left": {"next": 1, "exit_criteria": 1}},
        {"id": "send", "type": "send", "entered": 1, "waiting": 0, "left": {"next": 1}},
    ]
    assert (cart["entered"], cart["completed"], cart["exited"]) == (2, 1, 1)


@pytest.mark.parametrize("until", ["2026-03-02T09:00:00Z", "2026-03-02T11:15:00Z", "2026-03-05T00:00:00Z"])
def test_whoever_enters_a_document_is_inside_or_has_ended(until: str) -> None:
    with shop(DOCUMENTS, [item for item in ITEMS if item["timestamp"] <= until], until) as found:
        rows = found.status()["documents"]
    ends = ("completed", "exited", "timed_out", "failed", "stopped")
    assert [row["entered"] for row in rows] == [row["inside"] + sum(row[end] for end in ends) for row in rows]
    assert [row["inside"] for row in rows] == [sum(node["waiting"] for node in row["nodes"]) for row in rows]


# ---- the state of a document -----------------------------------------------------------------------------------------

ENDS = """
{kind: audience, id: all, where: "true"}
---
{kind: journey, id: once, entry: {type: audience, audience: all, schedule: {once: 2026-03-02T10:00:00Z}}, nodes: [
  {id: w, type: wait, for: 1d}]}
---
{kind: journey, id: daily, reentry: always, nodes: [{id: w, type: wait, for: 1h}],
 entry: {type: audience, audience: all, schedule: {rrule: "FREQ=DAILY;COUNT=2", starts: 2026-03-02T10:00:00Z}}}
---
{kind: journey, id: leaving, ends_at: 2026-03-03T00:00:00Z, entry: {type: event, event: registered}, nodes: [
  {id: w, type: wait, for: 5d}]}
---
{kind: journey, id: staying, ends_at: 2026-03-03T00:00:00Z, at_end: finish, entry: {type: event, event: registered},
 nodes: [{id: w, type: wait, for: 2d}]}
---
{kind: triggered, id: local, trigger: [{event: registered}], messages: [{channel: email, template: first-message}],
 during: {local: {from: "2026-03-01 00:00", until: "2026-03-03 00:00", timezone: profile}}}
---
{kind: journey, id: open, entry: {type: event, event: registered}, nodes: [{id: w, type: wait, for: 1h}]}
"""


@pytest.mark.parametrize(
    ("until", "finished"),
    [
        ("2026-03-02T12:00:00Z", set()),
        ("2026-03-03T00:00:00Z", {"leaving"}),
        ("2026-03-03T11:59:59Z", {"leaving", "once", "daily"}),
        ("2026-03-03T12:00:00Z", {"leaving", "once", "daily", "local"}),
        ("2026-03-05T00:00:00Z", {"leaving", "once", "daily", "local", "staying"}),
    ],
)
def test_a_document_is_finished_when_nobody_is_inside_and_nobody_can_come(until: str, finished: set[str]) -> None:
    items = [identify("ann", f"{DAY}08:00:00Z", email="ann@example.com"), track("ann", "registered", f"{DAY}09:00:00Z")]
    with shop(ENDS, items, until) as found:
        states = {row["id"]: row["state"] for row in found.status()["documents"]}
    assert {id for id, state in states.items() if state == "finished"} == finished
    assert set(states.values()) <= {"live", "finished"}
