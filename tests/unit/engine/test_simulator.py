"""Hostile input: whatever stands in items, tables and arguments ends in an error of the family or is harmless."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import DocumentError, Simulation, simulate
from sojourn.model.errors import SojournError
from sojourn.model.items import ItemError

Row = dict[str, Any]

pytestmark = pytest.mark.timeout(60)

START, UNTIL = "2026-03-02T00:00:00Z", "2026-03-10T00:00:00Z"
BOOKING: Row = {
    "kind": "entity",
    "id": "booking",
    "key": "booking_id",
    "attributes": {
        "booking_id": "string",
        "profile_id": "string",
        "nights": "integer",
        "checkin": "date",
        "meta": "json",
        "tags": "[string]",
    },
    "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}}},
}
ATTRIBUTES = {"email": "string", "n": "integer", "due": "timestamp", "tags": "[string]", "j": "json", "d": "date"}
SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {**ATTRIBUTES, "b": "boolean"}},
    BOOKING,
    {"kind": "event", "id": "e", "properties": {"x": "number", "t": "timestamp", "l": "[string]"}},
    {"kind": "group", "id": "news", "channel": "email"},
    {"kind": "audience", "id": "staying", "sql": "select profile_id from booking group by 1 having sum(nights) > 2"},
    {
        "kind": "template",
        "id": "t",
        "channel": "email",
        "subject": "{{ profile.n | plus: 1 }}",
        "text": "{{ event.x.y }}",
    },
    {
        "kind": "journey",
        "id": "j",
        "entry": {"type": "event", "event": "e"},
        "reentry": "always",
        "nodes": [
            {"id": "m", "type": "email", "template": "t", "next": "u"},
            {"id": "u", "type": "update_profile", "set": {"b": "entry.x > 1", "d": "profile.d"}, "next": "w"},
            {"id": "w", "type": "wait", "until_expr": "profile.due", "next": "c"},
            {"id": "c", "type": "condition", "paths": [{"when": {"related": "booking", "where": "nights > 2"}}]},
        ],
    },
    {
        "kind": "journey",
        "id": "a",
        "entry": {"type": "api", "properties": {"x": "number"}},
        "nodes": [{"id": "m", "type": "email", "template": "t"}],
    },
    {
        "kind": "journey",
        "id": "q",
        "entry": {"type": "qualification", "audience": "staying"},
        "nodes": [{"id": "m", "type": "email", "template": "t"}],
    },
    {
        "kind": "triggered",
        "id": "c",
        "trigger": [{"attribute": "n"}, {"event": "e"}],
        "messages": [{"channel": "email", "template": "t"}],
    },
]
ANN: Row = {"type": "identify", "userId": "ann", "traits": {"email": "a@b.co", "n": 1}, "timestamp": START}
LAST: Row = {"type": "track", "userId": "bob", "event": "e", "properties": {}, "timestamp": "2026-03-04T00:00:00Z"}


def nested(depth: int) -> Row:
    made: Row = {}
    for _ in range(depth):
        made = {"a": made}
    return made


def run(item: object, **other: Any) -> Simulation:
    call: dict[str, Any] = {"documents": SHOP, "items": [ANN, item, LAST], "start": START, "until": UNTIL, **other}
    return simulate(**call)


def item(type: str, **fields: Any) -> Row:
    return {"type": type, "timestamp": "2026-03-03T00:00:00Z", **fields}


def identify(**traits: Any) -> Row:
    return item("identify", userId="ann", traits=traits)


def track(**properties: Any) -> Row:
    return item("track", userId="ann", event="e", properties=properties)


def feedback(**fields: Any) -> Row:
    return {**item("feedback", userId="ann", kind="opened", of="j/m"), **fields}


def row(entity: str = "booking", op: str = "u", **fields: Any) -> Row:
    return item("row", entity=entity, op=op, row=fields)


REFUSED: dict[str, object] = {
    "no map": "x",
    "null": None,
    "a list": [],
    "empty": {},
    "no timestamp": {"type": "identify", "userId": "ann"},
    "a number as type": {"type": 5, "timestamp": START},
    "unknown type": item("identfy", userId="ann"),
    "an instant in words": {**identify(), "timestamp": "yesterday"},
    "an instant without a zone": {**identify(), "timestamp": "2026-03-03T00:00:00"},
    "an instant as a number": {**identify(), "timestamp": 1_772_496_000},
    "an instant before the start": {**identify(), "timestamp": "2020-01-01T00:00:00Z"},
    "the first instant of all": {**identify(), "timestamp": "0001-01-01T00:00:00+14:00"},
    "a list as user": item("identify", userId=["ann"]),
    "an empty user": item("identify", userId=""),
    "traits as a list": item("identify", userId="ann", traits=[1]),
    "a trait that is no number": identify(n=float("nan")),
    "traits without end": identify(j=nested(100_000)),
    "half a character": track(x="\ud800"),
    "an endless property": track(x=float("inf")),
    "properties as text": item("track", userId="ann", event="e", properties="x"),
    "a context that is no map": item("track", userId="ann", event="e", context=5),
    "traits of a context that are no map": item("track", userId="ann", event="e", context={"traits": 5}),
    "a track without an event": item("track", userId="ann"),
    "feedback about nobody": feedback(userId="zed"),
    "feedback of no kind": feedback(kind="sneezed"),
    "a status that is none": item("subscription", userId="ann", channel="email", status="maybe"),
    "two topics": item("subscription", userId="ann", channel="email", group="news", status="subscribed"),
    "a call for nobody": item("trigger", id="a", userId="zed"),
    "a call without a user": item("trigger", id="a"),
    "a command for no document": item("control", do="stop", id="zzz"),
    "a command that is none": item("control", do="dance", id="j"),
    "a channel that is none": item("suppress", address="x", channel="pigeon"),
    "no address": item("suppress", channel="email"),
    "no entity": row("zzz", a=1),
    "no such operation": row(op="x", booking_id="1"),
    "a row without its key": row(nights=3),
    "a row as a list": item("row", entity="booking", op="u", row=[1]),
    "a profile's row without an id": row("profile", n=1),
    "a profile's row with a map as id": row("profile", profile_id={"a": 1}),
    "a latitude in words": item("location", userId="ann", lat="x", lon=3),
    "a latitude beyond the pole": item("location", userId="ann", lat=91, lon=3),
    "a longitude that is no number": item("location", userId="ann", lat=1, lon=float("nan")),
    "a session of nobody": item("session"),
}


@pytest.mark.parametrize("hostile", REFUSED.values(), ids=REFUSED)
def test_an_item_that_cannot_be_read_is_refused_with_its_place(hostile: object) -> None:
    with pytest.raises(ItemError) as refusal:
        run(hostile)
    assert 0 <= refusal.value.index <= 1
    assert refusal.value.reason


@pytest.mark.parametrize(
    "hostile",
    [item("identify", userId="\ud800"), item("session", userId="ann", messageId={"a": 1})],
    ids=["user", "id"],
)
def test_an_item_whose_ids_cannot_be_read_is_refused(hostile: object) -> None:
    with pytest.raises(ItemError):
        run(hostile)


HARMLESS: dict[str, Row] = {
    "an item after the end": {**identify(), "timestamp": "9999-12-31T23:59:59.999999Z"},
    "a zero byte": item("identify", userId="a\0b", traits={"email": "x\0y"}),
    "a user of a million letters": item("identify", userId="a" * 10**6),
    "a number without end": identify(n=10**400, j=10**400),
    "traits of other types": identify(
        email={"a": 1}, n="abc", due="soon", tags="x", j=[1, {"a": None}], d="2026-13-45", b="maybe"
    ),
    "traits of still other types": identify(email=5, n=1.5, due=12345, tags=[1, None, {"a": 1}], j="text", d=1, b=1),
    "traits that are SQL": identify(
        **{"'; drop table profile; --": 1, '"': 2, "_pno": 7, "profile_id": "bob", "": 3, "$.x": 3}
    ),
    "a due date of never": identify(due="infinity", d="infinity"),
    "a due date before all": identify(due="-infinity", d="-infinity"),
    "a due date at the end of time": identify(due="9999-12-31T23:59:59Z", d="9999-12-31"),
    "a due date before Christ": identify(due="0001-01-01 (BC) 00:00:00"),
    "a due date beyond the calendar": identify(due="290000-01-01T00:00:00Z", d="290000-01-01"),
    "properties of other types": track(x={"y": {"z": "<b>"}}, t="no", l={}),
    "properties with Liquid and SQL": track(x="{% for i in (1..1000000000) %}{% endfor %}'; drop table event"),
    "an event of nobody": item("track", event="e", properties={}),
    "feedback about no document": feedback(of="nope/zip"),
    "feedback about a journey": feedback(of="j"),
    "feedback about too much": feedback(kind="unsubscribed", of="j/m/x/y"),
    "a message number in words": feedback(kind="failed", message="abc"),
    "a message that does not exist": feedback(kind="bounced", message=99_999),
    "a message number without end": feedback(kind="failed", message=10**30),
    "a map as message number": feedback(kind="failed", message={"a": 1}),
    "half a message": feedback(kind="sent", message=1.5),
    "no such group": item("subscription", userId="ann", group="nope", status="unsubscribed"),
    "a call of no document": item("trigger", id="zzz", userId="ann", properties={}),
    "a call of a journey that takes none": item("trigger", id="j", userId="ann", properties={}),
    "a call with other types": item("trigger", id="a", userId="ann", properties={"x": "nan"}),
    "a map as key": row(booking_id={"a": 1}, profile_id="ann"),
    "a list as key": row(booking_id=[1], profile_id=["ann"]),
    "a row of other types": row(booking_id=7, profile_id="ann", nights="x", checkin="never", meta={"a": [1]}, tags="x"),
    "a key without end": row(booking_id=10**40, profile_id=True),
    "a list of other types": row(booking_id="x", profile_id="ann", tags=[1, None, {"a": 1}], nights=10**30),
    "a column that is SQL": row(**{"booking_id": "x", 'zzz"; drop table profile': 1}),
    "a row to delete that is not there": row(op="d", booking_id="nope"),
    "an inbound text that is none": item("inbound", userId="ann", channel="sms", text={"a": 1}),
}


@pytest.mark.parametrize("hostile", HARMLESS.values(), ids=HARMLESS)
def test_an_item_with_odd_values_harms_nobody_else(hostile: Row) -> None:
    result = run(hostile)
    passages = [row for row in result.passages if row["profile"] == "bob"]
    assert [(row["journey"], row["reason"]) for row in passages] == [("j", "bad_wait")]
    assert [row["reason"] for row in result.discards if row["profile"] == "bob"] == ["no_address", "no_address"]


@pytest.mark.parametrize("due", ["infinity", "-infinity", "290000-01-01T00:00:00Z", "soon"])
def test_an_instant_that_no_calendar_has_is_a_bad_wait(due: str) -> None:
    result = run({**track(), "context": {"traits": {"due": due}}})
    assert [row["reason"] for row in result.passages if row["profile"] == "ann"] == ["bad_wait"]


ARGUMENTS: dict[str, dict[str, Any]] = {
    "a start in words": {"start": "x"},
    "no start": {"start": None},
    "a start as a number": {"start": 5},
    "an end beyond the calendar": {"until": "9999-12-31T23:59:59.999999Z"},
    "documents as text": {"documents": "x"},
    "documents that are no maps": {"documents": ["x", None, 5]},
    "one document": {"documents": SHOP[0]},
    "rows of no entity": {"tables": {"bokking": [{}]}},
    "rows that are no maps": {"tables": {"booking": [1]}},
    "one row": {"tables": {"booking": {"a": 1}}},
}


@pytest.mark.parametrize("arguments", ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(SojournError) as refusal:
        run(LAST, **arguments)
    assert refusal.value.code


def test_rows_of_other_types_are_null_where_they_do_not_fit() -> None:
    odd = {"profile_id": {"a": 1}, "tags": [1, {}], "j": {"a": 1}, "due": 5, "b": "x", "n": [1]}
    result = run(LAST, tables={"profile": [odd], "booking": [{"tags": [None, 1], "nights": "1e400"}]})
    assert [(row["profile"], row["from"]) for row in result.messages] == [("ann", "c")]


def documents(**fields: Any) -> list[Row]:
    journey = {
        "kind": "journey",
        "id": "h",
        "entry": {"type": "event", "event": "e"},
        "nodes": [{"id": "x", "type": "end"}],
    }
    return [*SHOP, {**journey, **fields}]


def condition(when: object) -> list[Row]:
    return documents(nodes=[{"id": "x", "type": "condition", "paths": [{"when": when}]}])


def subject(text: str) -> list[Row]:
    return [*SHOP, {"kind": "template", "id": "bad", "channel": "email", "subject": text, "text": "x"}]


def deep_condition(depth: int) -> object:
    made: object = "true"
    for _ in range(depth):
        made = {"not": made}
    return made


UNREADABLE: dict[str, list[Row]] = {
    "an unknown field": documents(zzz=1),
    "an unknown kind": [*SHOP, {"kind": "jorney", "id": "x"}],
    "no kind": [*SHOP, {}],
    "the wrong type": documents(nodes=5),
    "a null": documents(entry=None),
    "a priority beyond the limit": documents(priority=10**30),
    "a stay without end": documents(max_duration="99999999999999999d"),
    "a file as a table": condition("exists(select * from read_csv('/etc/passwd'))"),
    "a function that reads files": condition("read_text('/etc/passwd') = 'x'"),
    "a subquery": condition("(select count(*) from profile) > 1"),
    "several statements": condition("true; attach '/tmp/x.db'"),
    "settings": condition("current_setting('threads') = '1'"),
    "an environment": condition("getenv('HOME') = 'x'"),
    "brackets without end": condition("(" * 5_000 + "true" + ")" * 5_000),
    "a sum without end": condition("1 = " + "+".join(["1"] * 50_000)),
    "nots without end": condition(deep_condition(5_000)),
    "Liquid that is not closed": subject("{% if profile.n %}"),
    "Liquid that nests without end": subject("{% if true %}" * 5_000 + "{% endif %}" * 5_000),
    "a filter that is none": subject("{{ profile.n | sha1337 }}"),
    "a query that attaches": [*SHOP, {"kind": "audience", "id": "x", "sql": "attach ':memory:' as x"}],
    "a query that reads a file": [*SHOP, {"kind": "audience", "id": "x", "sql": "select * from '/etc/passwd'"}],
    "a query that writes": [*SHOP, {"kind": "audience", "id": "x", "sql": "copy profile to '/tmp/x'"}],
}


@pytest.mark.parametrize("wrong", UNREADABLE.values(), ids=UNREADABLE)
def test_documents_that_cannot_be_read_are_refused_with_all_problems(wrong: list[Row]) -> None:
    with pytest.raises(DocumentError) as refusal:
        run(LAST, documents=wrong)
    assert all(problem.message for problem in refusal.value.errors)


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..2000) %}{% for j in (1..2000) %}{{ j }}{% endfor %}{% endfor %}",
        "{{ entry.x | divided_by: 0 }}",
        "{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    ],
    ids=["a loop", "two loops", "a division by zero", "text that doubles"],
)
def test_a_template_without_end_spoils_its_own_message_only(text: str) -> None:
    templates = {"kind": "template", "id": "bad", "channel": "email", "subject": "x", "text": text}
    sends = documents(nodes=[{"id": "x", "type": "email", "template": "bad"}])
    result = run(track(x=1), documents=[*sends, templates])
    assert [row["reason"] for row in result.discards if row["from"] == "h/x" and row["profile"] == "ann"] == [
        "render_error"
    ]
    assert [(row["profile"], row["from"]) for row in result.messages] == [("ann", "c"), ("ann", "j/m")]


def test_of_rows_with_one_key_in_the_tables_the_last_counts() -> None:
    counted: Row = {
        "kind": "campaign", "id": "count", "activities": [
            {"id": "rows", "type": "query", "entity": "booking", "where": "nights = 3"},
            {"id": "all_of_them", "type": "query", "entity": "booking"},
            {"id": "people", "type": "query", "entity": "profile", "where": "n = 2"},
            {"id": "everybody", "type": "query", "entity": "profile"},
        ],
    }  # fmt: skip
    tables = {
        "booking": [
            {"booking_id": "k", "nights": 2},
            {"booking_id": "l", "nights": 9},
            {"booking_id": "k", "nights": 3},
        ],
        "profile": [{"profile_id": "ann", "n": 1}, {"profile_id": "ann", "n": 2}],
    }
    result = simulate([*SHOP[:2], counted], [], START, UNTIL, tables=tables)
    assert [row["rows"] for row in result.transitions] == [1, 2, 1, 1]
