"""Warnings are silent where values may have changed, or where nothing is certain."""

from typing import Any

import pytest

from sojourn.workspace import read_workspace

Row = dict[str, Any]

SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"city": "string", "age": "integer", "vip": "boolean"}},
    {"kind": "event", "id": "go", "properties": {"plan": "string"}},
    {"kind": "event", "id": "again", "match": "go", "properties": {"plan": "string"}},
    {"kind": "event", "id": "open"},
    {"kind": "audience", "id": "seoul", "where": "profile.city = 'Seoul'"},
    {"kind": "audience", "id": "goers", "where": {"did": "go", "count": {"at_least": 2}}},
    {"kind": "template", "id": "hello", "channel": "email", "text": "Hello"},
    {"kind": "template", "id": "plan", "channel": "email", "text": "{{ entry.plan }} {{ entry.other }}"},
    {"kind": "template", "id": "any", "channel": "email", "text": "{{ entry.other }} {{ event.other }} {{ profile }}"},
]


def codes(*documents: Row) -> list[tuple[str, str]]:
    """Return the warnings but those about the content of messages."""
    warnings = read_workspace([*SHOP, *documents]).warnings
    return [(problem.code, problem.path) for problem in warnings if not problem.code.startswith("LINT")]


def journey(*nodes: Row, **fields: Any) -> Row:
    entry = {"type": "event", "event": "go"}
    return {"kind": "journey", "id": "j", "entry": entry, "nodes": list(nodes), **fields}


def asks(id: str, when: Any, next: str | None = "mail", **more: Any) -> Row:
    return {"id": id, "type": "condition", "paths": [{"when": when, "next": next}], **more}


MAIL: Row = {"id": "mail", "type": "email", "template": "hello"}
VIP = {"id": "vip", "type": "condition", "paths": [{"when": "profile.vip", "next": "between"}]}
NOT_VIP = asks("not_vip", "not profile.vip")

BETWEEN: list[tuple[Row, list[tuple[str, str]]]] = [
    ({"type": "split", "paths": [{"share": 100, "next": "not_vip"}]}, [("WARN-003", "nodes[2].paths[0]")]),
    ({"type": "email", "template": "hello", "next": "not_vip"}, [("WARN-003", "nodes[2].paths[0]")]),
    ({"type": "emit", "event": "open", "next": "not_vip"}, [("WARN-003", "nodes[2].paths[0]")]),
    (
        {"type": "update_profile", "set": {"city": "'x'"}, "next": "not_vip"},
        [("WARN-003", "nodes[2].paths[0]")],
    ),
    ({"type": "update_profile", "set": {"vip": "false"}, "next": "not_vip"}, []),
    ({"type": "wait", "for": "1d", "next": "not_vip"}, []),
    ({"type": "event", "event": "open", "next": "not_vip"}, []),
    ({"type": "jump", "journey": "j", "next": "not_vip"}, []),
]


@pytest.mark.parametrize(("between", "expected"), BETWEEN, ids=[str(node) for node, _ in BETWEEN])
def test_a_contradiction_is_certain_only_where_nothing_can_have_changed(
    between: Row, expected: list[tuple[str, str]]
) -> None:
    assert codes(journey(VIP, {"id": "between", **between}, NOT_VIP, MAIL)) == expected


def test_what_a_passage_began_with_stays_through_waits() -> None:
    wait = {"id": "wait", "type": "wait", "for": "1d", "next": "other"}
    nodes = (asks("one", "entry.plan = 'a'", "wait"), wait, asks("other", "entry.plan = 'b'"), MAIL)
    assert codes(journey(*nodes)) == [("WARN-003", "nodes[2].paths[0]")]


def test_the_rule_of_an_event_entry_is_known_inside_unless_somebody_jumps_past_it() -> None:
    entry = {"type": "event", "event": "go", "where": "event.plan = 'a'"}
    one = journey(asks("other", "entry.plan = 'b'"), MAIL, entry=entry)
    assert codes(one) == [("WARN-003", "nodes[0].paths[0]")]
    assert codes(one, journey({"id": "x", "type": "jump", "journey": "j"}, id="k")) == []


def test_a_node_that_another_way_leads_to_is_reached() -> None:
    fork = asks("fork", "profile.vip", "not_vip", otherwise="not_vip")
    assert codes(journey(fork, NOT_VIP, MAIL)) == []


def test_missing_values_keep_paths_open() -> None:
    known = {"id": "a", "type": "condition", "otherwise": "mail"}
    paths = [{"when": "profile.age > 5"}, {"when": "profile.age <= 5"}]
    assert codes(journey({**known, "paths": paths}, MAIL)) == []
    assert codes(journey({**known, "paths": [{"when": "profile.vip"}, {"when": {"not": "profile.vip"}}]}, MAIL)) == [
        ("WARN-005", "nodes[0].otherwise")
    ]


def campaign(**fields: Any) -> Row:
    messages = [{"channel": "email", "template": "hello"}]
    return {"kind": "triggered", "id": "c", "trigger": [{"event": "go"}], "messages": messages, **fields}


OWN: list[tuple[Any, int]] = [
    ({"did": "go"}, 1),
    ({"did": "again", "count": {"exactly": 2}}, 1),
    ({"in": "goers"}, 1),
    ({"all": ["profile.vip", {"did": "go", "count": {"at_least": 3}, "within": "1d"}]}, 1),
    ({"not": {"did": "go"}}, 0),
    ({"did": "go", "count": {"at_most": 2}}, 0),
    ({"did": "open"}, 0),
]


@pytest.mark.parametrize(("audience", "count"), OWN, ids=[str(audience) for audience, _ in OWN])
def test_an_audience_that_asks_for_the_very_event_is_told(audience: Any, count: int) -> None:
    assert (
        codes(campaign(audience=audience))
        == [("WARN-015", place) for place in ["audience", "audience.all[1]"]][1 if "all" in audience else 0 :][:count]
    )


TIMES: list[tuple[Row, list[str]]] = [
    ({"delay": {"days": 0, "at": "08:00"}, "window": {"from": "09:00", "until": "17:00"}}, []),
    ({"delay": {"days": 0, "at": "18:00"}, "window": {"from": "09:00", "until": "17:00"}}, ["WARN-012"]),
    ({"delay": {"days": 1, "at": "09:00"}, "window": {"from": "09:00", "until": "17:00"}}, []),
    ({"delay": {"days": 1, "at": "17:00"}, "window": {"from": "09:00", "until": "17:00"}}, ["WARN-012"]),
    ({"delay": {"days": 1, "at": "17:00"}, "window": {"from": "09:00", "until": "17:00", "if_missed": "next"}}, []),
    ({"delay": {"days": 1, "at": "17:00"}, "window": {"from": "09:00", "until": "17:00", "timezone": "UTC"}}, []),
    ({"delay": {"weekday": "monday", "at": "03:00"}, "window": {"from": "22:00", "until": "04:00"}}, []),
    ({"delay": {"weekday": "monday", "at": "04:00"}, "window": {"from": "22:00", "until": "04:00"}}, ["WARN-012"]),
    ({"delay": {"for": "6d"}, "during": {"from": "2026-03-01T00:00:00Z", "until": "2026-03-08T00:00:00Z"}}, []),
    (
        {
            "delay": {"days": 9, "at": "09:00"},
            "during": {"from": "2026-03-01T00:00:00Z", "until": "2026-03-08T00:00:00Z"},
        },
        ["WARN-011"],
    ),
    (
        {"delay": {"for": "8d"}, "during": {"local": {"from": "2026-03-01 00:00", "until": "2026-03-07 00:00"}}},
        ["WARN-011"],
    ),
    ({"control": 100}, ["WARN-006"]),
]


@pytest.mark.parametrize(("fields", "expected"), TIMES, ids=[str(fields) for fields, _ in TIMES])
def test_times_of_a_campaign(fields: Row, expected: list[str]) -> None:
    assert [code for code, _ in codes(campaign(**fields))] == expected


QUIET: list[tuple[str, str, str, int]] = [
    ("23:00", "05:00", "profile", 1),
    ("22:00", "08:00", "profile", 1),
    ("23:00", "05:00", "UTC", 0),
    ("21:00", "05:00", "profile", 0),
    ("23:00", "08:30", "profile", 0),
    ("09:00", "23:00", "profile", 0),
]


@pytest.mark.parametrize(("start", "until", "zone", "count"), QUIET)
def test_quiet_hours_that_leave_nothing_of_a_window(start: str, until: str, zone: str, count: int) -> None:
    quiet = {"kind": "policy", "id": "q", "quiet_hours": {"from": "22:00", "until": "08:00"}}
    window = {"from": start, "until": until, "timezone": zone}
    assert codes(quiet, campaign(window=window)) == [("WARN-013", "window")][:count]


def test_time_adds_up_along_the_shortest_way() -> None:
    long = {"id": "long", "type": "wait", "for": "20d", "next": "late"}
    late = {"id": "late", "type": "event", "event": "open", "timeout": "20d", "next": "mail", "on_timeout": "none"}
    none = {"id": "none", "type": "email", "template": "hello"}
    fork = asks("fork", "profile.vip", "long", otherwise="late")
    assert codes(journey(long, late, MAIL, none, max_duration="30d")) == [("WARN-010", "nodes[1]")]
    assert codes(journey(fork, long, late, MAIL, none, max_duration="30d")) == []


def test_times_of_a_journey() -> None:
    during = {"starts_at": "2026-03-01T00:00:00Z", "ends_at": "2026-03-08T00:00:00Z"}
    week = {"id": "w", "type": "wait", "for": "7d", "next": "mail"}
    assert codes(journey(week, MAIL, **during)) == [("WARN-010", "nodes[0]")]
    assert codes(journey(week, MAIL, **during, at_end="finish")) == []
    until = {"id": "w", "type": "wait", "until": "2026-03-08T00:00:00Z", "next": "mail"}
    assert codes(journey(until, MAIL, **during)) == [("WARN-010", "nodes[0].until")]
    assert codes(journey({**until, "until": "2026-03-01T00:00:00Z"}, MAIL, **during)) == [
        ("WARN-011", "nodes[0].until")
    ]
    once = {"type": "audience", "audience": "seoul", "schedule": {"once": "2026-03-08T00:00:00Z"}}
    assert codes(journey(MAIL, **during, entry=once)) == [("WARN-011", "entry.schedule")]


def test_a_template_is_told_where_no_document_that_uses_it_has_the_variable() -> None:
    uses = journey({**MAIL, "template": "plan"})
    assert codes(uses) == [("WARN-019", "nodes[0].template")]
    api = {"type": "api", "properties": {"other": "string", "plan": "string"}}
    assert codes(uses, journey({**MAIL, "template": "plan"}, id="k", entry=api)) == []


def test_an_event_may_bring_what_is_not_declared() -> None:
    found = read_workspace([*SHOP, journey({**MAIL, "template": "plan"})]).warnings
    (said,) = [problem.message for problem in found if problem.code == "WARN-019"]
    assert said.startswith("the template `plan` reads `entry.other`, which nothing here declares: it is empty wherever")


def test_what_is_not_declared_at_all_may_be_anything() -> None:
    assert codes(journey({**MAIL, "template": "any"}, entry={"type": "event", "event": "open"})) == []
    messages = [{"channel": "email", "template": "any"}]
    assert codes(campaign(trigger=[{"event": "go"}, {"api": True}], messages=messages)) == []


def test_an_audience_entry_has_no_entry() -> None:
    found = codes(journey({**MAIL, "template": "plan"}, entry={"type": "audience", "audience": "seoul"}))
    assert found == [("WARN-019", "nodes[0].template")] * 2


def test_members_are_known_at_the_first_node_unless_a_rate_keeps_them() -> None:
    entry = {"type": "audience", "audience": "seoul"}
    assert codes(journey(asks("b", "profile.city = 'Berlin'"), MAIL, entry=entry)) == [
        ("WARN-003", "nodes[0].paths[0]")
    ]
    assert codes(journey(asks("b", "profile.city = 'Berlin'"), MAIL, entry={**entry, "rate": "1/s"})) == []


def test_an_event_that_narrower_exits_leave_is_seen() -> None:
    wait = {"id": "w", "type": "event", "event": "go", "where": "event.plan = 'a'", "next": "mail"}
    narrow = [{"event": "go", "where": "event.plan = 'b'"}]
    assert codes(journey(wait, MAIL, exit_when=narrow)) == []
    assert codes(journey(wait, MAIL, exit_when=[{"event": "go", "where": "event.plan <> 'b'"}])) == [
        ("WARN-017", "nodes[0].event")
    ]


def test_a_race_path_that_an_earlier_one_covers() -> None:
    paths = [{"event": "go", "next": "mail"}, {"event": "go", "where": "event.plan = 'a'", "next": "mail"}]
    assert codes(journey({"id": "r", "type": "race", "paths": paths}, MAIL)) == [("WARN-004", "nodes[0].paths[1]")]
    assert codes(journey({"id": "r", "type": "race", "paths": paths[::-1]}, MAIL)) == []


def test_feedback_of_a_document_with_a_fitting_channel() -> None:
    sms = {"kind": "template", "id": "text", "channel": "sms", "text": "x"}
    other = journey({"id": "a", "type": "sms", "template": "text", "next": "mail"}, MAIL)
    assert codes(sms, other, campaign(trigger=[{"feedback": "opened", "of": "j"}])) == []
    assert codes(sms, other, campaign(trigger=[{"feedback": "opened", "of": "j/a"}])) == [
        ("WARN-007", "trigger[0].feedback")
    ]


def test_engagement_that_a_channel_cannot_give() -> None:
    sms = {"kind": "template", "id": "text", "channel": "sms", "text": "x"}
    other = journey({"id": "a", "type": "sms", "template": "text"})
    seen = {"kind": "audience", "id": "seen", "where": {"not": {"engaged": "opened", "with": "j/a"}}}
    assert codes(sms, other, seen) == [("WARN-007", "where.not.engaged")]
    assert codes(sms, other, {**seen, "where": {"engaged": "replied", "with": "j"}}) == []
