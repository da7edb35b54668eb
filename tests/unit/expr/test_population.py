"""Conditions over whole tables of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from sojourn.expr import ExpressionErrors, compile_condition, population_sql, rows_sql

from .shop import BOOKING, PLAIN, PROFILE, SCOPE, SHOP

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def named(value: object) -> str:
    """Return a test's name, which is the same in every process."""
    return str(sorted(value) if isinstance(value, set) else value)


@pytest.fixture
def store() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone='UTC'")
    con.execute(
        "CREATE TABLE profile AS SELECT * FROM (VALUES (1, 'ann', true), (2, 'bo', false)) t(_pno, profile_id, vip)"
    )
    con.execute("CREATE TABLE rows_hotel AS SELECT * FROM (VALUES ('h1', 'Seoul')) t(hotel_id, city)")
    con.execute(
        "CREATE TABLE rows_booking AS SELECT * FROM (VALUES ('b1', 'ann', 'h1', 3), ('b2', 'bo', 'h1', 1), "
        "('b3', 'cy', 'h2', 5)) t(booking_id, profile_id, hotel_id, nights)"
    )
    con.execute(
        "CREATE TABLE history AS SELECT 1 AS pno, range AS \"offset\", 'purchase' AS name, "
        "TIMESTAMPTZ '2026-03-01 00:00:00Z' AS \"at\", '{}' AS data FROM range(2)"
    )
    return con


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("profile.vip", {"ann"}),
        ({"not": "profile.vip"}, {"bo"}),
        ({"did": "purchase", "count": {"at_least": 2}}, {"ann"}),
        ({"did": "purchase", "count": {"at_most": 1}}, {"bo"}),
        ({"did": "purchase", "count": {"at_least": 2}, "within": "1d"}, set()),
        ({"did": "purchase", "sum": {"of": "event.amount", "at_most": 0}}, {"ann", "bo"}),
        ({"related": "booking", "where": "nights > 2"}, {"ann"}),
        ("now() - interval 1 day = timestamptz '2026-03-01 10:00:00Z'", {"ann", "bo"}),
        ("local_now() = timestamp '2026-03-02 10:00:00'", {"ann", "bo"}),
        ({"did": "purchase", "where": "now() > timestamptz '2026-03-02 10:00:00Z'"}, set()),
    ],
    ids=named,
)
def test_the_population_is_who_meets_it(store: duckdb.DuckDBPyConnection, value: object, expected: set[str]) -> None:
    sql = population_sql(compile_condition(value, PLAIN, SHOP))  # type: ignore[arg-type]
    found = store.execute(sql, {"now": NOW} if "$now" in sql else {}).fetchall()
    assert {profile_id for _, profile_id in found} == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nights > 2", {"b1", "b3"}),
        ("property.city = 'Seoul'", {"b1", "b2"}),
        ("guest.vip", {"b1"}),
        ("nights > vars.least::integer", {"b1", "b3"}),
        ({"did": "purchase", "count": {"at_least": 2}}, {"b1"}),
        ({"not": {"in": "vips"}}, {"b2", "b3"}),
    ],
    ids=named,
)
def test_rows_follow_their_links(store: duckdb.DuckDBPyConnection, value: object, expected: set[str]) -> None:
    links = {"guest": PROFILE, "property": {"hotel_id": "string", "city": "string"}}
    scope = replace(PLAIN, columns=BOOKING.attributes, links=links, nodes={"vars": {}})
    condition = compile_condition(value, scope, SHOP)  # type: ignore[arg-type]
    sql = rows_sql(condition, '"rows_booking"', BOOKING, "r.booking_id")
    found = store.execute(sql, {"now": NOW, "vars": '{"vars": {"least": "2"}}'}).fetchall()
    assert {booking for (booking,) in found} == expected


def test_a_population_has_no_event() -> None:
    with pytest.raises(ExpressionErrors, match="event"):
        population_sql(compile_condition("event.amount > 5", SCOPE, SHOP))
