"""What conditions mean, asked of the evaluator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from sojourn.expr import Evaluator, ExpressionErrors, Scope, compile_condition

from .shop import BOOKING, PLAIN, PROFILE, SCOPE, SHOP

INSTANT = pl.Datetime("us", "UTC")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EVALUATOR = Evaluator(1)


def frame(**columns: object) -> pl.DataFrame:
    row = {"pno": 1, "at": NOW, **columns}
    return pl.DataFrame([row]).cast({"at": INSTANT})


def profiles(**attributes: object) -> pl.DataFrame:
    types: dict[str, pl.DataType | type[pl.DataType]]
    types = {"vip": pl.Boolean, "spend": pl.Float64, "tags": pl.List(pl.String), "birth_year": pl.Int64}
    row = {**dict.fromkeys(PROFILE), "_pno": 1, "profile_id": "ann", **attributes}
    return pl.DataFrame([row], schema_overrides={n: types.get(n, pl.String()) for n in PROFILE})


def history(*events: tuple[str, timedelta, str]) -> pl.DataFrame:
    rows = [(1, i, name, NOW - ago, data) for i, (name, ago, data) in enumerate(events)]
    schema = ["pno", "offset", "name", "at", "data"]
    rows.append((2, 99, "purchase", NOW, '{"amount": 1000}'))
    return pl.DataFrame(rows, schema=schema, orient="row").cast({"at": INSTANT})


def met(
    value: str | Mapping[str, Any],
    scope: Scope = PLAIN,
    rows: pl.DataFrame | None = None,
    people: pl.DataFrame | None = None,
    **tables: pl.DataFrame,
) -> bool:
    condition = compile_condition(value, scope, SHOP)
    rows = frame() if rows is None else rows
    found = EVALUATOR.values(rows, {"met": condition}, profiles() if people is None else people, tables)
    answer = found["met"].item()
    assert isinstance(answer, bool)
    return answer


DAY = timedelta(days=1)
TWO = history(("purchase", 3 * DAY, '{"amount": 60, "sku": "shoe-1"}'), ("purchase", DAY, '{"amount": 40}'))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"did": "purchase"}, True),
        ({"did": "ordered"}, False),
        ({"did": "purchase", "count": {"at_least": 2}}, True),
        ({"did": "purchase", "count": {"at_least": 3}}, False),
        ({"did": "purchase", "count": {"exactly": 2}}, True),
        ({"did": "purchase", "count": {"exactly": 0}}, False),
        ({"did": "purchase", "count": {"at_most": 1}}, False),
        ({"did": "ordered", "count": {"at_most": 0}}, True),
        ({"did": "ordered", "count": {"at_least": 0}}, True),
        ({"did": "purchase", "within": "3d", "count": {"at_least": 2}}, False),
        ({"did": "purchase", "within": "3d1s", "count": {"at_least": 2}}, True),
        ({"did": "purchase", "where": "event.amount > 50"}, True),
        ({"did": "purchase", "where": "event.amount > 60"}, False),
        ({"did": "purchase", "where": "event.sku like 'shoe-%'", "count": {"at_least": 2}}, False),
        ({"did": "purchase", "sum": {"of": "event.amount", "at_least": 100}}, True),
        ({"did": "purchase", "sum": {"of": "event.amount", "at_least": 100.01}}, False),
        ({"did": "purchase", "sum": {"of": "event.amount", "at_most": 40}, "within": "2d"}, True),
        ({"did": "ordered", "sum": {"of": "event.amount", "at_most": 0}}, True),
        ({"did": "ordered", "sum": {"of": "event.amount", "at_least": 0.01}}, False),
        ({"not": {"did": "purchase"}}, False),
        ({"any": ["profile.vip", {"did": "purchase"}]}, True),
        ({"all": [{"any": ["profile.vip", {"not": {"did": "ordered"}}]}, {"did": "purchase", "within": "2d"}]}, True),
        ({"in": "buyers"}, True),
    ],
    ids=str,
)
def test_did_counts_and_sums_what_happened(value: dict[str, Any], expected: bool) -> None:
    assert met(value, history=TWO) is expected
    condition = compile_condition(value, PLAIN, SHOP)
    assert (1 in population(condition.population, TWO)) is expected


def population(sql: str | None, events: pl.DataFrame) -> set[int]:
    import duckdb

    con = duckdb.connect()
    con.execute("SET TimeZone='UTC'")
    con.register("history", events)
    con.register("profile", profiles())
    parameters = {"now": NOW} if "$now" in str(sql) else {}
    return {n for (n,) in con.execute(f"SELECT _pno FROM profile AS p WHERE {sql}", parameters).fetchall()}


def test_the_event_under_test_is_not_counted() -> None:
    assert met({"did": "purchase", "count": {"exactly": 1}}, rows=frame(own=1), history=TWO)
    assert met({"in": "buyers"}, rows=frame(own=1), history=TWO)


def test_a_later_event_is_not_counted() -> None:
    assert not met({"did": "purchase"}, history=history(("purchase", -DAY, "{}")))


def test_a_rule_based_event_counts_by_its_incoming_name_and_rule() -> None:
    assert met({"did": "ordered"}, history=history(("Order Completed", DAY, '{"amount": 1}')))
    assert not met({"did": "ordered"}, history=history(("Order Completed", DAY, '{"amount": 0}')))


def test_where_of_did_may_look_at_profile_and_entry() -> None:
    condition = {"did": "purchase", "where": "event.amount > profile.spend and event.sku = entry.code"}
    rows = frame(entry='{"code": "shoe-1"}')
    assert met(condition, SCOPE, rows, profiles(spend=50.0), history=TWO)
    assert not met(condition, SCOPE, rows, profiles(spend=70.0), history=TWO)


def test_not_of_a_null_is_met() -> None:
    assert met({"not": "profile.city = 'Boston'"})
    assert not met("not (profile.city = 'Boston')")
    assert not met("profile.city <> 'Boston'")
    assert met("profile.city = 'Boston' or profile.vip", people=profiles(vip=True))


def test_an_expression_that_fails_as_it_runs_is_not_met() -> None:
    assert not met("cast(profile.city as integer) > 1", people=profiles(city="x"))
    assert met({"not": "profile.birth_year // 0 = 1"}, people=profiles(birth_year=1990))


BOOKINGS = pl.DataFrame(
    {"booking_id": ["b1", "b2"], "profile_id": ["ann", "bo"], "hotel_id": ["h1", "h2"], "nights": [3, 9]}
)
HOTELS = pl.DataFrame({"hotel_id": ["h1", "h2"], "city": ["Seoul", "Busan"]})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"related": "booking"}, True),
        ({"related": "booking", "count": {"at_least": 2}}, False),
        ({"related": "booking", "count": {"exactly": 1}}, True),
        ({"related": "booking", "where": "nights > 3"}, False),
        ({"related": "booking", "where": "nights > 3", "count": {"at_most": 0}}, True),
        ({"related": "booking", "where": "property.city = 'Seoul'"}, True),
        ({"related": "booking", "where": "property.city = profile.city"}, True),
        ({"related": "booking", "where": "property.city = 'Busan'"}, False),
        ({"related": "booking", "where": "guest.city = 'Seoul'"}, True),
    ],
    ids=str,
)
def test_related_counts_linked_rows(value: dict[str, Any], expected: bool) -> None:
    assert met(value, people=profiles(city="Seoul"), rows_booking=BOOKINGS, rows_hotel=HOTELS) is expected


def test_engaged_looks_at_kind_origin_and_time() -> None:
    opened = pl.DataFrame(
        [(1, "welcome", "first", "opened", NOW - DAY)],
        schema={"pno": pl.Int64, "document": pl.String, "node": pl.String, "kind": pl.String, "at": INSTANT},
        orient="row",
    )
    for yes in ({}, {"with": "welcome"}, {"with": "welcome/first"}, {"within": "25h"}):
        assert met({"engaged": "opened", **yes}, engagement=opened)
    for no in ({"with": "welcome/second"}, {"within": "24h"}):
        assert not met({"engaged": "opened", **no}, engagement=opened)
    assert not met({"engaged": "machine_opened"}, engagement=opened)


@pytest.mark.parametrize(
    ("topic", "statuses", "expected"),
    [
        ("email", {}, True),
        ("email", {"channel:email": "unsubscribed"}, False),
        ("email", {"channel:email": "opted_in"}, True),
        ("news", {}, True),
        ("news", {"group:news": "unsubscribed"}, False),
        ("news", {"group:news": "subscribed", "channel:email": "unsubscribed"}, False),
        ("sport", {}, False),
        ("sport", {"group:sport": "subscribed"}, True),
    ],
)
def test_subscribed_follows_group_and_channel(topic: str, statuses: dict[str, str], expected: bool) -> None:
    schema = {"pno": pl.Int64, "topic": pl.String, "status": pl.String}
    consent = pl.DataFrame([(1, t, s) for t, s in statuses.items()], schema=schema, orient="row")
    assert met({"subscribed": topic}, consent=consent) is expected


def test_other_audiences_are_looked_up() -> None:
    members = pl.DataFrame({"audience": ["loyal"], "pno": [1]})
    assert met({"in": "loyal"}, member=members)
    assert not met({"in": "loyal"})


def test_bucket_in_an_audience_is_of_the_audience() -> None:
    import hashlib

    number = int.from_bytes(hashlib.sha256(b"ann/low").digest()[:8], "big") % 10_000
    assert met({"in": "low"}) is (number < 5000)


@pytest.mark.parametrize(
    ("value", "path", "says"),
    [
        ({"any": ["profile.vip", {"not": {"in": "east-coast"}}]}, "any[1].not.in", "east-coast"),
        ({"all": ["profile.vip", "profile.citty = 'x'"]}, "all[1]", "did you mean `city`?"),
        ({"did": "purchased"}, "did", "did you mean `purchase`?"),
        ({"did": "purchase", "where": "event.amount > 'much'"}, "where", "much"),
        ({"did": "purchase", "sum": {"of": "event.sku", "at_least": 1}}, "sum.of", "must be a number"),
        ({"did": "purchase", "sum": {"of": "event.amount"}}, "sum", "one of"),
        ({"did": "purchase", "sum": {"of": "event.amount", "exactly": 1}}, "sum", "one of"),
        ({"did": "purchase", "count": {"at_least": 1.5}}, "count.at_least", "whole number"),
        ({"did": "purchase", "count": {"at_least": -1}}, "count.at_least", "whole number"),
        ({"did": "purchase", "count": 2}, "count", "at_least"),
        ({"did": "purchase", "within": "3 days"}, "within", "duration"),
        ({"did": "purchase", "cuont": 1}, "cuont", "did you mean `count`?"),
        ({"related": "hotel"}, "related", "no link"),
        ({"related": "bookings"}, "related", "did you mean `booking`?"),
        ({"related": "booking", "where": "nigths > 1"}, "where", "did you mean `nights`?"),
        ({"engaged": "opend"}, "engaged", "did you mean `opened`?"),
        ({"engaged": "opened", "with": "welcme"}, "with", "did you mean `welcome`?"),
        ({"engaged": "opened", "with": "welcome/frist"}, "with", "did you mean `first`?"),
        ({"subscribed": "neuws"}, "subscribed", "did you mean `news`?"),
        ({"in": "chicken"}, "in", "circle"),
        ({"inn": "vips"}, "", "`inn`"),
        ({"in": "vips", "did": "purchase"}, "", "in and did"),
        ({"all": []}, "", "list"),
        ({}, "", "condition"),
        ("profile.city", "", "boolean"),
    ],
    ids=str,
)
def test_what_is_wrong_has_a_path_and_a_reason(value: Any, path: str, says: str) -> None:
    with pytest.raises(ExpressionErrors) as raised:
        compile_condition(value, PLAIN, SHOP)
    assert [(p.path, says in p.message) for p in raised.value.problems] == [(path, True)]


def test_deep_maps_are_refused() -> None:
    value: Any = "profile.vip"
    for _ in range(5_000):
        value = {"not": value}
    with pytest.raises(ExpressionErrors, match="nested"):
        compile_condition(value, PLAIN, SHOP)


def test_rows_without_a_profile_have_no_conditions_about_one() -> None:
    scope = replace(PLAIN, columns=BOOKING.attributes, has_profile=False)
    for value in ({"in": "vips"}, {"did": "purchase"}, {"engaged": "opened"}, {"subscribed": "email"}, "profile.vip"):
        with pytest.raises(ExpressionErrors, match="no link to `profile`"):
            compile_condition(value, scope, SHOP)


def test_parts_are_the_leaves_for_explaining() -> None:
    condition = compile_condition({"all": ["profile.vip", {"not": {"in": "low"}}]}, PLAIN, SHOP)
    assert [(p.path, p.text) for p in condition.parts] == [("all[0]", "profile.vip"), ("all[1].not", "in low")]
