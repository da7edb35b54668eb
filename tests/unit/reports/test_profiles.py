"""Profiles: the list, one of them, what happened to it, and who is behind a number."""

from collections.abc import Iterator
from typing import Any

import pytest

from sojourn.expr import Condition, Evaluator, Scope, compile_condition
from sojourn.model.documents import Catalog
from sojourn.model.errors import SojournError
from sojourn.reports.inside import Behind, Number, who
from sojourn.reports.life import life
from sojourn.reports.population import Population
from sojourn.reports.profile import profile
from sojourn.reports.profiles import profiles
from tests.unit.reports.running import Shop, feedback, identify, shop, track

DAY = "2026-03-02T"
DOCUMENTS = """
{kind: group, id: news, channel: email, default: unsubscribed}
---
{kind: audience, id: northern, sql: "select profile_id from profile where city = 'Seattle'"}
---
{kind: journey, id: welcome, entry: {type: event, event: registered}, nodes: [
  {id: first, type: email, template: first-message, next: opened},
  {id: opened, type: reaction, to: first, kind: opened, timeout: 1d, next: thanks, on_timeout: again},
  {id: again, type: email, template: follow-up},
  {id: thanks, type: push, template: thank-you}]}
"""
ITEMS = [
    {"type": "identify", "userId": "old-ann", "timestamp": f"{DAY}07:00:00Z", "traits": {"loyalty": "gold"}},
    identify("ann", f"{DAY}08:00:00Z", email="Ann@example.com", push_token="a", vip=True, city="Atlanta"),
    identify("bob", f"{DAY}08:00:00Z", email="bob@example.com", birth_year=1990, city="Seattle"),
    identify("eve", f"{DAY}08:00:00Z", first_name="Annabel"),
    *(track(profile, "registered", f"{DAY}09:00:00Z", plan="free") for profile in ("ann", "bob", "eve")),
    feedback("ann", "opened", "welcome/first", f"{DAY}10:00:00Z"),
    {"type": "alias", "previousId": "old-ann", "userId": "ann", "timestamp": f"{DAY}08:30:00Z"},
    {"type": "subscription", "userId": "ann", "timestamp": f"{DAY}11:00:00Z", "group": "news", "status": "subscribed"},
]


@pytest.fixture(scope="module")
def found() -> Iterator[Shop]:
    with shop(DOCUMENTS, ITEMS, "2026-03-02T12:00:00Z") as running:
        yield running


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["rows"]]


def population(found: Shop) -> Population:
    catalog: Catalog = found.processor.audiences.catalog
    return Population(found.store.cursor(), catalog, {}, found.now)


def test_profiles_come_page_by_page(found: Shop) -> None:
    first = profiles(found.store.cursor(), found.program.attributes, limit=2)
    assert (ids(first), first["of"]) == (["ann", "bob"], 3)
    second = profiles(found.store.cursor(), found.program.attributes, after=first["next"], limit=2)
    assert (ids(second), second["next"]) == (["eve"], None)


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("ann", ["ann", "eve"]),
        ("ANN@", ["ann"]),
        ("bo", ["bob"]),
        ("ob", []),
        ("%", []),
        ("'", []),
        ("atl", ["ann"]),
        ("OLD", ["ann"]),
    ],
    ids=["id-or-text", "any-case", "prefix", "not-inside", "no-pattern", "no-quote", "city", "other-id"],
)
def test_a_search_is_how_an_id_or_a_text_begins(found: Shop, search: str, wanted: list[str]) -> None:
    assert ids(profiles(found.store.cursor(), found.program.attributes, search)) == wanted


def test_profiles_of_an_audience(found: Shop) -> None:
    asked = population(found)
    query = asked.matching({"in": "west-coast"})
    assert ids(profiles(asked.cursor, found.program.attributes, among=(query, {}))) == ["bob"]


def audiences(found: Shop) -> dict[str, Condition]:
    known = found.processor.audiences
    scope = Scope(profile=known.directory.entities["profile"].attributes)
    return {id: compile_condition({"in": id}, scope, known.directory) for id in known.catalog.ids("audience")}


def one(found: Shop, id: str) -> dict[str, Any]:
    evaluator = Evaluator(1)
    try:
        directory = found.processor.audiences.directory
        return profile(found.store.cursor(), found.program, evaluator, id, found.now, directory, audiences(found))
    finally:
        evaluator.close()


def test_a_profile_has_what_is_known_of_it(found: Shop) -> None:
    ann = one(found, "ann")
    assert ann["attributes"]["city"] == "Atlanta"
    assert ann["addresses"] == [
        {"channel": "email", "attribute": "email", "address": "Ann@example.com", "suppressed": None},
        {"channel": "push", "attribute": "push_token", "address": "a", "suppressed": None},
    ]
    assert ann["audiences"] == ["everyone", "vips"]
    consent = {row["topic"]: (row["channel"], row["status"], row["said"]) for row in ann["consent"]}
    assert consent["group:news"] == ("email", "subscribed", True)
    assert consent["channel:email"] == ("email", "subscribed", False)
    assert {row["topic"]: row["status"] for row in one(found, "bob")["consent"]}["group:news"] == "unsubscribed"


def test_a_profile_is_found_by_its_other_ids(found: Shop) -> None:
    ann = one(found, "old-ann")
    assert (ann["id"], ann["attributes"]["loyalty"]) == ("ann", "gold")
    assert [identity["id"] for identity in ann["identities"]] == ["anon:old-ann", "old-ann"]
    assert life(found.store.cursor(), found.program, "old-ann")["rows"]


def test_a_profile_that_is_not_there(found: Shop) -> None:
    with pytest.raises(SojournError) as caught:
        one(found, "nobody")
    assert caught.value.code == "REPORT-005"


def test_a_life_is_told_backwards_page_by_page(found: Shop) -> None:
    rows, before = [], None
    while True:
        page = life(found.store.cursor(), found.program, "ann", before, 2)
        rows += page["rows"]
        before = page["next"]
        if before is None:
            break
    told = [(row["at"][11:16], row["kind"], row["node"], row["name"]) for row in rows]
    assert told[-1] == ("09:00", "event", None, "registered")
    assert rows[-1]["properties"] == {"plan": "free"}
    assert ("10:00", "feedback", "first", "opened") in told
    assert ("10:00", "message", "thanks", None) in told
    assert told[0] == ("10:00", "left", "thanks", "completed")
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert len({str(row) for row in rows}) == len(rows)


def test_a_place_in_a_life_that_no_answer_gave(found: Shop) -> None:
    with pytest.raises(SojournError) as caught:
        life(found.store.cursor(), found.program, "ann", "yesterday")
    assert caught.value.code == "REPORT-006"


@pytest.mark.parametrize(
    ("behind", "node", "name", "wanted"),
    [
        ("inside", None, None, ["bob", "eve"]),
        ("inside", "opened", None, ["bob", "eve"]),
        ("inside", "first", None, []),
        ("edge", "first", "next", ["eve", "bob", "ann"]),
        ("edge", "opened", "next", ["ann"]),
        ("edge", "opened", "on_timeout", []),
        ("ended", None, "completed", ["ann"]),
        ("sent", "first", None, ["bob", "ann"]),
        ("discard", "first", "no_address", ["eve"]),
        ("feedback", "first", "opened", ["ann"]),
        ("entered", None, None, ["eve", "bob", "ann"]),
        ("arrived", "opened", None, ["eve", "bob", "ann"]),
        ("targeted", None, None, ["ann", "bob", "ann", "eve"]),
        ("pending", None, None, []),
        ("held", None, None, []),
        ("failed", None, None, []),
        ("refused", None, None, []),
    ],
)
def test_every_number_has_profiles_behind_it(
    found: Shop, behind: Behind, node: str | None, name: str | None, wanted: list[str]
) -> None:
    page = who(found.store.cursor(), found.program, "welcome", Number(behind, node, name), None, 10)
    assert [row["profile"] for row in page["rows"]] == wanted
    seen, after = [], None
    for _ in wanted:
        one_row = who(found.store.cursor(), found.program, "welcome", Number(behind, node, name), after, 1)
        seen += [row["profile"] for row in one_row["rows"]]
        after = one_row["next"]
    assert (seen, after) == (wanted, None)


@pytest.mark.parametrize(("node", "name"), [("nowhere", None), ("opened", "on_sunday")])
def test_a_number_that_a_document_does_not_have(found: Shop, node: str, name: str | None) -> None:
    with pytest.raises(SojournError) as caught:
        who(found.store.cursor(), found.program, "welcome", Number("edge", node, name), None, 10)
    assert caught.value.code == "REPORT-004"


def test_a_condition_is_counted_with_a_sample(found: Shop) -> None:
    counted = population(found).count("profile.city in ('Atlanta', 'Seattle')", sample=1)
    assert (counted["count"], counted["of"], [row["profile_id"] for row in counted["sample"]]) == (2, 3, ["ann"])
    assert "FROM profile AS p" in counted["sql"]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"did": "registered"}, 3),
        ({"engaged": "opened"}, 1),
        ({"in": "vips"}, 1),
        ({"in": "northern"}, 1),
        ("profile.birth_year >= vars.year", 1),
    ],
    ids=["did", "engaged", "in", "in-a-query", "parameter"],
)
def test_whatever_a_condition_reads(found: Shop, condition: Any, count: int) -> None:
    asked = population(found)
    parameters = {"year": 1990} if "vars" in str(condition) else {}
    assert Population(asked.cursor, asked.catalog, {}, found.now, 30, parameters).count(condition)["count"] == count


def test_what_is_no_condition_is_told_with_its_place(found: Shop) -> None:
    with pytest.raises(SojournError) as caught:
        population(found).count({"all": ["profile.vip", "profile.vup"]})
    assert caught.value.code == "COUNT-001"
    assert [problem.path for problem in caught.value.errors] == ["all[1]"]  # type: ignore[attr-defined]


def test_a_count_that_takes_too_long_is_given_up_and_the_reader_goes_on(found: Shop) -> None:
    asked = population(found)
    hasty = Population(asked.cursor, asked.catalog, {}, found.now, 1e-9)
    with pytest.raises(SojournError) as caught:
        for _ in range(100):
            hasty.count({"did": "registered"})
    assert (caught.value.code, caught.value.retryable) == ("STORE-004", True)
    assert asked.count("true")["count"] == 3
