"""For every reason of the closed lists: a world in which it happens, what explain sees, what would have differed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest

from sojourn.model.items import ITEM_SCHEMA, compact_json
from sojourn.model.reasons import DISCARD_REASONS, PASSAGE_REASONS
from sojourn.reports.remedies import REMEDIES
from tests.unit.reports.running import Shop, feedback, identify, shop, track

Row = dict[str, Any]
DAY = "2026-03-02T"
ZOE = identify("zoe", f"{DAY}08:00:00Z", city="Seattle", birth_year=1990, email="zoe@example.com", push_token="z")
CAME = track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro")
CART = track("zoe", "cart_abandoned", f"{DAY}09:00:00Z", items=2)
MAIL = "{id: m, type: email, template: first-message}"


def journey(nodes: str = MAIL, entry: str = "", **fields: str) -> str:
    more = "".join(f", {name}: {value}" for name, value in fields.items())
    return f"{{kind: journey, id: j, entry: {{type: event, event: registered{entry}}}{more}, nodes: [{nodes}]}}"


def cart(**fields: str) -> str:
    more = "".join(f", {name}: {value}" for name, value in fields.items())
    message = "[{channel: email, template: cart-reminder}]"
    return f"{{kind: triggered, id: t, trigger: [{{event: cart_abandoned}}], messages: {message}{more}}}"


def policy(text: str) -> str:
    return f"---\n{{kind: policy, id: defaults, {text}}}\n---\n"


def known(**traits: object) -> Row:
    return {**ZOE, "traits": {**ZOE["traits"], **traits}}


def control(do: str, at: str, id_: str = "j") -> Row:
    return {"type": "control", "do": do, "id": id_, "timestamp": at}


def template(text: str) -> str:
    return f"\n---\n{{kind: template, id: own, channel: email, subject: s, text: {text!r}}}\n"


@dataclass(frozen=True)
class World:
    """Documents and items that lead to a reason, and what is said of it."""

    documents: str
    items: Sequence[Row]
    seen: str
    differs: str
    document: str = "j"
    until: str = "2026-03-04T00:00:00Z"
    immediate: bool = True
    after: Callable[[Shop], None] = lambda found: None


def refused_by_provider(found: Shop) -> None:
    """Tell what delivery tells when a provider refuses a message."""
    ((number, at),) = found.sql('SELECT no, m."at" FROM message m')
    data = compact_json({"of": "j/m", "message": number, "reason": "mailbox full"})
    item = {"offset": 99, "at": at, "occurred_at": at, "kind": "feedback", "profile_id": "zoe", "name": "failed"}
    items = pl.DataFrame([{**item, "data": data}], schema=dict(ITEM_SCHEMA))
    found.processor.process(items, found.now)


OWN = "{id: m, type: email, template: own}"
QUIET = policy('quiet_hours: {from: "08:30", until: "12:00"}')
HELD_UNTIL_NOON = QUIET
BOUNCED = feedback("zoe", "bounced", "j/m", f"{DAY}09:30:00Z")
LOOPING = """
{kind: journey, id: j, entry: {type: event, event: registered}, reentry: always, nodes: [
 {id: e, type: emit, event: registered}]}
"""
WORLDS: dict[str, World] = {
    "holdout": World(
        policy("holdout: {percent: 100}") + cart(), [ZOE, CART], "is in the global holdout of 100 %: its bucket is ",
        "if its bucket had been 10000 or more", "t",
    ),
    "no_address": World(
        journey(), [known(email=None), CAME], "profile.email is null", "been sent if `profile.email` had been set"
    ),
    "bad_address": World(
        journey(), [known(email="zoe"), CAME], "profile.email is 'zoe'", "if `profile.email` had been an address with"
    ),
    "suppressed": World(
        journey(reentry="always"), [ZOE, CAME, BOUNCED, track("zoe", "registered", f"{DAY}10:00:00Z")],
        "zoe@example.com is on the suppression list (bounced, 2026-03-02 09:30 UTC)", "had been another address",
    ),
    "no_consent": World(
        journey(),
        [ZOE, {"type": "subscription", "userId": "zoe", "channel": "email", "status": "unsubscribed",
               "timestamp": f"{DAY}08:30:00Z"}, CAME],
        "unsubscribed from the channel email at 2026-03-02 08:30 UTC", "if zoe had been subscribed to email",
    ),
    "quiet_hours": World(
        policy('quiet_hours: {from: "08:30", until: "12:00", then: discard}') + journey(), [ZOE, CAME],
        "it was 09:00 in UTC, inside the quiet hours from 08:30 until 12:00", "from 12:00 on and before 08:30 in UTC",
    ),
    "capped": World(
        policy("caps: [{channels: [email], at_most: 1, per: week}]")
        + journey(f"{{id: n, type: email, template: follow-up, next: m}}, {MAIL}"), [ZOE, CAME],
        "1 e-mail this week already (2026-03-02), cap is 1 per week", "from 2026-03-09 00:00 UTC on, with a higher cap",
    ),
    "aborted_by_template": World(
        journey(OWN) + template("{% abort_message 'no stock' %}"), [ZOE, CAME], "aborted the message: no stock",
        "if the template had not come to `abort_message`",
    ),
    "render_error": World(
        journey(OWN) + template("{{ profile.city | divided_by: 0 }}"), [ZOE, CAME],
        "the template could not be rendered: ", "if the template could be rendered",
    ),
    "failed": World(
        journey(),
        [ZOE, CAME],
        "the provider refused it for good: mailbox full", "if the provider had taken the message", immediate=False,
        after=refused_by_provider,
    ),
    "no_key": World(
        journey(entry=", key: entry.gender"), [ZOE, CAME], "the key `entry.gender` is null",
        "entered if `entry.gender` had not been null",
    ),
    "loop": World(
        LOOPING, [ZOE, CAME], "one item set off more than 100 others for zoe at 2026-03-02 09:00 UTC",
        "if one item had set off fewer others",
    ),
    "already_inside": World(
        journey("{id: w, type: wait, for: 3d}"), [ZOE, CAME, track("zoe", "registered", f"{DAY}10:00:00Z")],
        "zoe was inside already since 2026-03-02 09:00 UTC", "had left `j`, which it entered at 2026-03-02 09:00 UTC",
    ),
    "already_pending": World(
        cart(delay="{for: 2d}"), [ZOE, CART, track("zoe", "cart_abandoned", f"{DAY}10:00:00Z")],
        "a message of `t` for zoe was on its way already at 2026-03-02 10:00 UTC", "with `reeligible: always`", "t",
    ),
    "not_eligible_again": World(
        journey(reentry="{after: 7d}"), [ZOE, CAME, track("zoe", "registered", f"{DAY}10:00:00Z")],
        "left it at 2026-03-02 09:00 UTC and may come again only 7d after", "entered from 2026-03-09 09:00 UTC on",
    ),
    "not_in_audience": World(
        journey(entry=", audience: west-coast"), [known(city="Boston"), CAME], "profile.city is 'Boston'",
        "if `profile.city IN ('Atlanta', 'San Francisco', 'Seattle')` had been met",
    ),
    "left_audience": World(
        cart(audience="{in: west-coast}", delay="{for: 1h}", recheck_audience="true"),
        [ZOE, CART, identify("zoe", f"{DAY}09:30:00Z", city="Boston")],
        "was not in the audience any more at the send instant: ", "been sent if `profile.city IN (", "t",
    ),
    "outside_duration": World(
        journey(ends_at="2026-03-02T08:30:00Z"), [ZOE, CAME],
        "`j` runs until 2026-03-02 08:30 UTC, and the trigger came at 2026-03-02 09:00 UTC",
        "inside the duration, until 2026-03-02 08:30 UTC",
    ),
    "outside_window": World(
        cart(window='{from: "10:00", until: "12:00"}'), [ZOE, CART],
        "the window is open from 10:00 until 12:00 (UTC), and the trigger came at 09:00 there",
        "had been between 10:00 and 12:00 in UTC, the trigger came at 09:00", "t",
    ),
    "exception_event": World(
        cart(delay="{for: 2h}", unless="[{event: purchase}]"),
        [ZOE, CART, track("zoe", "purchase", f"{DAY}10:00:00Z")],
        "before the message left: `purchase`; `purchase` came at 2026-03-02 10:00 UTC",
        "if none of `purchase` had come before the message left", "t",
    ),
    "exit_criteria": World(
        QUIET + journey(f"{MAIL[:-1]}, next: w}}, {{id: w, type: wait, for: 1d}}", exit_when="[{event: purchase}]"),
        [ZOE, CAME, track("zoe", "purchase", f"{DAY}10:00:00Z")],
        "met an exit criterion (`purchase`) while the message waited; `purchase` came at 2026-03-02 10:00 UTC",
        "if no exit criterion (`purchase`) had been met before",
    ),
    "validation_failed": World(
        journey(f"{MAIL[:-1]}, only_if: profile.vip}}"), [ZOE, CAME], "`profile.vip` is not met (profile.vip is null)",
        "if `profile.vip` had been met",
    ),
    "control_group": World(
        cart(control="100"), [ZOE, CART], "is in the control group of 100 %", "if its bucket had been 10000 or more",
        "t",
    ),
    "closed": World(
        journey(), [ZOE, control("close", f"{DAY}08:30:00Z"), CAME], "`j` is closed", "if `j` had been open; publish"
    ),
    "paused": World(
        journey(), [ZOE, control("pause", f"{DAY}08:30:00Z"), CAME], "`j` was paused at 2026-03-02 09:00 UTC",
        "if `j` had been resumed before 2026-03-02 09:00 UTC",
    ),
    "stopped": World(
        journey(), [ZOE, control("stop", f"{DAY}08:30:00Z"), CAME], "`j` was stopped", "if `j` had not been stopped"
    ),
    "timed_out": World(
        QUIET + journey(f"{MAIL[:-1]}, next: w}}, {{id: w, type: wait, for: 1h}}", max_duration="1h"), [ZOE, CAME],
        "the longest stay of 1h in `j` was over at 2026-03-02 10:00 UTC", "with a `max_duration` longer than 1h",
    ),
    "bad_wait": World(
        QUIET + journey(f"{MAIL[:-1]}, next: w}}, {{id: w, type: wait, until_expr: profile.city}}")
        .replace("profile.city", "\"TRY_CAST(profile.city AS TIMESTAMP)\""), [ZOE, CAME],
        "the instant to wait for was null", "if the instant to wait for had been known",
    ),
}  # fmt: skip
PASSAGES: dict[str, World] = {
    "exit_criteria": World(
        journey("{id: w, type: wait, for: 3d}", exit_when="[{event: purchase}]"),
        [ZOE, CAME, track("zoe", "purchase", f"{DAY}10:00:00Z")], "an exit criterion was met (`purchase`)",
        "gone on if no exit criterion (`purchase`) had been met before",
    ),
    "validation_failed": World(
        journey(f"{MAIL[:-1]}, only_if: profile.vip}}"), [ZOE, CAME], "`only_if`", "if `profile.vip` had been met"
    ),
    "bad_wait": World(
        journey("{id: w, type: wait, until_expr: \"TRY_CAST(profile.city AS TIMESTAMP)\"}"), [ZOE, CAME],
        "", "gone on if `TRY_CAST(profile.city AS TIMESTAMP)` had been an instant",
    ),
    "outside_duration": World(
        journey("{id: w, type: wait, for: 3d}", ends_at="2026-03-02T12:00:00Z"), [ZOE, CAME], "",
        "inside the duration, until 2026-03-02 12:00 UTC",
    ),
    "timed_out": World(
        journey("{id: w, type: wait, for: 1h}", max_duration="1h").replace("for: 1h", "until: 2026-03-03T09:00:00Z"),
        [ZOE, CAME], "the longest stay of 1h was over", "with a `max_duration` longer than 1h",
    ),
    "stopped": World(
        journey("{id: w, type: wait, for: 3d}"), [ZOE, CAME, control("stop", f"{DAY}10:00:00Z")], "stopped",
        "if `j` had not been stopped",
    ),
}  # fmt: skip
NOT_BY_ITEMS = {"failed"}
"""Reasons of passages that need a system outside: an action that fails and has no `on_error`."""


def refused(told: Row) -> Iterator[Row]:
    yield from told["refusals"]
    for passage in told["passages"]:
        yield from passage["discards"]
        for step in passage["steps"]:
            yield from step["discards"]


def test_every_reason_has_a_world_and_a_remedy() -> None:
    assert set(WORLDS) == set(REMEDIES) == set(DISCARD_REASONS)
    assert set(PASSAGES) | NOT_BY_ITEMS == set(PASSAGE_REASONS)


@pytest.mark.parametrize("reason", DISCARD_REASONS)
def test_a_refusal_is_explained_with_what_was_seen_and_what_would_have_differed(reason: str) -> None:
    world = WORLDS[reason]
    with shop(world.documents, world.items, world.until, immediate=world.immediate) as found:
        world.after(found)
        told = found.explain("zoe", world.document)
    rows = [row for row in refused(told) if row["reason"] == reason]
    assert rows, [row["reason"] for row in refused(told)]
    assert rows[0]["text"].startswith(f"{reason}: ")
    assert world.seen in rows[0]["text"]
    assert rows[0]["would_differ"].startswith(("It would have been sent ", "It would have entered "))
    assert world.differs in rows[0]["would_differ"]
    if not told["entered"]:
        assert world.differs.removeprefix("entered ") in told["would_differ"]


@pytest.mark.parametrize("reason", PASSAGES)
def test_a_passage_that_ended_early_is_explained(reason: str) -> None:
    world = PASSAGES[reason]
    with shop(world.documents, world.items, world.until) as found:
        (passage,) = found.explain("zoe", world.document)["passages"]
    assert passage["reason"] == reason
    assert world.seen in passage["steps"][-1]["text"]
    assert world.differs in passage["would_differ"]
