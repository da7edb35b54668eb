"""Rules of journeys and triggered campaigns at their edges, each shown by one simulation."""

from __future__ import annotations

import hashlib

import pytest

from sojourn import simulate

from .shop import (
    BASE,
    HOOK,
    START,
    UNTIL,
    Row,
    campaign,
    control,
    day,
    feedback,
    identify,
    journey,
    node,
    refused,
    run,
    sent,
    track,
)

QUIET: Row = {"kind": "policy", "id": "p", "quiet_hours": {"from": "22:00", "until": "08:00", "timezone": "UTC"}}
MAIL: Row = {"type": "email", "template": "mail"}


def bucket(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 10_000


def reasons(rows: list[tuple[str, str, str, str]]) -> list[str]:
    return [reason for *_, reason in rows]


# ---- journeys --------------------------------------------------------------------------------------------------------


def test_reentry_is_counted_for_each_key_from_leaving() -> None:
    keyed = journey(
        "j",
        [node("w", "wait", **{"for": "1h"})],
        entry={"type": "event", "event": "e", "key": "entry.k"},
        reentry={"after": "1d"},
    )
    items = [
        track(day(3), k="a"), track(day(3), k="b"), track(day(3, "10:30:00"), k="a"), track(day(4, "10:59:59"), k="a"),
        track(day(4, "11:00:00"), k="b"), track(day(4, "11:00:00"), k="a"), track(day(4, "11:00:00")),
    ]  # fmt: skip
    result = run([keyed], items)
    entered = [(row["key"], row["entered_at"]) for row in result.passages]
    assert entered == [("a", day(3)), ("b", day(3)), ("b", day(4, "11:00:00")), ("a", day(4, "11:00:00"))]
    assert reasons(refused(result)) == ["already_inside", "not_eligible_again", "no_key"]


def test_a_ranked_race_takes_the_highest_path_at_its_end() -> None:
    race = node(
        "r", "race", ranked=True, within="1d", otherwise="c",
        paths=[{"event": "f", "next": "a"}, {"event": "g", "next": "b"}],
    )  # fmt: skip
    document = journey("j", [race, *({"id": id, **HOOK} for id in ("a", "b", "c"))])
    items = [
        *(track(day(3), user=user) for user in ("ann", "bob", "cy")), track(day(3, "11:00:00"), "g"),
        track(day(3, "12:00:00"), "g", "bob"), track(day(4), "f"),
    ]  # fmt: skip
    assert sorted(sent(run([document], items))) == [
        ("ann", "j/a", day(4)), ("bob", "j/b", day(4)), ("cy", "j/c", day(4)),
    ]  # fmt: skip


def test_a_message_that_waits_goes_with_its_passage_at_the_longest_stay() -> None:
    document = journey("j", [{"id": "m", **HOOK, "next": "w"}, node("w", "event", event="f")], max_duration="5h")
    result = run([QUIET, document], [track(day(3, "23:00:00"))])
    assert (sent(result), refused(result)) == ([], [("ann", "j/m", day(4, "04:00:00"), "timed_out")])


def test_a_refused_jump_is_a_discard_there_and_the_origin_goes_on() -> None:
    target = journey("target", [{"id": "m", **HOOK}], entry={"type": "event", "event": "f", "audience": "profile.vip"})
    origin = journey("j", [node("g", "jump", journey="target", next="m"), {"id": "m", **HOOK}], reentry="always")
    items = [
        identify(day(2), vip=False), track(day(3)), identify(day(4), vip=True),
        control(day(4, "11:00:00"), "pause", "target"), track(day(4, "12:00:00")),
        control(day(4, "13:00:00"), "resume", "target"), track(day(4, "14:00:00")),
    ]  # fmt: skip
    result = run([target, origin], items)
    told = [(row["from"], row["reason"], row["detail"]) for row in result.discards]
    assert told == [("j/g", "not_in_audience", "target"), ("j/g", "paused", "target")]
    assert [place for _, place, _ in sent(result)] == ["j/m", "j/m", "target/m", "j/m"]


def test_a_hundred_items_follow_one_and_the_next_is_a_loop() -> None:
    result = run([journey("j", [node("m", "emit", event="e")], reentry="always")], [track(day(3))])
    assert len(result.passages) == 101
    assert refused(result) == [("ann", "j", day(3), "loop")]


@pytest.mark.parametrize(
    ("how", "entered", "due"),
    [
        ({"weekday": "sunday", "at": "02:30"}, "2026-03-03T10:00:00Z", "2026-03-08T07:00:00Z"),
        ({"for": "1d", "at": "02:30"}, "2026-03-07T06:50:00Z", "2026-03-08T07:00:00Z"),
        ({"days": 1, "at": "02:30"}, "2026-03-07T20:00:00Z", "2026-03-08T07:00:00Z"),
        ({"weekday": "sunday", "at": "01:30"}, "2026-10-28T10:00:00Z", "2026-11-01T05:30:00Z"),
    ],
)
def test_clock_times_that_a_zone_skips_or_repeats_mean_the_first_instant(how: Row, entered: str, due: str) -> None:
    document = journey("j", [node("w", "wait", **how, next="m"), {"id": "m", **HOOK}], timezone="America/New_York")
    result = simulate([*BASE, document], [track(entered)], entered, due)
    assert sent(result) == [("ann", "j/m", due)]


def test_at_its_end_a_journey_sends_nothing_more_or_lets_those_inside_finish() -> None:
    nodes = [node("w", "wait", **{"for": "14h", "next": "m"}), {"id": "m", **HOOK}]
    leaving = journey("leaving", nodes, ends_at=day(4, "00:00:00"))
    staying = journey("staying", nodes, ends_at=day(4, "00:00:00"), at_end="finish")
    result = run([leaving, staying], [track(day(3)), track(day(3, "09:00:00"), user="bob")])
    assert sorted(sent(result)) == [
        ("ann", "staying/m", day(4, "00:00:00")), ("bob", "leaving/m", day(3, "23:00:00")),
        ("bob", "staying/m", day(3, "23:00:00")),
    ]  # fmt: skip


def test_those_whom_a_rate_lets_in_later_meet_the_pause() -> None:
    vips: Row = {"kind": "audience", "id": "a", "where": "profile.vip"}
    entry = {"type": "audience", "audience": "a", "schedule": {"once": day(3)}, "rate": "1/s"}
    items = [identify(day(2), user, vip=True) for user in ("cy", "ann", "bob")]
    result = run([vips, journey("j", [{"id": "m", **HOOK}], entry=entry)], [*items, control(day(3), "pause", "j")])
    assert refused(result) == [
        ("ann", "j", day(3), "paused"), ("bob", "j", day(3, "10:00:01"), "paused"),
        ("cy", "j", day(3, "10:00:02"), "paused"),
    ]  # fmt: skip


# ---- triggered campaigns ---------------------------------------------------------------------------------------------


def test_a_window_over_midnight_moves_a_send_only_for_a_trigger_inside_it() -> None:
    window = {"from": "22:00", "until": "02:00", "timezone": "UTC", "if_missed": "next"}
    late = campaign("c", {"event": "e"}, delay={"for": "6h"}, window=window)
    at = {
        "inside": day(3, "23:00:00"), "outside": day(3), "never": day(3, "20:00:00"), "lands": day(3, "19:00:00"),
        "last": day(4, "01:59:59"), "after": day(4, "02:00:00"),
    }  # fmt: skip
    result = run([late], sorted((track(when, user=user) for user, when in at.items()), key=lambda i: i["timestamp"]))
    assert sorted(sent(result)) == [
        ("inside", "c", day(4, "22:00:00")), ("lands", "c", day(4, "01:00:00")), ("last", "c", day(4, "22:00:00")),
    ]  # fmt: skip
    assert {profile for profile, *_ in refused(result)} == {"outside", "never", "after"}


@pytest.mark.parametrize("at", ["07:00:00", "08:00:00"])
def test_an_exception_cancels_what_quiet_hours_hold_up_to_their_end(at: str) -> None:
    delayed = campaign("c", {"event": "e"}, delay={"for": "1h"}, unless=[{"event": "f"}])
    result = run([QUIET, delayed], [track(day(3, "22:00:00")), track(day(4, at), "f"), track(day(5))])
    assert refused(result) == [("ann", "c", day(4, at), "exception_event")]
    assert sent(result) == [("ann", "c", day(5, "11:00:00"))]


def test_the_best_hour_is_the_earliest_of_the_most_and_may_be_now() -> None:
    source = campaign("src", {"event": "f"}, reeligible="always")
    best = campaign("c", {"event": "e"}, delay={"best_time": True, "fallback": "17:00"}, timezone="UTC")
    clocks = ("09:10:00", "09:20:00", "20:10:00", "20:20:00", "21:00:00")
    items = [track(day(2, "01:00:00"), "f"), *(feedback(day(2, clock), "opened", "src") for clock in clocks)]
    others = [track(day(4, "17:00:00"), user="bob"), track(day(4, "17:00:01"), user="cy")]
    result = run([source, best], [*items, track(day(4, "09:00:00")), *others])
    assert [row for row in sent(result) if row[1] == "c"] == [
        ("ann", "c", day(4, "09:00:00")), ("bob", "c", day(4, "17:00:00")), ("cy", "c", day(5, "17:00:00")),
    ]  # fmt: skip


def test_a_position_known_first_inside_enters_and_only_who_was_inside_exits() -> None:
    home: Row = {"kind": "geofence", "id": "home", "lat": 37.0, "lon": 127.0, "radius": 1000}
    both = [campaign(on, {"geofence": "home", "on": on}, reeligible="always") for on in ("enter", "exit")]

    def at(when: str, lat: float, user: str = "ann") -> Row:
        return {"type": "location", "userId": user, "lat": lat, "lon": 127.0, "timestamp": when}

    items = [at(day(3), 37.0), at(day(3), 38.0, "bob"), at(day(4), 38.0), at(day(5), 38.0), at(day(6), 37.008)]
    assert sent(run([home, *both], items)) == [
        ("ann", "enter", day(3)), ("ann", "exit", day(4)), ("ann", "enter", day(6)),
    ]  # fmt: skip


def test_control_has_conversions_from_the_would_be_send_on() -> None:
    goals = [{"event": "f", "within": "1d"}]
    nobody = campaign("c", {"event": "e"}, control=99.99, delay={"for": "1h"}, conversions=goals)
    items = [track(day(3)), track(day(3, "10:30:00"), "f"), track(day(4, "11:00:00"), "f"), track(day(5), "f")]
    result = run([nobody], items)
    assert [(row["at"], row["variant"]) for row in result.conversions] == [(day(4, "11:00:00"), "control")]


def test_a_conversion_counts_once_for_each_receipt() -> None:
    always = campaign("c", {"event": "e"}, reeligible="always", conversions=[{"event": "f", "within": "1d"}])
    items = [track(day(3)), track(day(3, "11:00:00")), track(day(3, "12:00:00"), "f"), track(day(3, "13:00:00"), "f")]
    assert [row["at"] for row in run([always], items).conversions] == [day(3, "12:00:00")] * 2


def test_one_item_fires_once_whatever_the_number_of_triggers() -> None:
    several = {"trigger": [{"event": "e"}, {"attribute": "vip"}, {"event": "e", "where": "event.x > 1"}]}
    item = {**track(day(3), x=2), "context": {"traits": {"vip": True}}}
    document = {**campaign("c", {"event": "e"}, reeligible="always"), **several}
    assert sent(run([document], [item])) == [("ann", "c", day(3))]


def test_those_in_control_or_holdout_are_never_sent_to_and_the_rest_is_shared() -> None:
    users = [f"u{number}" for number in range(40)]
    shares = [{"name": name, "share": 50, "messages": [{"channel": "webhook", "template": "hook"}]} for name in "AB"]
    split = campaign("c", {"event": "e"}, control=50, variants=shares)
    del split["messages"]
    policy: Row = {"kind": "policy", "id": "p", "holdout": {"percent": 30}}
    result = run([policy, split], [track(day(3), user=user) for user in users])
    reached = [user for user in users if bucket(f"{user}/c") >= 5000 and bucket(f"{user}/holdout") >= 3000]
    assert {row["profile"]: row["variant"] for row in result.messages} == {
        user: "A" if bucket(f"{user}/c") < 7500 else "B" for user in reached
    }


# ---- the gate --------------------------------------------------------------------------------------------------------


def test_soft_bounces_in_a_row_are_counted_anew_after_an_open() -> None:
    often = journey("j", [{"id": "m", **MAIL}], reentry="always")
    items = [identify(day(2), email="a@b.co")]
    for hour in range(1, 10):
        items += [track(day(3, f"{hour:02d}:00:00")), feedback(day(3, f"{hour:02d}:30:00"), "soft_bounced", "j/m")]
        items += [feedback(day(3, "04:40:00"), "opened", "j/m")] if hour == 4 else []
    result = run([often], [*items, track(day(3, "11:00:00"))])
    assert refused(result) == [("ann", "j/m", day(3, "11:00:00"), "suppressed")]


@pytest.mark.parametrize(("channel", "address"), [("email", "A@b.co"), ("sms", "+821055551234")])
def test_an_address_that_comes_with_the_batch_may_be_suppressed_already(channel: str, address: str) -> None:
    texting = campaign(
        "c", {"event": "e"}, messages=[{"channel": "sms", "template": "text"}, {"channel": "email", "template": "mail"}]
    )
    suppression: Row = {"type": "suppress", "channel": channel, "address": address, "timestamp": day(2)}
    brought = identify(day(3), email="a@b.co", phone="010-5555-1234", country="KR")
    result = run([texting], [suppression, brought, track(day(3))])
    assert refused(result) == [("ann", "c", day(3), "suppressed")]
    assert len(sent(result)) == 1


def test_a_bounce_of_a_national_number_suppresses_the_number_that_was_called() -> None:
    texting = journey("j", [{"id": "m", "type": "sms", "template": "text"}], reentry="always")
    brought = identify(day(2), phone="010-5555-1234", country="KR")
    items = [brought, track(day(3)), feedback(day(3, "12:00:00"), "bounced", "j/m"), track(day(4))]
    assert refused(run([texting], items)) == [("ann", "j/m", day(4), "suppressed")]


def test_caps_count_by_local_days_and_weeks_within_one_batch() -> None:
    caps = [{"channels": ["email"], "at_most": 2, "per": "day"}, {"at_most": 3, "per": "week"}]
    policy: Row = {"kind": "policy", "id": "p", "caps": caps}
    kinds = {"a": MAIL, "b": MAIL, "c": MAIL, "d": HOOK, "e": HOOK}
    chain = [{"id": id, **kind, "next": after} for (id, kind), after in zip(kinds.items(), "bcde", strict=False)]
    items = [
        identify(day(2), email="a@b.co", timezone="Asia/Seoul"),
        track(day(8, "14:59:00")),
        track(day(8, "15:00:00")),
    ]
    document = journey("j", [*chain, {"id": "e", **HOOK}], reentry="always")
    assert [(place, at) for _, place, at in sent(run([policy, document], items))] == [
        (f"j/{id}", day(8, clock)) for clock in ("14:59:00", "15:00:00") for id in "abd"
    ]


def test_stop_words_are_trimmed_and_in_any_case_and_start_undoes_them() -> None:
    text: Row = {"type": "sms", "template": "text"}
    document = journey("j", [{"id": "m", **text}], reentry="always")

    def said(when: str, words: str) -> Row:
        return {"type": "inbound", "userId": "ann", "channel": "sms", "text": words, "timestamp": when}

    items = [
        identify(day(2), phone="+12125551234"), track(day(3)), said(day(3, "11:00:00"), " sToP\n"),
        track(day(4)), said(day(4, "11:00:00"), "please stop"), said(day(4, "12:00:00"), "UnStop"), track(day(5)),
    ]  # fmt: skip
    result = run([document], items)
    assert [at for *_, at in sent(result)] == [day(3), day(5)]
    assert refused(result) == [("ann", "j/m", day(4), "no_consent")]


def test_with_double_opt_in_a_wish_waits_and_a_confirmed_one_stands() -> None:
    news = {"kind": "group", "id": "weekly", "channel": "email", "default": "unsubscribed", "double_opt_in": True}
    asks = {"type": "subscription", "userId": "ann", "group": "weekly"}
    mails = [
        campaign("ask", {"subscription": "weekly", "to": "pending"}, reeligible="always",
                 messages=[{"channel": "email", "template": "mail", "group": "weekly", "transactional": True}]),
        campaign("news", {"event": "e"}, reeligible="always",
                 messages=[{"channel": "email", "template": "mail", "group": "weekly"}]),
    ]  # fmt: skip
    result = simulate(
        [*BASE, news, *mails],
        [
            identify(day(3), email="ann@example.com"),
            {**asks, "status": "subscribed", "timestamp": day(4)},
            {**asks, "status": "subscribed", "timestamp": day(4, "11:00:00")},
            track(day(5)),
            {**asks, "status": "opted_in", "timestamp": day(6)},
            {**asks, "status": "subscribed", "timestamp": day(7)},
            track(day(8)),
        ],
        start=START, until=UNTIL,
    )  # fmt: skip
    assert [(row["from"], row["at"]) for row in result.messages] == [("ask", day(4)), ("news", day(8))]
    assert [(row["from"], row["at"], row["reason"]) for row in result.discards] == [("news", day(5), "no_consent")]
