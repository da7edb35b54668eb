"""The report of one document."""

from typing import Any

import pytest

from sojourn.model.errors import SojournError
from tests.unit.reports.running import feedback, identify, shop, track

DAY = "2026-03-02T"
POLICY = """
{kind: policy, id: defaults, caps: [{channels: [email], at_most: 1, per: day}],
 quiet_hours: {from: "22:00", until: "08:00", timezone: profile, then: hold}}
---
"""
JOURNEY = """
{kind: journey, id: welcome, entry: {type: event, event: registered}, nodes: [
  {id: first, type: email, template: first-message, next: second},
  {id: second, type: email, template: follow-up, next: third},
  {id: third, type: push, template: thank-you}]}
"""
CAMPAIGN = """
{kind: triggered, id: cart, trigger: [{event: cart_abandoned}], reeligible: always, control: 50,
 conversions: [{event: purchase, within: 3d}],
 variants: [{name: red, share: 50, messages: [{channel: email, template: cart-reminder}]},
            {name: blue, share: 50, messages: [{channel: email, template: cart-reminder}]}]}
"""
PEOPLE = ("ann", "bob", "eve", "kim", "tom", "zoe", "dan", "joe")


def people(*, at: str = f"{DAY}08:00:00Z") -> list[dict[str, Any]]:
    addresses = {"tom": {"email": "tom"}, "kim": {}}
    given = {id_: addresses.get(id_, {"email": f"{id_}@example.com"}) for id_ in PEOPLE}
    return [identify(id_, at, **{**given[id_], "push_token": id_}) for id_ in PEOPLE]


def parts(row: dict[str, Any]) -> int:
    return row["sent"] + row["pending"] + row["held"] + row["failed"] + sum(row["discarded"].values())  # type: ignore[no-any-return]


@pytest.mark.parametrize("immediate", [True, False])
@pytest.mark.parametrize(("day", "held"), [("2026-03-02T10:00:00Z", 0), ("2026-03-02T23:00:00Z", 20)])
def test_targeted_is_exactly_the_sum_of_what_became_of_the_messages(day: str, held: int, immediate: bool) -> None:
    items = [*people(), *(track(id_, "registered", day) for id_ in PEOPLE)]
    with shop(POLICY + JOURNEY, items, day, immediate=immediate) as found:
        report = found.report("welcome")
        decided = found.sql("SELECT count(*) FROM step WHERE outcome <> 0")[0][0]
    assert sum(row["targeted"] for row in report["channels"]) == decided == 24
    assert [row["targeted"] for row in report["messages"]] == [8, 8, 8]
    assert [row["targeted"] for row in report["messages"]] == [parts(row) for row in report["messages"]]
    assert [row["targeted"] for row in report["channels"]] == [parts(row) for row in report["channels"]]
    assert sum(row["held"] for row in report["channels"]) == held


def test_a_message_that_the_provider_refused_is_failed_once() -> None:
    items = [*people(), *(track(id_, "registered", f"{DAY}10:00:00Z") for id_ in PEOPLE)]
    with shop(JOURNEY, items, f"{DAY}10:00:00Z", immediate=False) as found:
        number, node = found.sql("SELECT no, node FROM message WHERE channel = 0 ORDER BY no LIMIT 1")[0]
        found.sql(f"DELETE FROM outbox WHERE no = {number}")
        found.sql(f"INSERT INTO unsent VALUES ({number})")
        found.sql(
            f"INSERT INTO discard SELECT 999, doc, node, pno, channel, \"at\", 9, 'no' FROM message WHERE no = {number}"
        )
        row = found.report("welcome")["messages"][node]
    assert (row["targeted"], row["failed"], row["sent"], row["pending"]) == (8, 1, 0, 5)
    assert row["discarded"] == {"no_address": 1, "bad_address": 1}


def test_the_caps_and_addresses_are_told_as_reasons() -> None:
    items = [*people(), *(track(id_, "registered", f"{DAY}10:00:00Z") for id_ in PEOPLE)]
    with shop(POLICY + JOURNEY, items, f"{DAY}10:00:00Z") as found:
        email = found.report("welcome")["channels"][0]
    assert email["channel"] == "email"
    assert (email["sent"], email["discarded"]) == (6, {"capped": 6, "no_address": 2, "bad_address": 2})


def test_reactions_count_messages_and_totals_and_clicks_by_link() -> None:
    told = [
        feedback("ann", "opened", "welcome/first", f"{DAY}11:00:00Z"),
        feedback("ann", "opened", "welcome/first", f"{DAY}11:01:00Z"),
        feedback("bob", "opened", "welcome/first", f"{DAY}11:02:00Z"),
        feedback("bob", "machine_opened", "welcome/first", f"{DAY}11:02:00Z"),
        feedback("ann", "clicked", "welcome/first", f"{DAY}11:03:00Z", link="shop"),
        feedback("ann", "clicked", "welcome/first", f"{DAY}11:04:00Z", link="shop"),
        feedback("bob", "clicked", "welcome/first", f"{DAY}11:05:00Z", link="help"),
        feedback("bob", "unsubscribed", "welcome/first", f"{DAY}11:06:00Z"),
    ]
    items = [*people(), *(track(id_, "registered", f"{DAY}10:00:00Z") for id_ in PEOPLE), *told]
    with shop(JOURNEY, items, f"{DAY}12:00:00Z") as found:
        report = found.report("welcome")
    first = report["messages"][0]
    seen = ("opened", "opened_total", "machine_opened", "clicked", "clicked_total", "unsubscribed", "bounced")
    assert [first[kind] for kind in seen] == [2, 3, 1, 2, 3, 1, 0]
    assert report["links"] == [
        {"link": "help", "clicked": 1, "clicked_total": 1}, {"link": "shop", "clicked": 1, "clicked_total": 2},
    ]  # fmt: skip


def test_conversions_are_told_per_variant_and_for_the_control_group() -> None:
    carts = [track(id_, "cart_abandoned", f"{DAY}10:00:00Z") for id_ in PEOPLE]
    bought = [track(id_, "purchase", f"{DAY}11:00:00Z") for id_ in PEOPLE[:6]]
    with shop(CAMPAIGN, [*people(), *carts, *bought], f"{DAY}12:00:00Z") as found:
        report = found.report("cart")
        converted = found.sql("SELECT count(*) FROM conversion")[0][0]
    rows = report["conversions"]
    assert [row["variant"] for row in rows] == [
        name for name in ("red", "blue", "control") if name in {r["variant"] for r in rows}
    ]
    assert sum(row["converted"] for row in rows) == converted > 0
    email, control = report["channels"][0], report["refused"]["control_group"]
    assert sum(row["receipts"] for row in rows if row["variant"] != "control") == email["sent"] > 0
    assert [row["receipts"] for row in rows if row["variant"] == "control"] == [control]
    assert [row["rate"] for row in rows] == [round(row["converted"] / row["receipts"], 4) for row in rows]


def test_it_tells_when_things_happened() -> None:
    items = [*people(), track("ann", "registered", f"{DAY}10:00:00Z"), track("bob", "registered", f"{DAY}11:30:00Z")]
    with shop(JOURNEY, items, f"{DAY}12:00:00Z") as found:
        report = found.report("welcome")
    assert (report["since"], report["until"]) == (f"{DAY}10:00:00Z", f"{DAY}11:30:00Z")


def test_a_document_that_did_nothing_has_an_empty_report() -> None:
    with shop(JOURNEY, [], f"{DAY}12:00:00Z") as found:
        report = found.report("welcome")
    assert (report["since"], report["channels"], report["passages"]["entered"]) == (None, [], 0)


def test_an_unknown_document_is_told_with_the_one_that_was_meant() -> None:
    with (
        shop(JOURNEY, [], f"{DAY}12:00:00Z") as found,
        pytest.raises(SojournError, match="did you mean `welcome`") as error,
    ):
        found.report("welcom")
    assert error.value.code == "REPORT-001"
