"""The SQL of audiences: one query over declared entities."""

from __future__ import annotations

import duckdb
import pytest

from sojourn.expr import audience_sql, check_audience_sql

from .shop import SHOP

ENTITIES = SHOP.entities


@pytest.mark.parametrize(
    "text",
    [
        "select profile_id from booking group by profile_id having count(*) >= 2",
        "select profile_id from booking group by 1 having count(*) > 3",
        "select p.profile_id from profile p join booking b using (profile_id) where b.nights > 1",
        "with x as (select profile_id, count(*) n from booking group by 1) select profile_id from x where n > 2",
        "select profile_id from booking where hotel_id in (select hotel_id from hotel where city = 'Seoul')",
        "select profile_id from booking union select profile_id from profile where vip",
        "select profile_id from profile where signed_up > now() - interval 30 days",
    ],
)
def test_a_query_over_entities_is_fine(text: str) -> None:
    assert check_audience_sql(text, ENTITIES) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("select profile_id from bookin", "did you mean `booking`?"),
        ("select nights from booking", "profile_id"),
        ("select profile_id, nigths from booking", "nigths"),
        ("select profile_id from read_csv('x')", "read_csv"),
        ("select profile_id from 'x.csv'", "x.csv"),
        ("select profile_id from information_schema.tables", "not an entity"),
        ("select profile_id from duckdb_settings()", "duckdb_settings"),
        ("select profile_id from range(10)", "not an entity"),
        ("select getenv('HOME') as profile_id", "getenv"),
        ("select profile_id from booking; drop table booking", "one SELECT"),
        ("drop table booking", "one SELECT"),
        ("copy booking to 'x'", "one SELECT"),
        ("select profile_id from booking where nights > $1", "parameters"),
        ("select profile_id from (with meta as (select 1 a) select a as profile_id from meta), meta", "`with`"),
        (
            "with recursive t as (select 1 profile_id union select 1 from t) select profile_id from t",
            "recursive",
        ),
        ("select profile_id from history", "history"),
        ("select profile_id from " + "(" * 500, "nested"),
        ("", "missing"),
        ("select profile_id from booking where", "query"),
    ],
)
def test_anything_else_is_refused(text: str, says: str) -> None:
    assert any(says in p.message for p in check_audience_sql(text, ENTITIES))


def test_the_query_runs_over_the_stores_tables() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE rows_booking AS SELECT unnest(['ann', 'ann', 'bo']) AS profile_id, 1 AS nights")
    sql = audience_sql("select booking.profile_id from booking group by 1 having count(*) = 2", ENTITIES)
    assert con.execute(sql).fetchall() == [("ann",)]
