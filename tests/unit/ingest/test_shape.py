"""How what arrives differs from what is declared, and what is read as what."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.ingest.body import read_body, to_items
from sojourn.ingest.shape import Door, Shape, Shapes, fits, merged, takes, type_of, widened
from sojourn.workspace import read_workspace

PROFILE = {"kind": "entity", "id": "profile", "attributes": {"age": "integer", "tags": "[string]"}}
BOUGHT = {"kind": "event", "id": "bought", "match": "Order Completed", "properties": {"amount": "number"}}


def shapes_of(*documents: dict[str, Any], **settings: Any) -> Shapes:
    return Shapes.of(read_workspace([{"kind": "workspace", "id": "w", **settings}, *documents], {}).catalog)


def seen(shapes: Shapes, kind: str, name: str | None, data: Any = None, traits: Any = None) -> list[tuple[Any, ...]]:
    found = shapes.differences(kind, name, data and json.dumps(data), traits and json.dumps(traits))
    return [(each.sort, each.field, each.found, each.declared) for each in found]


def test_what_differs_is_named_with_its_type() -> None:
    shapes = shapes_of(PROFILE, BOUGHT)
    assert seen(shapes, "track", "Order Completed", {"amount": 3}) == []
    assert seen(shapes, "track", "Order Completed", {"amount": "much", "note": "x", "gone": None}) == [
        ("property", "amount", "string", "number"), ("property", "note", "string", None),
    ]  # fmt: skip
    assert seen(shapes, "track", "Nothing Known", {"a": 1}) == [
        ("event", "", "", None), ("property", "a", "integer", None),
    ]  # fmt: skip
    assert seen(shapes, "identify", None, None, {"age": "12", "tags": ["a"], "city": "Seoul"}) == [
        ("attribute", "city", "string", None)
    ]
    assert seen(shapes, "row", "ghost", {"op": "u", "row": {"x": [1]}}) == [
        ("entity", "", "", None), ("column", "x", "[integer]", None),
    ]  # fmt: skip
    assert seen(shapes, "subscription", "channel:email", {"status": "subscribed"}) == []


def test_two_events_of_one_name_declare_together() -> None:
    more = {"amount": "string", "sku": "string"}
    other = {"kind": "event", "id": "big", "match": "Order Completed", "properties": more}
    assert seen(shapes_of(BOUGHT, other), "track", "Order Completed", {"amount": "much", "sku": "x"}) == []


@pytest.mark.parametrize(
    ("settings", "event", "codes"),
    [
        ({}, {}, []),
        ({"enforce": "warn"}, {}, []),
        ({"enforce": "reject"}, {}, ["undeclared_property", "wrong_type", "undeclared_event"]),
        ({"enforce": "reject"}, {"enforce": "accept"}, ["undeclared_event"]),
        ({}, {"enforce": "reject"}, ["undeclared_property", "wrong_type"]),
    ],
    ids=["accept", "warn", "reject", "all but one", "one"],
)
def test_only_what_may_not_differ_is_refused(settings: Any, event: Any, codes: list[str]) -> None:
    shapes = shapes_of({**BOUGHT, **event}, **settings)
    noted: list[Any] = []
    calls = [
        {"type": "track", "userId": "a", "event": "Order Completed", "properties": {"amount": 1}},
        {"type": "track", "userId": "a", "event": "Order Completed", "properties": {"amount": 1, "more": 1}},
        {"type": "track", "userId": "a", "event": "Order Completed", "properties": {"amount": []}},
        {"type": "track", "userId": "a", "event": "Else", "properties": {}},
    ]
    assert shapes.rejects == bool(codes)
    body = read_body(json.dumps({"batch": calls}), "batch")
    intake = to_items(body, "server", 0, Door(shapes, noted.append))
    assert [reject.code for reject in intake.rejects] == codes
    assert len(intake.columns) == 4 - len(codes) and len(noted) >= len(codes)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8,
)  # fmt: skip
KINDS = ["string", "integer", "number", "boolean", "date", "timestamp", "json", "[string]", "[integer]"]


@given(JSON)
def test_every_value_fits_its_own_type(value: Any) -> None:
    assert value is None or fits(type_of(value), value)
    assert fits("json", value)


@given(st.dictionaries(st.sampled_from("abcd"), JSON), st.lists(st.sampled_from(KINDS), min_size=3, max_size=3))
def test_what_surely_is_met_does_not_differ(values: dict[str, Any], kinds: list[str]) -> None:
    shape = Shape({name: (kind,) for name, kind in zip("abc", kinds, strict=True)}, "accept")
    if shape.is_met(json.dumps(values)):
        assert all(value is None or fits(shape.fields[name][0], value) for name, value in values.items())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("date", "timestamp")])
def test_what_is_declared_is_known_without_looking_at_each_value(kind: str) -> None:
    value = {"string": "x", "integer": 1, "number": 1.5, "boolean": True, "[string]": ["x"], "[integer]": [1, 2]}
    shape = Shape({"a b": (kind,), "c": ("json",)}, "accept")
    assert shape.is_met(json.dumps({"a b": value.get(kind, {"x": [1]}), "c": None}))
    assert not shape.is_met('{"other": 1}') and not shape.is_met("[")
    assert not Shape({'a"b': ("string",)}, "accept").is_met('{"a\\"b": "x"}')


@given(st.sets(st.sampled_from(KINDS), min_size=1))
def test_a_merged_type_takes_all_that_were_merged(kinds: set[str]) -> None:
    assert all(takes(merged(kinds), kind) for kind in kinds)
    assert widened(None, sorted(kinds)) == merged(kinds)


@given(st.dictionaries(st.text(max_size=20), JSON, max_size=5))
def test_nothing_that_arrives_breaks_it(data: dict[str, Any]) -> None:
    shapes = Shapes({"e": Shape({"a": ("integer",)}, "reject")}, {"profile": Shape({}, "reject")})
    list(shapes.differences("track", "e", json.dumps(data), json.dumps(data)))
    list(shapes.differences("row", "x", json.dumps({"row": data}), None))
