"""Values of expressions: what they are for a row, and that a frame keeps its rows and their order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from sojourn.expr import Condition, Evaluator, Expression, bucket_sql, compile_condition, compile_expression
from sojourn.expr.evaluator import FEW_ROWS
from sojourn.model.errors import SojournError

from .shop import SCOPE, SHOP

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EVALUATOR = Evaluator(1)


def value(text: str, event: str = "{}", **attributes: object) -> Any:
    frame = pl.DataFrame(
        {"pno": [1], "at": [NOW], "event": [event], "entry": ['{"code": "7"}'], "vars": ['{"vars": {"season": "x"}}']},
        schema_overrides={"at": pl.Datetime("us", "UTC")},
    )
    people = pl.DataFrame([{"_pno": 1, "profile_id": "ann", "timezone": None, **attributes}])
    return EVALUATOR.values(frame, {"v": compile_expression(text, SCOPE)}, people)["v"].item()


@pytest.mark.parametrize(
    ("text", "event", "expected"),
    [
        ("event.amount", '{"amount": 5}', 5.0),
        ("event.amount", '{"amount": "5"}', 5.0),
        ("event.amount", '{"amount": "much"}', None),
        ("event.amount", '{"amount": null}', None),
        ("event.amount", '{"amount": [1]}', None),
        ("event.amount", "{}", None),
        ("event.amount", "no json", None),
        ("event.sku", '{"sku": 5}', "5"),
        ("event.sku", '{"sku": true}', "true"),
        ("event.sku", '{"sku": "it\'s"}', "it's"),
        ("event.when", '{"when": "2026-01-01T00:00:00+01:00"}', datetime(2025, 12, 31, 23, tzinfo=UTC)),
        ("event.when", '{"when": "soon"}', None),
        ("event.numbers[2]", '{"numbers": [1, 2.5]}', 2.5),
        ("len(event.numbers)", '{"numbers": []}', 0),
        ("event.address.city", '{"address": {"city": "Seoul"}}', "Seoul"),
        ("(event.extra->>'k') = 'v'", '{"extra": {"k": "v"}}', True),
        ("(event.extra->>'$') = 'v'", '{"extra": "v"}', True),
        ("event.extra->>'k' = 'v'", '{"extra": {"k": "v"}}', True),
        ("event.extra.k.l > 5", '{"extra": {"k": {"l": 6}}}', True),
        ("vars.season = 'x'", "{}", True),
        ("entry.code || '!'", "{}", "7!"),
    ],
)
def test_properties_are_read_as_their_types(text: str, event: str, expected: object) -> None:
    assert value(text, event) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("7 / 2", 3.5),
        ("7 // 2", 3),
        ("-7 % 3", -1),
        ("2 ** 3", 8.0),
        ("not false and false", False),
        ("not (false and false)", True),
        ("'a' || 'b' = 'ab'", True),
        ("'Seattle' = 'seattle'", False),
        ("null or true", True),
        ("null and true", None),
        ("1 in (1, null)", True),
        ("2 in (1, null)", None),
        ("cast('x' || '1' as integer)", None),
        ("5 // 0", None),
        ("'it''s'", "it's"),
        ("[10, 20][1]", 10),
        ("case when false then 1 end", None),
        ("trim('  a ')", "a"),
        ("interval 3 days", "3 days"),
        ("1.5", Decimal("1.5")),
        ("position('b' in 'abc')", 2),
        ("date_diff('day', date '2026-03-01', cast(local_now() as date))", 1),
        ("date_trunc('day', now()) = timestamptz '2026-03-02 00:00:00Z'", True),
        ("date '2026-01-31' + interval 1 month", datetime(2026, 2, 28)),
        ("now() - interval 30 days", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("regexp_matches('abc', '^a.c$')", True),
        ("strftime(date '2026-03-02', '%d/%m')", "02/03"),
        ("'a%' like 'a!%' escape '!'", True),
        ("3 between 1 and 2 or true", True),
        ("cast('2026-03-02' as date)", date(2026, 3, 2)),
        ("now() at time zone 'Asia/Seoul'", datetime(2026, 3, 2, 19)),
    ],
)
def test_expressions_mean_what_they_mean_in_duckdb(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("zone", ["Mars/Phobos", "", "zzz", "+09:00", "Z", None, "Asia/", "'", "2000"])
def test_a_zone_that_is_none_falls_back(zone: str | None) -> None:
    assert value("local_now()", timezone=zone) == datetime(2026, 3, 2, 19)
    assert value("hour(now() at time zone profile.timezone)", timezone=zone) is None


def test_local_now_is_the_profiles_wall_clock() -> None:
    assert value("local_now()", timezone="America/New_York") == datetime(2026, 3, 2, 5)


def test_the_bucket_is_the_documented_hash() -> None:
    import duckdb

    found = duckdb.connect().execute("SELECT " + bucket_sql("'ann'", "onboarding", "thirds")).fetchall()
    assert found == [(7181,)]
    assert value("bucket()") == 4107


@pytest.mark.parametrize("height", [0, 1, 3, FEW_ROWS + 1, 5_000])
def test_a_frame_keeps_its_rows_and_their_order(height: int) -> None:
    frame = pl.DataFrame(
        {"pno": pl.int_range(height, eager=True).shuffle(seed=1), "own": pl.Series([None] * height, dtype=pl.Int64)}
    ).with_columns(at=pl.lit(NOW).cast(pl.Datetime("us", "UTC")))
    people = pl.DataFrame({"_pno": frame["pno"].sort(), "profile_id": [f"u{i}" for i in range(height)]})
    people = people.with_columns(tags=pl.Series([["a"]] * height, dtype=pl.List(pl.String)))
    expressions: dict[str, Expression | Condition] = {
        "id": compile_expression("profile.profile_id", SCOPE),
        "n": compile_expression("len(profile.tags)", SCOPE),
        "met": compile_condition({"not": {"did": "purchase"}}, SCOPE, SHOP),
        "now": compile_expression("now()", SCOPE),
    }
    found = EVALUATOR.values(frame, expressions, people)
    assert found["id"].to_list() == [f"u{n}" for n in frame["pno"]]
    assert found["met"].to_list() == [True] * height
    schema = {"id": pl.String, "n": pl.Int64, "met": pl.Boolean, "now": pl.Datetime("us", "UTC")}
    assert dict(found.schema) == schema


def test_a_row_without_a_profile_has_nulls() -> None:
    frame = pl.DataFrame({"pno": [None]}, schema={"pno": pl.Int64})
    people = pl.DataFrame(schema={"_pno": pl.Int64, "profile_id": pl.String, "city": pl.String})
    found = EVALUATOR.values(frame, {"c": compile_expression("profile.city", SCOPE)}, people)
    assert found["c"].to_list() == [None]


def test_what_is_read_must_be_given() -> None:
    with pytest.raises(SojournError, match="city"):
        EVALUATOR.values(pl.DataFrame({"pno": [1]}), {"c": compile_expression("profile.city", SCOPE)})
    with pytest.raises(SojournError, match="city"):
        people = pl.DataFrame({"_pno": [1], "profile_id": ["ann"]})
        EVALUATOR.values(pl.DataFrame({"pno": [1]}), {"c": compile_expression("profile.city", SCOPE)}, people)


def test_the_database_reaches_no_files() -> None:
    import duckdb

    with pytest.raises(duckdb.Error):
        EVALUATOR._con.execute("SELECT * FROM read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error):
        EVALUATOR._con.execute("SET enable_external_access=true")
