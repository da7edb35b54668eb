import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from demo.prepare import SOURCE, ZONES, Prepared, Slice, prepare


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(Slice(customers=300), tmp_path_factory.mktemp("prepared"))


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_copy_of_the_data_has_the_totals_that_were_published() -> None:
    (totals,) = duckdb.sql(
        f"""select count(*), count(distinct InvoiceNo), count(distinct StockCode), count(distinct CustomerID),
            count(distinct Country), count(*) filter (where CustomerID is null),
            count(*) filter (where Description is null), count(*) filter (where InvoiceNo like 'C%'),
            sum(Quantity), round(sum(Quantity * UnitPrice), 3)
            from '{SOURCE}'"""
    ).fetchall()
    assert totals == (541909, 25900, 4070, 4372, 38, 135080, 1454, 9288, 5176450, 9747747.934)


def test_all_customers_are_either_imported_or_identified_when_they_first_come(prepared: Prepared) -> None:
    known = {row["profile_id"] for row in rows(prepared.profiles)}
    new = [row["userId"] for row in rows(prepared.replay) if row["type"] == "identify"]
    assert len(new) == len(set(new))
    assert known.isdisjoint(new)
    assert len(known) + len(new) == 300


def test_the_replay_is_in_the_order_of_time_and_starts_where_the_past_ends(prepared: Prepared) -> None:
    replayed = [row["timestamp"] for row in rows(prepared.replay)]
    past = [row["timestamp"] for row in rows(prepared.events)]
    assert replayed == sorted(replayed)
    assert past == sorted(past)
    assert past[-1] < "2011-11-07T00:00:00Z" <= replayed[0]


def test_a_new_customer_is_identified_before_what_he_does(prepared: Prepared) -> None:
    seen = {row["profile_id"] for row in rows(prepared.profiles)}
    for row in rows(prepared.replay):
        seen |= {row["userId"]} if row["type"] == "identify" else set()
        assert row["userId"] in seen


def test_times_are_london_wall_clock_in_summer_too(prepared: Prepared) -> None:
    july = next(row for row in rows(prepared.events) if row["timestamp"] > "2011-07-04" and "Order" in row["event"])
    number = july["properties"]["invoice"]
    ((local,),) = duckdb.sql(f"select min(InvoiceDate) from '{SOURCE}' where InvoiceNo = '{number}'").fetchall()
    assert datetime.fromisoformat(july["timestamp"]) == (local - timedelta(hours=1)).replace(tzinfo=UTC)


def test_the_standing_of_a_customer_goes_on_from_his_profile(prepared: Prepared) -> None:
    orders = {row["profile_id"]: row["orders"] for row in rows(prepared.profiles)}
    for row in rows(prepared.replay):
        if row.get("event") == "Order Completed":
            orders[row["userId"]] = orders.get(row["userId"], 0) + 1
            assert row["context"]["traits"]["orders"] == orders[row["userId"]]


def test_rows_without_a_customer_stay_in_the_past(prepared: Prepared) -> None:
    assert sum(row["userId"] is None for row in rows(prepared.events)) > 0


def test_a_call_has_no_empty_members(prepared: Prepared) -> None:
    assert all(value is not None for row in rows(prepared.replay) for value in row.values())


def test_every_country_but_the_unclear_ones_has_a_zone() -> None:
    without = duckdb.sql(
        f"select distinct Country from '{SOURCE}' where Country not in (select country from '{ZONES}') order by 1"
    ).fetchall()
    assert without == [("European Community",), ("Unspecified",)]


def test_the_replay_ends_where_it_was_asked_to(tmp_path: Path) -> None:
    short = prepare(Slice(replay_until=datetime(2011, 11, 9, tzinfo=UTC), customers=300), tmp_path)
    assert rows(short.replay)[-1]["timestamp"] < "2011-11-09T00:00:00Z"
