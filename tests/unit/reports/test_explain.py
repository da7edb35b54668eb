"""What happened to a profile, and why."""

from typing import Any

import pytest

from sojourn.model.errors import SojournError
from tests.unit.reports.running import Shop, feedback, identify, shop, track

DAY = "2026-03-02T"
WELCOME = """
{kind: journey, id: welcome, entry: {type: event, event: registered, where: "event.plan = 'pro'", audience: west-coast},
 exit_when: [{event: purchase}], nodes: [
  {id: first, type: email, template: first-message, next: opened},
  {id: opened, type: reaction, to: first, kind: opened, timeout: 1d, next: check,
   on_timeout: again},
  {id: again, type: email, template: follow-up, next: check},
  {id: check, type: condition, paths: [{name: rich, when: profile.spend > 100, next: pause}], otherwise: thanks},
  {id: pause, type: wait, for: 3d, next: thanks},
  {id: thanks, type: push, template: thank-you}]}
"""
HOLDOUT = "---\n{kind: policy, id: defaults, holdout: {percent: 5}}\n"
ZOE = {"city": "Seattle", "birth_year": 1990, "email": "zoe@example.com", "push_token": "z"}


def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def failing(found: Shop, profile: str, document: str) -> tuple[str, str, str]:
    told = found.explain(profile, document)
    assert not told["entered"]
    return told["first_failed"]["test"], told["first_failed"]["text"], told["would_differ"]


# ---- who was inside --------------------------------------------------------------------------------------------------


def test_each_step_is_told_with_its_reason() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE, spend=500),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
        feedback("zoe", "opened", "welcome/first", f"{DAY}11:00:00Z"),
    ]
    with shop(WELCOME, items, "2026-03-03T12:00:00Z") as found:
        told = found.explain("zoe", "welcome")
    (passage,) = told["passages"]
    assert [(step["node"], step["type"], step["outcome"]) for step in passage["steps"]] == [
        ("first", "email", "next"), ("opened", "reaction", "waiting"), ("opened", "reaction", "next"),
        ("check", "condition", "rich"), ("pause", "wait", "waiting"),
    ]  # fmt: skip
    assert texts(passage["steps"]) == [
        "the message was decided",
        "waited for `opened of first`, at most 1d, went on at 2026-03-02 11:00 UTC",
        "`opened of first` came",
        "took `rich`: `profile.spend > 100` is met (profile.spend is 500.0)",
        "waits until 2026-03-05 11:00 UTC (for 3d)",
    ]
    assert passage["steps"][-1]["until"] == "2026-03-05T11:00:00Z"
    assert told["summary"] == "`zoe` entered `welcome` at 2026-03-02T09:00:00Z and is at `pause`."


def test_a_message_is_told_with_its_address_template_and_feedback() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
        feedback("zoe", "opened", "welcome/first", f"{DAY}11:00:00Z"),
    ]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        (message,) = found.explain("zoe", "welcome")["passages"][0]["steps"][0]["messages"]
    assert (message["to"], message["template"], message["status"]) == ("zoe@example.com", "first-message", "sent")
    assert message["text"] == (
        "email `first-message` to zoe@example.com: sent 2026-03-02 09:00 UTC, opened 2026-03-02 11:00 UTC"
    )
    assert [row["kind"] for row in message["feedback"]] == ["sent", "opened"]


def test_a_path_not_taken_and_a_time_out_are_told() -> None:
    items = [identify("zoe", f"{DAY}08:00:00Z", **ZOE), track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro")]
    with shop(WELCOME, items, "2026-03-03T12:00:00Z") as found:
        (passage,) = found.explain("zoe", "welcome")["passages"]
    assert "no `opened of first` came within 1d" in texts(passage["steps"])
    assert "took `otherwise`: `profile.spend > 100` is not met (profile.spend is null)" in texts(passage["steps"])
    assert passage["state"] == "completed"


def test_a_condition_is_told_with_the_values_of_its_instant() -> None:
    journey = """
    kind: journey
    id: tiers
    entry: {type: event, event: registered}
    nodes:
      - id: check
        type: condition
        paths:
          - {name: old, when: {not: {any: [profile.spend < 10, entry.plan = 'free']}}}
          - {name: city, when: profile.city = 'Boston' and entry.plan = 'pro'}
    """
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **{**ZOE, "city": "Boston"}, spend=5),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
        identify("zoe", f"{DAY}09:00:00.001Z", city="Seattle", spend=50),
    ]
    with shop(journey, items, "2026-03-03T12:00:00Z") as found:
        (passage,) = found.explain("zoe", "tiers")["passages"]
    assert texts(passage["steps"]) == [
        "took `city`: `profile.city = 'Boston'` is met (profile.city is 'Boston') and `entry.plan = 'pro'` is met "
        "(entry.plan is 'pro'); before it `profile.spend < 10` is met (profile.spend is 5.0)"
    ]


def test_who_left_early_is_told_the_criterion() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
        track("zoe", "purchase", f"{DAY}10:00:00Z"),
    ]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        (passage,) = found.explain("zoe", "welcome")["passages"]
    assert (passage["state"], passage["reason"]) == ("exited", "exit_criteria")
    assert passage["steps"][-1]["text"] == "left early: an exit criterion was met (`purchase`)"


def test_a_second_entry_is_told_as_refused() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
        track("zoe", "registered", f"{DAY}10:00:00Z", plan="pro"),
    ]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        told = found.explain("zoe", "welcome")
    assert texts(told["refusals"]) == [
        "already_inside: zoe was inside already since 2026-03-02 09:00 UTC; "
        "one profile (and key) is in one place at a time"
    ]


def test_a_discarded_message_stands_at_its_node() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **{**ZOE, "email": "zoe"}),
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
    ]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        told = found.explain("zoe", "welcome")
    first = told["passages"][0]["steps"][0]
    assert texts(first["discards"]) == ["bad_address: the address for email is malformed: profile.email is 'zoe'"]
    assert told["refusals"] == []


def test_a_full_cap_tells_the_messages_that_filled_it() -> None:
    documents = """
{kind: policy, id: defaults, caps: [{channels: [email], at_most: 2, per: week}]}
---
{kind: triggered, id: cart, trigger: [{event: cart_abandoned}], reeligible: always,
 messages: [{channel: email, template: cart-reminder}]}
"""
    days = ("2026-03-02", "2026-03-04", "2026-03-05")
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE),
        *(track("zoe", "cart_abandoned", f"{day}T09:00:00Z") for day in days),
    ]
    with shop(documents, items, "2026-03-06T00:00:00Z") as found:
        last = found.explain("zoe", "cart")["passages"][-1]
    assert texts(last["discards"]) == [
        "capped: 2 e-mails this week already (2026-03-02 … 2026-03-04), cap is 2 per week"
    ]


def test_a_held_message_tells_until_when() -> None:
    documents = """
{kind: policy, id: defaults, quiet_hours: {from: "22:00", until: "08:00", timezone: profile}}
---
{kind: triggered, id: cart, trigger: [{event: cart_abandoned}], messages: [{channel: email, template: cart-reminder}]}
"""
    items = [identify("zoe", f"{DAY}08:00:00Z", **ZOE), track("zoe", "cart_abandoned", f"{DAY}23:00:00Z")]
    with shop(documents, items, f"{DAY}23:30:00Z") as found:
        (message,) = found.explain("zoe", "cart")["passages"][0]["messages"]
    assert message["status"] == "held"
    assert message["text"] == "email `cart-reminder` to zoe@example.com: quiet hours hold it until 2026-03-03 08:00 UTC"


# ---- who never entered -----------------------------------------------------------------------------------------------


def test_a_profile_that_does_not_exist() -> None:
    with shop(WELCOME, [], f"{DAY}12:00:00Z") as found:
        test, text, differ = failing(found, "nobody", "welcome")
    assert (test, text) == ("the profile exists", "there is no profile `nobody`: nothing has been received about it")
    assert differ == "It would have entered if an identify or track call had come with the id `nobody`."


def test_a_profile_that_may_have_been_erased() -> None:
    with shop(WELCOME, [], f"{DAY}12:00:00Z") as found:
        found.sql("INSERT INTO erasure (no, digests) VALUES (1, ['x'])")
        _, text, _ = failing(found, "nobody", "welcome")
    assert text.endswith("nothing has been received about it, or it has been erased")


def test_no_such_event_tells_the_others() -> None:
    items = [track("zoe", "app_opened", f"{DAY}09:00:00Z"), track("zoe", "app_opened", f"{DAY}10:00:00Z")]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        test, text, _ = failing(found, "zoe", "welcome")
    assert (test, text) == ("an item matched the entry", "zoe has no `registered` at all; it has 2 `app_opened`")


def test_a_where_that_fails_tells_the_value_of_the_property() -> None:
    items = [identify("zoe", f"{DAY}08:00:00Z", **ZOE), track("zoe", "registered", f"{DAY}09:00:00Z", plan="basic")]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        _, text, differ = failing(found, "zoe", "welcome")
    assert text == (
        "zoe has 1 event `registered` since the publication, and none matched: "
        "at 2026-03-02 09:00 UTC `event.plan = 'pro'` is not met (event.plan is 'basic')"
    )
    assert differ == "It would have entered if `event.plan = 'pro'` had been met."


def test_an_audience_tells_the_half_that_fails_with_its_value() -> None:
    boston = {**ZOE, "city": "Boston"}
    items = [identify("zoe", f"{DAY}08:00:00Z", **boston), track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro")]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        test, text, differ = failing(found, "zoe", "welcome")
        (refusal,) = found.explain("zoe", "welcome")["refusals"]
    condition = "`profile.city IN ('Atlanta', 'San Francisco', 'Seattle')`"
    assert test == "not_in_audience"
    assert (
        text
        == refusal["text"]
        == f"not_in_audience: zoe was not in the audience: {condition} is not met (profile.city is 'Boston')"
    )
    assert differ == f"It would have entered if {condition} had been met."


def test_the_holdout_tells_the_bucket() -> None:
    items = [identify("ann", f"{DAY}08:00:00Z", **ZOE), track("ann", "registered", f"{DAY}09:00:00Z", plan="pro")]
    with shop(WELCOME + HOLDOUT, items, f"{DAY}12:00:00Z") as found:
        test, text, _ = failing(found, "ann", "welcome")
    assert test == "holdout"
    assert "ann is in the global holdout of 5 %: its bucket is 223, and those below 500" in text


READING = """
{kind: audience, id: buyers, where: {all: [{not: {did: purchase, within: 1d}},
  {any: [profile.vip, profile.spend > 10]}]}}
---
{kind: journey, id: reading, entry: {type: audience, audience: buyers, schedule: {once: 2026-03-03T09:00:00Z}},
 nodes: [{id: hello, type: webhook, template: ping}]}
"""


def test_an_audience_that_has_not_been_read_yet_tells_when() -> None:
    with shop(READING, [identify("zoe", f"{DAY}08:00:00Z", **ZOE, vip=True)], f"{DAY}12:00:00Z") as found:
        test, text, _ = failing(found, "zoe", "reading")
    assert test == "schedule"
    assert text == (
        "the audience `buyers` has not been read yet; that is due at 2026-03-03 09:00 UTC, "
        "and it is 2026-03-02 12:00 UTC"
    )


def _read(found: Shop) -> None:
    """Note the run as the live engine does (the simulator keeps no documents)."""
    found.sql("UPDATE document SET last_run_at = '2026-03-03 09:00:00+00' WHERE id = 'reading'")


def test_alternatives_are_told_together() -> None:
    with shop(
        READING, [identify("zoe", f"{DAY}08:00:00Z", **ZOE, vip=False, spend=3)], "2026-03-03T12:00:00Z"
    ) as found:
        _read(found)
        test, text, differ = failing(found, "zoe", "reading")
    assert test == "in audience buyers"
    assert text == (
        "zoe is not in the audience `buyers`: `profile.vip` is not met (profile.vip is false) "
        "and `profile.spend > 10` is not met (profile.spend is 3.0)"
    )
    assert differ == "It would have entered if `profile.vip` had been met or `profile.spend > 10` had been met."


def test_what_must_not_have_happened_is_told_with_its_count() -> None:
    items = [identify("zoe", f"{DAY}08:00:00Z", **ZOE, vip=True), track("zoe", "purchase", f"{DAY}10:00:00Z")]
    with shop(READING, items, "2026-03-03T08:30:00Z") as found:
        found.processor.program.by_doc[1].published_at = None
        _read(found)
        _, text, differ = failing(found, "zoe", "reading")
    assert (
        "`did purchase in the last 1d` is met (zoe has 1 `purchase` in all, the last at 2026-03-02 10:00 UTC)" in text
    )
    assert differ == "It would have entered if `did purchase in the last 1d` had not been met."


def test_who_is_a_member_since_the_reading_was_none_at_it() -> None:
    items = [identify("zoe", f"{DAY}08:00:00Z", **ZOE), identify("zoe", "2026-03-03T10:00:00Z", vip=True)]
    with shop(READING, items, "2026-03-03T12:00:00Z") as found:
        _read(found)
        test, text, _ = failing(found, "zoe", "reading")
    assert test == "in audience buyers"
    assert "`profile.vip` is not met (profile.vip is null)" in text


def test_a_profile_that_came_too_late() -> None:
    items = [identify("late", "2026-03-03T10:00:00Z", **ZOE, vip=True)]
    with shop(READING, items, "2026-03-03T12:00:00Z") as found:
        _read(found)
        test, text, _ = failing(found, "late", "reading")
    assert test == "profile was there"
    assert (
        text == "late came into being at 2026-03-03 10:00 UTC, after the audience had been read at 2026-03-03 09:00 UTC"
    )


def test_a_stopped_document_is_told() -> None:
    items = [
        identify("zoe", f"{DAY}08:00:00Z", **ZOE),
        {"type": "control", "do": "close", "id": "welcome", "timestamp": f"{DAY}08:30:00Z"},
        track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
    ]
    with shop(WELCOME, items, f"{DAY}12:00:00Z") as found:
        test, text, differ = failing(found, "zoe", "welcome")
    assert (test, text) == ("closed", "closed: `welcome` is closed: those inside go on, and nobody enters")
    assert differ == "It would have entered if `welcome` had been open; publish it again to let profiles in."


def test_an_unknown_document_is_an_error() -> None:
    with shop(WELCOME, [], f"{DAY}12:00:00Z") as found, pytest.raises(SojournError, match="did you mean `welcome`"):
        found.explain("zoe", "wellcome")


def test_one_of_several_triggers_that_came_is_told_as_matched() -> None:
    documents = """
{kind: triggered, id: t, trigger: [{event: cart_abandoned}, {event: purchase}], audience: west-coast,
 messages: [{channel: email, template: cart-reminder}]}
"""
    items = [identify("zoe", f"{DAY}08:00:00Z", city="Boston"), track("zoe", "purchase", f"{DAY}09:00:00Z")]
    with shop(documents.replace("west-coast", "{in: west-coast}"), items, f"{DAY}12:00:00Z") as found:
        found.sql("DELETE FROM discard")  # retention has deleted the refusal
        told = found.explain("zoe", "t")
    assert [(row["test"], row["passed"]) for row in told["tests"]][:2] == [
        ("the profile exists", True), ("an item matched the entry", True)
    ]  # fmt: skip
    assert told["first_failed"]["test"] == "not_in_audience"
