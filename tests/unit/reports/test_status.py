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
