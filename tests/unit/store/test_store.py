"""What a batch changes is stored together or not at all, and read back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import duckdb
import polars as pl
import pytest

from sojourn.expr.directory import EntitySpec
from sojourn.model.state import Changes, Needs, empty
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.load import load_state
from sojourn.store.duckdb.rows import typed_rows

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
BOOKING = EntitySpec({"booking_id": "string", "nights": "integer", "tags": "[string]"}, "booking_id")


@pytest.fixture
def store() -> Iterator[DuckStore]:
    made = DuckStore(threads=1)
    made.declare({"profile_id": "string", "email": "string", "city": "string"}, {"booking": BOOKING.attributes})
    yield made
    made.close()


def person(number: int, **attributes: str) -> pl.DataFrame:
    row = {"_pno": number, "profile_id": f"p{number}", "_created_at": NOW, "email": None, "city": None, **attributes}
    return pl.DataFrame([row], schema_overrides={"email": pl.String, "city": pl.String})


def passage(number: int, pno: int, wake: timedelta | None = None, end: timedelta | None = None) -> pl.DataFrame:
    return pl.DataFrame({
        "no": [number], "doc": [1], "pno": [pno], "node": [0], "entered_at": [NOW], "hold": [0],
        "wake_at": [NOW + wake if wake else None], "wake_no": [number], "ends_at": [NOW + end if end else None],
    })  # fmt: skip


def put(store: DuckStore, table: str, *frames: pl.DataFrame) -> None:
    changes = Changes()
    for frame in frames:
        changes.add(table, frame)
    store.commit(changes, {})


def count(store: DuckStore, table: str) -> int:
    (found,) = store.connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(found)


def test_a_commit_that_fails_leaves_nothing(store: DuckStore) -> None:
    changes = Changes(created=[person(1)])
    changes.append["no_such_table"] = [empty("step")]
    with pytest.raises(duckdb.Error):
        store.commit(changes, {"offset": "9"})
    assert count(store, "profile") == 0
    assert store.meta("offset", "none") == "none"


def test_changes_and_the_place_in_the_log_count_together(store: DuckStore) -> None:
    with pytest.raises(duckdb.Error):
        store.commit(Changes(created=[person(1)]), {"offset": object()})  # type: ignore[dict-item]
    assert count(store, "profile") == 0


def test_commits_inside_a_transaction_count_with_it(store: DuckStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.commit(Changes(created=[person(1)]), {"offset": "9"})
        raise ZeroDivisionError
    assert count(store, "profile") == 0
    store.commit(Changes(created=[person(2)]), {"offset": "10"})
    assert (count(store, "profile"), store.meta("offset")) == (1, "10")


def test_who_is_due_is_who_has_a_timer_before_an_instant(store: DuckStore) -> None:
    hour = timedelta(hours=1)
    put(
        store, "passage", passage(1, 1, hour), passage(2, 2, 3 * hour, 2 * hour), passage(3, 3), passage(4, 4, 5 * hour)
    )
    assert store.next_due() == NOW + hour
    assert store.due(NOW + hour, 10).to_list() == []
    assert sorted(store.due(NOW + 2 * hour + timedelta(microseconds=1), 10).to_list()) == [1, 2]
    assert store.due(NOW + 9 * hour, 2).len() == 2


def test_held_messages_are_due_unless_a_pause_holds_them(store: DuckStore) -> None:
    held = pl.DataFrame({"no": [1, 2], "pno": [1, 2], "doc": [1, 1], "due_at": [NOW, NOW], "hold": [0, 1]})
    put(store, "held", held)
    assert store.due(NOW + timedelta(seconds=1), 10).to_list() == [1]
    assert store.inside(1).to_list() == [1, 2]


def test_rows_that_are_dropped_and_added_in_one_commit_are_replaced(store: DuckStore) -> None:
    put(store, "passage", passage(1, 1), passage(2, 2))
    changes = Changes()
    changes.remove("passage", pl.Series([1], dtype=pl.Int64))
    changes.add("passage", passage(1, 1, timedelta(hours=1)))
    store.commit(changes, {})
    assert store.next_due() == NOW + timedelta(hours=1)
    assert count(store, "passage") == 2


def test_only_attributes_that_were_written_change(store: DuckStore) -> None:
    store.commit(Changes(created=[person(1, email="a@b.co", city="Seoul"), person(2, city="Berlin")]), {})
    fresh = pl.DataFrame({"_pno": [1], "email": ["new@b.co"], "city": ["ignored"]})
    store.commit(Changes(attributes=fresh, written=frozenset({"email"})), {})
    profiles = store.connection.sql("SELECT email, city FROM profile ORDER BY _pno").fetchall()
    assert profiles == [("new@b.co", "Seoul"), (None, "Berlin")]


def test_consent_has_one_row_a_profile_and_topic(store: DuckStore) -> None:
    def said(status: str) -> Changes:
        row = pl.DataFrame({"pno": [1], "topic": ["channel:email"], "status": [status], "at": [NOW]})
        return Changes(replaced={"consent": row})

    store.commit(said("unsubscribed"), {})
    store.commit(said("subscribed"), {})
    assert store.connection.sql("SELECT status FROM consent").fetchall() == [("subscribed",)]


def test_state_has_the_batchs_profiles_and_what_the_program_needs(store: DuckStore) -> None:
    store.commit(Changes(created=[person(1, city="Seoul"), person(2)]), {})
    put(store, "passage", passage(1, 1), passage(2, 2))
    put(store, "event", pl.DataFrame({"offset": [1, 2, 3], "pno": [1, 1, 2], "name": ["a", "b", "a"], "at": [NOW] * 3}))
    state = load_state(store, pl.Series([1], dtype=pl.Int64), Needs(history=frozenset({"a"})))
    assert state.need()["profile_id"].to_list() == ["p1"]
    assert state["passage"]["no"].to_list() == [1]
    assert state["event"]["offset"].to_list() == [1]
    assert load_state(store, pl.Series([1], dtype=pl.Int64), Needs())["event"].height == 0


def test_unsent_messages_are_as_if_they_had_never_been(store: DuckStore) -> None:
    messages = pl.DataFrame({"no": [1, 2], "pno": [1, 1], "at": [NOW, NOW], "counted": [True, True]})
    put(store, "message", messages)
    put(store, "unsent", pl.DataFrame({"no": [1]}))
    state = load_state(store, pl.Series([1], dtype=pl.Int64), Needs(receipts=True))
    assert state["message"]["no"].to_list() == [2]


def test_a_row_keeps_the_columns_that_a_change_does_not_name(store: DuckStore) -> None:
    store.put_row("booking", BOOKING, {"booking_id": "x", "nights": "2", "tags": ["a", 1]})
    store.put_row("booking", BOOKING, {"booking_id": "x", "nights": 3})
    assert store.row("booking", "booking_id", "x") == {"booking_id": "x", "nights": 3, "tags": ["a", "1"]}
    store.put_row("booking", BOOKING, {"booking_id": "x"}, delete=True)
    assert store.row("booking", "booking_id", "x") is None


def test_declaring_again_adds_columns_and_keeps_what_is_there(store: DuckStore) -> None:
    store.commit(Changes(created=[person(1, city="Seoul")]), {})
    store.declare({"vip": "boolean"}, {"booking": {"paid": "number"}})
    assert store.connection.sql("SELECT city, vip FROM profile").fetchall() == [("Seoul", None)]
    assert "paid" in store.columns("rows_booking")


@pytest.mark.parametrize(
    "kind, value, expected",
    [
        ("integer", "x", None), ("integer", True, None), ("number", "1.5", 1.5), ("boolean", "true", True),
        ("boolean", "yes", None), ("date", "2026-02-30", None), ("string", 5, "5"), ("json", {"a": [1]}, '{"a": [1]}'),
        ("[integer]", "1", None), ("timestamp", "soon", None), ("string", None, None),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_type_is_null(kind: str, value: object, expected: object) -> None:
    assert typed_rows([{"a": value}], {"a": kind})["a"].to_list() == [expected]


@pytest.mark.parametrize("outer", [True, False], ids=["in a transaction", "alone"])
def test_an_attempt_undoes_its_own_writes_only(store: DuckStore, outer: bool) -> None:
    store.connection.execute("CREATE TABLE t (n INTEGER)")

    def work() -> None:
        store.connection.execute("INSERT INTO t VALUES (2)")
        store.connection.execute("SELECT CAST('x' AS INTEGER)").fetchall()

    with ExitStack() as stack:
        if outer:
            stack.enter_context(store.transaction())
        store.connection.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(duckdb.ConversionException):
            store.attempt(work)
        store.attempt(lambda: store.set_meta({"three": "3"}))
    assert store.connection.execute("SELECT n FROM t").fetchall() == [(1,)]
    assert store.meta("three") == "3"


def test_an_attempt_that_fails_undoes_its_own_writes_and_what_is_remembered_of_them(store: DuckStore) -> None:
    def fail() -> None:
        store.set_meta({"second": "2"})
        raise ValueError("no")

    remembered = store.waiting
    with store.transaction():
        store.set_meta({"first": "1"})
        with pytest.raises(ValueError, match="no"):
            store.attempt(fail)
        store.set_meta({"third": "3"})
    assert [store.meta(name) for name in ("first", "second", "third")] == ["1", "", "3"]
    assert store.waiting is not remembered
