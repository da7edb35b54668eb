"""Counting a campaign that is being edited: exact, as far as it has no errors, and only what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sojourn.engine.campaigns.tally import Draft, Tally
from sojourn.engine.scratch import Scratch
from sojourn.workspace import Workspace, read_workspace
from tests.unit.engine.test_campaign_rows import DOCUMENTS, TABLES

Row = dict[str, Any]
NOW = datetime(2026, 3, 2, tzinfo=UTC)
STAYS: Row = {"id": "stays", "type": "query", "entity": "booking"}
LONG: Row = {"id": "parts", "type": "split", "of": "stays", "paths": [{"id": "long", "where": "nights > 2"}],
             "complement": "rest"}  # fmt: skip
WHO: Row = {"id": "who", "type": "query", "entity": "profile"}
MAIL: Row = {"id": "mail", "type": "email", "of": "who", "per": "booking", "template": "no-such-one"}


class Desk:
    """Somebody who edits a campaign over a store."""

    def __init__(self, scratch: Scratch, workspace: Workspace) -> None:
        self.tally = Tally(scratch.store.cursor())
        self._workspace = workspace
        self.now = NOW

    def count(self, *activities: Row, anew: bool = False, **more: Any) -> tuple[dict[str, Any], list[str]]:
        body = {"kind": "campaign", "id": "spring", "activities": list(activities), **more}
        draft = Draft(body, {}, self._workspace.catalog, {}, "same")
        rows, recounted = self.tally.count(draft, self.now, anew=anew)
        return {row["from"]: row.get("rows", row.get("code")) for row in rows}, recounted


@pytest.fixture
def desk() -> Iterator[Desk]:
    workspace = read_workspace(DOCUMENTS)
    with Scratch(workspace, NOW) as scratch:
        scratch.fill(TABLES)
        made = Desk(scratch, workspace)
        yield made
        made.tally.cursor.close()


def test_every_transition_and_every_message_is_counted(desk: Desk) -> None:
    counts, _ = desk.count(STAYS, LONG, WHO, MAIL)
    assert counts == {"stays": 5, "parts.long": 3, "parts.rest": 2, "who": 2, "mail": 4}


def test_only_what_changed_and_what_is_behind_it_is_counted_again(desk: Desk) -> None:
    desk.count(STAYS, LONG, WHO, MAIL)
    assert desk.count(STAYS, LONG, WHO, MAIL)[1] == []
    longer = {**LONG, "paths": [{"id": "long", "where": "nights > 4"}]}
    counts, recounted = desk.count(STAYS, longer, WHO, MAIL)
    assert (counts["parts.long"], recounted) == (1, ["parts"])
    few = {**STAYS, "where": "nights < 3"}
    assert desk.count(few, longer, WHO, MAIL) == (
        {"stays": 2, "parts.long": 0, "parts.rest": 2, "who": 2, "mail": 4}, ["stays", "parts"])  # fmt: skip
    assert desk.count(few, longer, WHO, MAIL, anew=True)[1] == ["stays", "who", "parts", "mail"]


def test_counts_grow_old(desk: Desk) -> None:
    desk.count(STAYS)
    desk.now += timedelta(seconds=61)
    assert desk.count(STAYS)[1] == ["stays"]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"id": "bad", "type": "query", "entity": "nothing"}, id="unknown entity"),
        pytest.param({"id": "bad", "type": "query"}, id="unfinished"),
        pytest.param({"id": "bad", "type": "split", "of": "stays", "paths": [{"id": "x", "where": "nights >"}]},
                     id="no condition"),
        pytest.param({"id": "bad", "type": "combine", "op": "union", "of": ["stays"]}, id="one input"),
        pytest.param({"id": "stays", "type": "end", "of": "who"}, id="id twice"),
        pytest.param({"id": "bad", "type": "wonder"}, id="unknown type"),
    ],
)  # fmt: skip
def test_what_has_errors_and_what_is_behind_it_is_left_out(desk: Desk, wrong: Row) -> None:
    behind = {"id": "behind", "type": "enrich", "of": "bad", "add": {"n": {"from": "hotel", "aggregate": "count(*)"}}}
    counts, _ = desk.count(WHO, STAYS, wrong, behind, schedule={"rrule": "nonsense"})
    assert counts == {"who": 2, "stays": 5}


def test_nothing_sound_is_nothing_counted(desk: Desk) -> None:
    assert desk.count() == ({}, [])
    assert desk.count({"id": "x"}) == ({}, [])


def test_rows_of_what_was_counted_can_be_looked_at(desk: Desk) -> None:
    desk.count(STAYS, LONG)
    rows = desk.tally.look("parts.long", 2, 1)
    assert [row["booking_id"] for row in rows] == ["k4", "k5"]
    assert desk.tally.look("parts.other", 2, 0) == []


def test_tables_of_what_is_gone_are_dropped(desk: Desk) -> None:
    desk.count(STAYS, LONG)
    desk.count(STAYS)
    tables = "SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'preview_')"
    assert desk.tally.cursor.execute(tables).fetchall() == [("preview_stays",)]


def kept(desk: Desk, transition: str) -> set[str]:
    """Return the columns that the counted rows of a transition have."""
    columns = desk.tally.cursor.execute(f'DESCRIBE "preview_{transition}"').fetchall()
    return {row[0] for row in columns if not row[0].startswith("_")}


def test_rows_have_the_columns_that_are_needed_and_are_shown_whole(desk: Desk) -> None:
    cheap = {"id": "cheap", "type": "query", "entity": "booking", "where": "nights < 3"}
    both = {"id": "both", "type": "combine", "op": "union", "of": ["stays", "cheap"]}
    top = {"id": "top", "type": "split", "of": "both", "paths": [{"id": "two", "limit": 2, "order_by": "nights desc"}]}
    counts, _ = desk.count(STAYS, cheap, both, top)
    assert counts == {"stays": 5, "cheap": 2, "both": 5, "top.two": 2}
    whole = desk.tally.look("top.two", 5, 0)
    assert "nights" in kept(desk, "both") and kept(desk, "both") < set(whole[0])
    assert [sorted(row) for row in whole] == [sorted(row) for row in desk.tally.look("stays", 2, 0)]
    assert "checkin" not in kept(desk, "stays")
    assert [row["checkin"] for row in desk.tally.look("stays", 2, 0)] == [date(2026, 3, 1), date(2026, 3, 5)]


def test_a_column_that_is_needed_later_is_fetched(desk: Desk) -> None:
    def split(order: str) -> Row:
        return {"id": "top", "type": "split", "of": "stays", "paths": [{"id": "two", "limit": 2, "order_by": order}]}

    desk.count(STAYS, split("booking_id"))
    assert "nights" not in kept(desk, "stays")
    counts, recounted = desk.count(STAYS, split("nights desc"))
    assert (counts["top.two"], recounted) == (2, ["stays", "top"])
    longest = sorted((row["nights"] for row in desk.tally.look("stays", 9, 0)), reverse=True)[:2]
    assert sorted((row["nights"] for row in desk.tally.look("top.two", 9, 0)), reverse=True) == longest


def test_what_was_added_on_the_way_stays(desk: Desk) -> None:
    rich = {"id": "rich", "type": "enrich", "of": "stays", "add": {"there": {"from": "hotel"}}}
    desk.count(STAYS, rich, {**LONG, "of": "rich"})
    [row] = desk.tally.look("parts.long", 1, 0)
    added = {name: value for name, value in row.items() if name.startswith("there_")}
    assert added and all(value is not None for value in added.values())
