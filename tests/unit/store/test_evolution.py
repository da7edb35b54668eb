"""Types of attributes that change: every stored value survives, or nothing is changed."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.evolution import TypeRefused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def store_with(kind: str, values: list[Any]) -> DuckStore:
    store = DuckStore(":memory:")
    store.declare({"a": kind}, {"thing": {"id": "string", "a": kind}})
    for n, value in enumerate(values):
        store.connection.execute("INSERT INTO profile (_pno, profile_id, a) VALUES (?, ?, ?)", [n, f"p{n}", value])
        store.connection.execute("INSERT INTO rows_thing (id, a) VALUES (?, ?)", [f"t{n}", value])
    return store


def read(store: DuckStore) -> list[Any]:
    found = store.read("SELECT a FROM profile ORDER BY _pno")["a"].to_list()
    assert found == store.read("SELECT a FROM rows_thing ORDER BY id")["a"].to_list()
    return found


def change(store: DuckStore, kind: str) -> None:
    with store.transaction():
        store.declare({"a": kind}, {"thing": {"id": "string", "a": kind}})


CHANGES: list[tuple[str, list[Any], str, list[Any]]] = [
    ("integer", [1, None, 2], "number", [1.0, None, 2.0]),
    ("integer", [1], "string", ["1"]),
    ("number", [1.5], "string", ["1.5"]),
    ("number", [2.0], "integer", [2]),
    ("boolean", [True], "string", ["true"]),
    ("string", ["12", " 7"], "integer", [12, 7]),
    ("string", ["1.5"], "number", [1.5]),
    ("string", ["2026-03-01T12:00:00Z"], "timestamp", [NOON]),
    ("date", ["2026-03-01"], "timestamp", [NIGHT]),
    ("timestamp", [NIGHT], "date", [NIGHT.date()]),
    ("string", ["x"], "[string]", [["x"]]),
    ("string", ["x", '{"y":1}'], "json", ['"x"', '"{\\"y\\":1}"']),
    ("integer", [5], "json", ["5"]),
    ("json", ['"x"', "5"], "string", ["x", "5"]),
]


@pytest.mark.parametrize(("before", "values", "after", "expected"), CHANGES, ids=[f"{c[0]} to {c[2]}" for c in CHANGES])
def test_values_are_converted(before: str, values: list[Any], after: str, expected: list[Any]) -> None:
    store = store_with(before, values)
    change(store, after)
    assert read(store) == expected
    change(store, after)
    assert read(store) == expected, "once"


REFUSALS: list[tuple[str, list[Any], str]] = [
    ("string", ["12", "many"], "integer"),
    ("string", ["1.5"], "integer"),
    ("number", [1.5], "integer"),
    ("integer", [2**60 + 1], "number"),
    ("timestamp", [NOON], "date"),
    ("string", ["soon"], "timestamp"),
    ("boolean", [True], "timestamp"),
    ("json", ['{"a":1}'], "integer"),
]
NAMES = [f"{c[0]} {c[1][-1]} to {c[2]}" for c in REFUSALS]


@pytest.mark.parametrize(("before", "values", "after"), REFUSALS, ids=NAMES)
def test_what_would_be_lost_is_refused_and_all_stays(before: str, values: list[Any], after: str) -> None:
    store = store_with(before, values)
    stored = read(store)
    with pytest.raises(TypeRefused):
        change(store, after)
    assert read(store) == stored


def test_a_forgotten_attribute_keeps_its_values() -> None:
    store = store_with("integer", [1])
    with store.transaction():
        store.declare({}, {})
    change(store, "number")
    assert read(store) == [1.0]
    assert store.read("SELECT a FROM profile").schema == {"a": pl.Float64}
