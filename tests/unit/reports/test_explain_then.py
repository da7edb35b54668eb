"""Explanations that are asked for later: everything is told as it was when it was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.reports.running import Shop, identify, shop, track
from tests.unit.reports.test_reasons import CAME, CART, DAY, MAIL, QUIET, ZOE, cart, control, journey, known, refused

Row = dict[str, Any]
LATER = "2026-03-05T"
UNTIL = "2026-03-06T00:00:00Z"
WRITTEN = '{{id: u, type: update_profile, set: {{city: "{}"}}, next: c}}, {{id: c, type: wait, for: 1d, next: m}}'
TWICE = "{did: purchase, count: {at_least: 2}}"


def later(**traits: object) -> Row:
    return identify("zoe", f"{LATER}00:00:00Z", **traits)


def said(status: str, at: str) -> Row:
    return {"type": "subscription", "userId": "zoe", "channel": "email", "status": status, "timestamp": at}


def bought(at: str, **properties: object) -> Row:
    return track("zoe", "purchase", at, **properties)


def only_refusal(documents: str, items: Sequence[Row], document: str = "j") -> Row:
    with shop(documents, items, UNTIL) as found:
        (row,) = refused(found.explain("zoe", document))
    return row


CHANGED_SINCE: dict[str, tuple[str, list[Row], str]] = {
    "an address was set": (
        journey(), [known(email=None), CAME, later(email="zoe@new.com")], "profile.email is null",
    ),
    "an address was mended": (
        journey(), [known(email="zoe"), CAME, later(email="zoe@new.com")], "profile.email is 'zoe'",
    ),
    "the city now is one of the audience": (
        journey(entry=", audience: west-coast"), [known(city="Boston"), CAME, later(city="Seattle")],
        "is not met (profile.city is 'Boston')",
    ),
    "the city now is another one": (
        journey(entry=", audience: west-coast"), [known(city="Boston"), CAME, later(city="Chicago")],
        "is not met (profile.city is 'Boston')",
    ),
    "who has come back was unsubscribed": (
        journey(),
        [ZOE, said("unsubscribed", f"{DAY}08:30:00Z"), CAME, said("subscribed", f"{LATER}08:30:00Z")],
        "zoe unsubscribed from the channel email at 2026-03-02 08:30 UTC",
    ),
    "who unsubscribed again did so before": (
        journey(),
        [ZOE, said("unsubscribed", f"{DAY}08:30:00Z"), CAME, said("subscribed", f"{LATER}08:30:00Z"),
         said("unsubscribed", f"{LATER}09:30:00Z")],
        "zoe unsubscribed from the channel email at 2026-03-02 08:30 UTC",
    ),
    "what was bought since is not counted": (
        journey(entry=f", audience: {TWICE}"),
        [ZOE, bought(f"{DAY}08:00:00Z"), CAME, bought(f"{LATER}08:00:00Z"), bought(f"{LATER}09:00:00Z")],
        "zoe has 1 `purchase` in all, the last at 2026-03-02 08:00 UTC",
    ),
    "the zone was another": (
        QUIET.replace("12:00\"", "12:00\", then: discard, timezone: profile") + journey(),
        [ZOE, CAME, later(timezone="Asia/Seoul")], "it was 09:00 in UTC, inside the quiet hours",
    ),
    "a message that was held was refused by what came meanwhile": (
        QUIET + journey(),
        [ZOE, CAME, said("unsubscribed", f"{DAY}10:00:00Z"), said("subscribed", f"{LATER}10:00:00Z")],
        "zoe unsubscribed from the channel email at 2026-03-02 10:00 UTC",
    ),
    "what started the passage a day before": (
        journey(f"{{id: w, type: wait, for: 1d, next: m}}, {MAIL[:-1]}, only_if: \"entry.plan = 'basic'\"}}"),
        [ZOE, CAME], "(entry.plan is 'pro')",
    ),
    "what a node had caught": (
        journey(
            "{id: e, type: event, event: purchase, timeout: 1d, next: w}, {id: w, type: wait, for: 1h, next: m}, "
            f"{MAIL[:-1]}, only_if: e.amount > 100}}"
        ),
        [ZOE, CAME, bought(f"{DAY}12:00:00Z", amount=50)], "(e.amount is 50)",
    ),
    "a node has written a value to the attribute": (
        journey(WRITTEN.format("'Boston'") + f", {MAIL[:-1]}, only_if: \"profile.city = 'Seattle'\"}}"),
        [ZOE, CAME, later(city="Chicago")], "(profile.city is 'Boston')",
    ),
    "a node has written what it read to the attribute": (
        journey(WRITTEN.format("upper(profile.city)") + f", {MAIL[:-1]}, only_if: \"profile.city = 'Seattle'\"}}"),
        [ZOE, CAME, later(city="Chicago")], "(profile.city is no longer known)",
    ),
    "an event that is no exception came before": (
        cart(delay="{for: 2h}", unless="[{event: purchase, where: event.amount > 5}]"),
        [ZOE, CART, bought(f"{DAY}09:30:00Z", amount=1), bought(f"{DAY}10:00:00Z", amount=50)],
        "`purchase where event.amount > 5` came at 2026-03-02 10:00 UTC",
    ),
    "leaving an audience is told apart from an event that came long before": (
        QUIET + journey(f"{MAIL[:-1]}, next: w}}, {{id: w, type: wait, for: 1d}}",
                        exit_when="[{left: west-coast}, {event: purchase}]"),
        [ZOE, bought(f"{DAY}08:30:00Z"), CAME, identify("zoe", f"{DAY}10:00:00Z", city="Boston")],
        "no such event came at 2026-03-02 10:00 UTC, so it was `left west-coast`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGED_SINCE)
def test_values_are_those_of_the_instant_that_is_explained(case: str) -> None:
    documents, items, seen = CHANGED_SINCE[case]
    assert seen in only_refusal(documents, items, "t" if "kind: triggered" in documents else "j")["text"]


def test_what_is_not_declared_and_looks_like_consent_is_no_consent() -> None:
    odd = {"unknown": {"deep": [1]}, "channel:email": "unsubscribed", " channel:email": {"x": 1}}
    items = [{**ZOE, "traits": {**ZOE["traits"], **odd}}, said("unsubscribed", f"{DAY}08:30:00Z"), CAME,
             later(**{**odd, " channel:email": "subscribed"}), said("subscribed", f"{LATER}08:30:00Z")]  # fmt: skip
    assert "unsubscribed from the channel email at 2026-03-02 08:30 UTC" in only_refusal(journey(), items)["text"]


def test_without_the_items_of_then_a_value_that_changed_is_told_as_not_known() -> None:
    with shop(journey(), [known(email=None), CAME, later(email="zoe@new.com")], UNTIL) as found:
        found.tape = Forgetful(found)  # type: ignore[assignment]
        (row,) = refused(found.explain("zoe", "j"))
    assert row["text"] == "no_address: zoe has no address for email: what `profile.email` was then is no longer known"


class Forgetful:
    """A log of which retention has left the newest item only."""

    def __init__(self, found: Shop) -> None:
        self._tape = found.tape

    def read(self, offset: int, limit: int) -> Any:
        return self._tape.read(max(offset, self.end() - 1), limit)

    def end(self) -> int:
        return self._tape.end()


def test_the_event_that_triggered_does_not_count_for_the_audience() -> None:
    row = only_refusal(cart(audience="{did: cart_abandoned}"), [ZOE, CART], "t")
    assert "`did cart_abandoned` is not met (zoe has no `cart_abandoned` but the one that came)" in row["text"]


def test_at_a_node_the_event_that_entered_counts() -> None:
    only_if = "only_if: {all: [{did: registered}, profile.vip]}"
    text = only_refusal(journey(f"{MAIL[:-1]}, {only_if}}}"), [ZOE, CAME])["text"]
    assert "`profile.vip` is not met" in text
    assert "did registered" not in text


def test_everything_that_fails_together_would_have_had_to_differ() -> None:
    any_ = "{any: [profile.city = 'x', {not: {in: west-coast}}]}"
    row = only_refusal(
        journey(entry=f", audience: {{all: [profile.vip, profile.spend > 10, {any_}]}}"), [known(vip=False), CAME]
    )
    assert row["would_differ"] == (
        "It would have entered if `profile.vip` had been met, `profile.spend > 10` had been met and "
        "(`profile.city = 'x'` had been met or `in west-coast` had not been met)."
    )
    assert "`profile.spend > 10` is not met (profile.spend is null)" in row["text"]


def test_a_key_has_its_own_past() -> None:
    entries = [CAME, *(track("zoe", "registered", f"{DAY}{at}:00Z", plan=plan)
                       for at, plan in (("10:00", "basic"), ("11:00", "pro")))]  # fmt: skip
    row = only_refusal(journey(entry=", key: entry.plan", reentry="{after: 7d}"), [ZOE, *entries])
    assert "left it at 2026-03-02 09:00 UTC and may come again only 7d after" in row["text"]
    assert row["would_differ"] == "It would have entered from 2026-03-09 09:00 UTC on."


def test_discards_of_keys_at_one_time_stand_at_their_passages() -> None:
    nodes = f"{{id: w, type: wait, for: 2h, next: m}}, {MAIL}"
    entries = [CAME, *(track("zoe", "registered", f"{DAY}{at}:00Z", plan=plan)
                       for at, plan in (("10:00", "b"), ("10:30", "c")))]  # fmt: skip
    with shop(journey(nodes, entry=", key: entry.plan"), [known(email=None), *entries], UNTIL) as found:
        told = found.explain("zoe", "j")
    assert told["refusals"] == []
    assert [[row["at"][11:16] for step in passage["steps"] for row in step["discards"]]
            for passage in told["passages"]] == [["11:00"], ["12:00"], ["12:30"]]  # fmt: skip


OTHER = "\n---\n{kind: journey, id: k, entry: %s, nodes: [{id: w, type: wait, for: 9d}]%s}"
JUMP = journey("{id: g, type: jump, journey: k}", reentry="always")
AGAIN = track("zoe", "registered", f"{DAY}10:00:00Z")
JUMPS: dict[str, tuple[str, list[Row], str, str]] = {
    "not_in_audience": (
        OTHER % ("{type: event, event: app_opened, audience: west-coast}", ""), [known(city="Boston"), CAME],
        "profile.city is 'Boston'", "had been met",
    ),
    "already_inside": (
        OTHER % ("{type: api}", ""), [ZOE, CAME, AGAIN], "inside already since 2026-03-02 09:00 UTC", "had left `k`",
    ),
    "closed": (
        OTHER % ("{type: api}", ""), [ZOE, control("close", f"{DAY}08:30:00Z", "k"), CAME], "`k` is closed",
        "if `k` had been open",
    ),
    "paused": (
        OTHER % ("{type: api}", ""), [ZOE, control("pause", f"{DAY}08:30:00Z", "k"), CAME], "`k` was paused",
        "if `k` had been resumed",
    ),
    "outside_duration": (
        OTHER % ("{type: api}", ", ends_at: 2026-03-01T00:00:00Z"), [ZOE, CAME], "`k` runs until 2026-03-01",
        "inside the duration, until 2026-03-01",
    ),
    "not_eligible_again": (
        OTHER.replace("9d", "1m") % ("{type: api}", ""), [ZOE, CAME, AGAIN], "left it at 2026-03-02 09:01 UTC",
        "with another `reentry` than `never`",
    ),
    "no_key": (
        OTHER % ("{type: api, key: entry.foo, properties: {foo: string}}", ""), [ZOE, CAME], "the key `entry.foo` is",
        "if `entry.foo` had not been null",
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", JUMPS)
def test_a_jump_that_was_refused_is_told_of_the_other_journey(reason: str) -> None:
    other, items, seen, differs = JUMPS[reason]
    row = only_refusal(JUMP + other, items)
    assert row["text"].startswith(f"{reason}: `k` did not let it in: ")
    assert seen in row["text"]
    assert row["would_differ"].startswith("It would have entered `k` ")
    assert differs in row["would_differ"]


def test_a_send_that_would_have_been_too_late_is_not_helped_by_a_trigger_inside() -> None:
    during = "{from: 2026-03-01T00:00:00Z, until: 2026-03-03T00:00:00Z}"
    row = only_refusal(cart(delay="{for: 2d}", during=during), [ZOE, CART], "t")
    assert "if the send instant had been inside the duration" in row["would_differ"]
