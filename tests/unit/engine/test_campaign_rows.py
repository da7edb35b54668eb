"""Campaigns in the simulator: which rows go where, at the edges of the rules."""

from __future__ import annotations

from typing import Any

import pytest

from sojourn import DocumentError, simulate

Row = dict[str, Any]
START, RUN, END = "2026-03-02T00:00:00Z", "2026-03-02T09:00:00Z", "2026-03-08T00:00:00Z"
DOCUMENTS: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string"}},
    {"kind": "entity", "id": "booking", "key": "booking_id",
     "attributes": {"booking_id": "string", "profile_id": "string", "hotel_no": "integer", "nights": "integer",
                    "checkin": "date"},
     "links": {"guest": {"to": "profile", "on": {"profile_id": "profile_id"}},
               "hotel": {"to": "hotel", "on": {"hotel_no": "hotel_no"}}}},
    {"kind": "entity", "id": "hotel", "key": "hotel_no",
     "attributes": {"hotel_no": "integer", "name": "string", "code": "string"}},
    {"kind": "event", "id": "buy"},
    {"kind": "template", "id": "row", "channel": "email", "subject": "{{ row.name }} {{ row.last }}", "text": "x"},
]  # fmt: skip
TABLES: dict[str, list[Row]] = {
    "profile": [{"profile_id": name, "email": f"{name}@example.com", "city": "Seoul"} for name in ("ann", "bob")],
    "booking": [
        {"booking_id": "k1", "profile_id": "ann", "hotel_no": 7, "nights": 1, "checkin": "2026-03-01"},
        {"booking_id": "k2", "profile_id": "ann", "hotel_no": 7, "nights": 2, "checkin": "2026-03-05"},
        {"booking_id": "k3", "profile_id": "ann", "hotel_no": 8, "nights": 3, "checkin": None},
        {"booking_id": "k4", "profile_id": "ghost", "hotel_no": 8, "nights": 4, "checkin": None},
        {"booking_id": "k5", "profile_id": "bob", "hotel_no": None, "nights": 5, "checkin": None},
    ],
    "hotel": [{"hotel_no": 7, "name": "Ritz", "code": "7"}, {"hotel_no": 8, "name": "Ibis", "code": "x"}],
}
WHO: Row = {"id": "who", "type": "query", "entity": "profile"}
STAYS: Row = {"id": "stays", "type": "query", "entity": "booking"}
HOTELS: Row = {"id": "hotels", "type": "query", "entity": "hotel"}


def run(*activities: Row, documents: list[Row] | None = None, files: dict[str, str] | None = None) -> Any:
    campaign = {
        "kind": "campaign", "id": "spring", "schedule": {"once": RUN}, "confirm": False, "activities": list(activities)
    }  # fmt: skip
    return simulate([*DOCUMENTS, *(documents or []), campaign], [], START, END, tables=TABLES, files=files or {})


def counts(result: Any) -> dict[str, int]:
    return {row["from"]: row["rows"] for row in result.transitions}


def enrich(of: str, **add: Row) -> Row:
    return {"id": "more", "type": "enrich", "of": of, "add": add}


def mail(of: str, **more: Any) -> Row:
    return {"id": "mail", "type": "email", "of": of, "template": "row", **more}


def subjects(result: Any) -> list[tuple[str, str]]:
    return [(row["profile"], row["subject"]) for row in result.messages]


def test_a_cap_counts_the_messages_of_one_batch() -> None:
    cap = {"kind": "policy", "id": "defaults", "caps": [{"channels": ["email"], "at_most": 2, "per": "week"}]}
    result = run(STAYS, mail("stays"), documents=[cap])
    assert [(row["profile"], row["row"]) for row in result.messages] == [("ann", "k1"), ("bob", "k5"), ("ann", "k2")]
    assert [(row["profile"], row["reason"]) for row in result.discards] == [("ann", "capped"), (None, "no_address")]


@pytest.mark.parametrize(
    ("aggregate", "test"),
    [
        ("min(checkin)", "last = date '2026-03-01'"),
        ("max(upper(booking_id))", "last = 'K3'"),
        ("count(distinct hotel_no)", "last = 2"),
        ("avg(nights * 1.5)", "last = 3.0"),
    ],
)
def test_an_aggregate_has_the_type_of_what_it_is_of(aggregate: str, test: str) -> None:
    ann = {**WHO, "where": "profile_id = 'ann'"}
    met = {"id": "met", "type": "split", "of": "more", "paths": [{"id": "yes", "where": test}]}
    found = run(ann, enrich("who", last={"from": "booking", "aggregate": aggregate}), met)
    assert counts(found)["met.yes"] == 1


@pytest.mark.parametrize(
    "aggregate", ["sum(checkin)", "avg(booking_id)", "sum(*)", "sum(distinct nights)", "last(nights)"]
)
def test_what_is_no_aggregate_is_refused(aggregate: str) -> None:
    with pytest.raises(DocumentError, match="DOC-074"):
        run(
            STAYS, enrich("stays", last={"from": "booking", "on": {"profile_id": "profile_id"}, "aggregate": aggregate})
        )


def test_a_union_with_rows_of_another_entity_reaches_their_profiles() -> None:
    ann, stays = {**WHO, "where": "profile_id = 'ann'"}, {**STAYS, "where": "nights > 3"}
    both = {"id": "both", "type": "combine", "op": "union", "of": ["who", "stays"], "on": ["profile_id"]}
    result = run(ann, stays, both, mail("both"))
    assert [row["profile"] for row in result.messages] == ["ann", "bob"]
    assert [row["reason"] for row in result.discards] == ["no_address"]


def test_rows_whose_profile_is_unknown_stay_in_a_split() -> None:
    stays = {**STAYS, "where": "nights = 4"}
    both = {"id": "both", "type": "combine", "op": "union", "of": ["who", "stays"], "on": ["profile_id"]}
    bought = {"id": "yes", "where": {"did": "buy"}}
    parts = {"id": "parts", "type": "split", "of": "both", "paths": [bought], "complement": "no"}
    assert counts(run(WHO, stays, both, parts))["parts.no"] == 3


def test_columns_of_different_types_are_equal_where_their_texts_are() -> None:
    seven = {
        "id": "seven",
        "type": "combine",
        "op": "exclusion",
        "of": ["stays", "file"],
        "on": ["hotel_no"],
        "complement": "out",
    }
    file = {"id": "file", "type": "load_file", "path": "f.csv", "columns": {"hotel_no": "string"}}
    found = {"id": "found", "type": "reconcile", "of": "file", "to": "hotel", "on": {"hotel_no": "hotel_no"}}
    named = enrich("stays", hotel={"from": "hotel", "on": {"code": "hotel_no"}, "columns": ["name"]})
    ritz = {"id": "ritz", "type": "split", "of": "more", "paths": [{"id": "yes", "where": "hotel_name = 'Ritz'"}]}
    both = {"id": "both", "type": "combine", "op": "intersection", "of": ["stays", "file"], "on": ["hotel_no"]}
    result = counts(run(STAYS, file, seven, found, named, ritz, both, files={"f.csv": "hotel_no\n7\nseven\n"}))
    assert (result["seven"], result["seven.out"], result["both"]) == (3, 2, 1)
    assert (result["found"], result["found.unmatched"], result["ritz.yes"]) == (1, 1, 2)


def test_rows_without_a_profile_of_their_own_reach_that_of_the_linked_row() -> None:
    result = run({**HOTELS, "where": "name = 'Ritz'"}, mail("hotels", per="booking"))
    assert [(row["profile"], row["row"]) for row in result.messages] == [("ann", "k1"), ("ann", "k2")]


def test_a_link_that_leads_to_several_rows_multiplies_nothing() -> None:
    lead = {"kind": "entity", "id": "lead", "key": "lead_id", "attributes": {"lead_id": "string", "city": "string"},
            "links": {"who": {"to": "profile", "on": {"city": "city"}}}}  # fmt: skip
    leads = {"id": "leads", "type": "query", "entity": "lead", "where": "who.email = 'ann@example.com'"}
    bought = {"id": "yes", "where": {"did": "buy"}}
    parts = {"id": "parts", "type": "split", "of": "leads", "paths": [bought], "complement": "no"}
    document = {"kind": "campaign", "id": "spring", "schedule": {"once": RUN}, "confirm": False,
                "activities": [leads, parts, mail("leads")]}  # fmt: skip
    tables = {**TABLES, "lead": [{"lead_id": "l1", "city": "Seoul"}]}
    result = simulate([*DOCUMENTS, lead, document], [], START, END, tables=tables)
    assert (counts(result)["leads"], counts(result)["parts.no"]) == (1, 1)
    assert [row["profile"] for row in result.messages] == ["ann"]


@pytest.mark.parametrize("form", [{"members": "vip.csv"}, {"sql": "select profile_id from booking where nights = 5"}])
def test_members_by_list_and_by_query_are_read_as_they_are_now(form: Row) -> None:
    vip = {"kind": "audience", "id": "vip", **form}
    read = {"id": "read", "type": "read_audience", "audience": "vip"}
    result = run(read, mail("read"), documents=[vip], files={"vip.csv": "profile_id\nbob\n"})
    assert [row["profile"] for row in result.messages] == ["bob"]
