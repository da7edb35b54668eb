"""Behind every number of a report, a breakdown and an experiment stand as many profiles as it says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sojourn.model.errors import SojournError
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.breakdown import BYS, By, breakdown
from sojourn.reports.channels import KINDS, LATELY, lately
from sojourn.reports.crowds import BEHINDS, Behind
from sojourn.reports.experiment import experiment
from sojourn.reports.inside import Number, who
from sojourn.reports.sending import NOT_COUNTED
from tests.unit.reports.running import Shop, feedback, identify, shop, track

DAY = "2026-03-02T"
PEOPLE = [f"p{i}" for i in range(12)]
DOCUMENTS = """
{kind: journey, id: welcome, entry: {type: event, event: registered, audience: {all: ["profile.city = 'Seoul'"]}},
 nodes: [
  {id: first, type: email, variants: [{name: a, share: 50, template: first-message}, {share: 50, template: follow-up}],
   next: wait},
  {id: wait, type: wait, for: 1d, next: thanks},
  {id: thanks, type: push, template: thank-you}]}
---
{kind: triggered, id: offer, trigger: [{event: registered}], delay: {for: 1h}, control: 30,
 conversions: [{event: purchase, within: 3d}],
 variants: [{name: red, share: 50, messages: [{channel: email, template: first-message}]},
            {name: blue, share: 50, messages: [{channel: email, template: follow-up}]}]}
"""
ITEMS = [
    *(identify(p, f"{DAY}08:00:00Z", email=f"{p}@example.{'com' if i % 2 else 'org'}", city="Seoul" if i else "Rome",
               timezone="Asia/Seoul") for i, p in enumerate(PEOPLE[:-1])),
    identify(PEOPLE[-1], f"{DAY}08:00:00Z", city="Seoul"),
    *(track(p, "registered", f"{DAY}09:{i:02}:00Z") for i, p in enumerate(PEOPLE)),
    *(feedback(p, kind, "welcome/first", f"{DAY}2{i % 3}:00:00Z")
      for i, p in enumerate(PEOPLE[1:7]) for kind in ("delivered", "opened", "opened")),
    *(feedback(p, "clicked", "welcome/first", f"{DAY}22:0{i}:00Z", link=f"https://shop.example/{i % 2}")
      for i, p in enumerate(PEOPLE[2:6])),
    *(track(p, "purchase", "2026-03-03T10:00:00Z", amount=5) for p in PEOPLE[::2]),
]  # fmt: skip
LINES = ("welcome", "offer")


@pytest.fixture(scope="module")
def found() -> Iterator[Shop]:
    ordered = sorted(ITEMS, key=lambda item: item["timestamp"])
    with shop(DOCUMENTS, ordered, "2026-03-03T09:30:00Z") as running:
        yield running


@pytest.fixture(scope="module")
def later() -> Iterator[Shop]:
    with shop(DOCUMENTS, sorted(ITEMS, key=lambda item: item["timestamp"]), "2026-03-05T09:30:00Z") as running:
        yield running


def size(found: Shop, id: str | None, behind: Behind, **more: Any) -> int:
    """Count the rows page by page, as a person who pages does."""
    rows, after = [], None
    while True:
        page = who(found.store.cursor(), found.program, id, Number(behind, **more), after, 5)
        rows += page["rows"]
        after = page["next"]
        if after is None:
            assert all(row["profile"] in PEOPLE for row in rows)
            return len(rows)


@pytest.mark.parametrize("id", LINES)
@pytest.mark.parametrize("moment", ["found", "later"])
def test_numbers_of_a_report(moment: str, id: str, request: pytest.FixtureRequest) -> None:
    found: Shop = request.getfixturevalue(moment)
    told = found.report(id)
    assert size(found, id, "entered") == told["passages"]["entered"] > 0
    assert size(found, id, "inside") == told["passages"]["inside"]
    for state in ("completed", "exited", "failed", "timed_out", "stopped"):
        assert size(found, id, "ended", name=state) == told["passages"][state]
    for reason, n in told["refused"].items():
        assert size(found, id, "refused", name=reason) == n
    for node in told["nodes"]:
        assert size(found, id, "arrived", node=node["id"]) == node["entered"]
        assert size(found, id, "inside", node=node["id"]) == node["waiting"]
        for outcome, n in node["left"].items():
            if outcome in found.program.by_doc[1 if id == "welcome" else 2].names:
                assert size(found, id, "edge", node=node["id"], name=outcome) == n
    assert told["channels"]
    for tally in [*told["channels"], *told["messages"]]:
        place = {"channel": tally["channel"], "node": tally.get("node")}
        for behind in ("targeted", "sent", "pending", "held", "failed"):
            assert size(found, id, behind, **place) == tally[behind], (behind, place)
        for reason, n in tally["discarded"].items():
            assert size(found, id, "discard", name=reason, **place) == n
        for code, kind in enumerate(FEEDBACK_KINDS):
            if code not in NOT_COUNTED:
                assert size(found, id, "feedback", name=kind, **place) == tally[kind]
    for row in told["conversions"]:
        variant = str(row["variant"])
        assert size(found, id, "received", variant=variant) == row["receipts"]
        assert size(found, id, "converted", variant=variant, name=row["goal"]) == row["converted"]


@pytest.mark.parametrize("moment", ["found", "later"])
def test_numbers_of_all_documents_together(moment: str, request: pytest.FixtureRequest) -> None:
    found: Shop = request.getfixturevalue(moment)
    told = [found.report(id) for id in LINES]
    for behind in ("entered", "inside"):
        assert size(found, None, behind) == sum(one["passages"][behind] for one in told)
    assert size(found, None, "sent") == sum(tally["sent"] for one in told for tally in one["channels"]) > 0
    rows = who(found.store.cursor(), found.program, None, Number("sent"), None, 1_000)["rows"]
    assert {row["document"] for row in rows} == set(LINES)


def test_numbers_of_the_monitor(found: Shop) -> None:
    now = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    seen = 0
    for row in lately(found.store.cursor(), now):
        place = {"channel": row["type"], "since": now - LATELY}
        for name in ("sent", "failed"):
            assert size(found, None, name, **place) == row[name]
        assert size(found, None, "pending", channel=row["type"]) == row["pending"]
        for kind in KINDS:
            assert size(found, None, "feedback", name=kind, **place) == row[kind]
            seen += row[kind]
    assert seen > 0


def test_a_number_of_no_document_has_nobody_behind_it() -> None:
    with shop('{kind: audience, id: everybody, where: "true"}', [], "2026-03-02T10:00:00Z") as empty:
        assert who(empty.store.cursor(), empty.program, None, Number("sent"), None, 5) == {"rows": [], "next": None}


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("id", LINES)
def test_numbers_of_a_breakdown(later: Shop, id: str, by: By) -> None:
    rows = breakdown(later.store.cursor(), later.program, id, by, "Europe/Berlin")["rows"]
    assert rows or (id, by) == ("offer", "link")
    behinds: dict[str, Behind] = {"entered": "entered", "converted": "converted", "sent": "sent"}
    for row in rows:
        for what, n in row["counts"].items():
            name = None if what in (*behinds, "discarded") else what
            behind = "discard" if what == "discarded" else behinds.get(what, "feedback")
            told = size(later, id, behind, name=name, by=by, key=row["key"], zone="Europe/Berlin")
            assert told == n, (row["key"], what)


def test_numbers_of_an_experiment(later: Shop) -> None:
    told = experiment(later.store.cursor(), later.program, "offer")
    assert {group["name"] for group in told["groups"]} == {"control", "red", "blue"}
    for group in told["groups"]:
        assert size(later, "offer", "received", variant=group["name"]) == group["receipts"]
    for group in told["goals"][0]["groups"]:
        assert size(later, "offer", "converted", variant=group["name"]) == group["total"]


@pytest.mark.parametrize("behind", BEHINDS)
def test_what_cannot_be_told_apart_is_refused_and_not_left_out(found: Shop, behind: Behind) -> None:
    for more in ({"name": "nonsense"}, {"node": "nowhere"}, {"channel": "smoke"}, {"variant": "nobody"}):
        with pytest.raises(SojournError) as caught:
            size(found, "welcome", behind, **more)
        assert caught.value.code == "REPORT-004"
