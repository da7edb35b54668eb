"""Why a profile got nothing from a campaign: the activity in which it was lost, and what would have had to differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sojourn.engine.scratch import Scratch
from sojourn.engine.tape import Tape
from sojourn.model.items import read_items
from sojourn.reports.document import report
from sojourn.reports.explain import explain
from sojourn.reports.runs import runs
from sojourn.reports.status import status
from sojourn.service.answers.explanation import PathState
from sojourn.service.answers.report import Report
from sojourn.service.answers.runs import Run
from sojourn.service.answers.status import Status
from sojourn.workspace import read_workspace
from tests.unit.reports.running import identify
from tests.unit.reports.shapes import told_whole

Row = dict[str, Any]
START = datetime(2026, 3, 2, tzinfo=UTC)
DOCUMENTS: list[Row] = [
    {"kind": "entity", "id": "profile",
     "attributes": {"email": "string", "city": "string", "spend": "number", "opted_out": "boolean"}},
    {"kind": "audience", "id": "vips", "where": "profile.spend > 100"},
    {"kind": "template", "id": "sale", "channel": "email", "subject": "Sale", "text": "x"},
    {
        "kind": "campaign", "id": "spring", "schedule": "asap", "confirm": False,
        "activities": [
            {"id": "here", "type": "query", "entity": "profile", "where": "city in ('Rome', 'Oslo')"},
            {"id": "vip", "type": "read_audience", "audience": "vips"},
            {"id": "both", "type": "combine", "op": "intersection", "of": ["here", "vip"]},
            {"id": "out", "type": "query", "entity": "profile", "where": "opted_out"},
            {"id": "plain", "type": "combine", "op": "exclusion", "of": ["both", "out"]},
            {"id": "parts", "type": "split", "of": "plain",
             "paths": [{"id": "top", "limit": 1, "order_by": "spend desc"}]},
            {"id": "mail", "type": "email", "of": "parts.top", "template": "sale"},
        ],
    },
]  # fmt: skip
PEOPLE: list[Row] = [
    {"profile_id": "ann", "email": "ann@x.example", "city": "Rome", "spend": 900},
    {"profile_id": "bob", "email": "bob@x.example", "city": "Rome", "spend": 200},
    {"profile_id": "cho", "email": "cho@x.example", "city": "Paris", "spend": 300},
    {"profile_id": "dee", "email": "dee@x.example", "city": "Oslo", "spend": 300, "opted_out": True},
    {"profile_id": "eve", "email": "eve@x.example", "city": "Oslo", "spend": 3},
]


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    with Scratch(read_workspace(DOCUMENTS, {}), START) as made:
        made.fill({"profile": PEOPLE})
        made.publish()
        made.run(START + timedelta(hours=1))
        yield made


def told(scratch: Scratch, profile: str, tape: Tape | None = None) -> Row:
    processor = scratch.processor
    cursor = scratch.store.cursor()
    told_whole(list[Run], runs(cursor, scratch.program, "spring"))
    told_whole(Report, report(cursor, scratch.program, "spring", scratch.horizon))
    told_whole(Status, status(cursor, scratch.program, scratch.horizon, 7, 5))
    found: Row = explain(
        cursor,
        scratch.program,
        processor.evaluator,
        profile,
        "spring",
        scratch.horizon,
        scratch.workspace.directory,
        tape or Tape(),
    )
    told_whole(PathState, found)
    return found


def test_who_was_sent_a_message_went_through_every_activity(scratch: Scratch) -> None:
    found = told(scratch, "ann")
    (run,) = found["passages"]
    assert [step["node"] for step in run["steps"] if step["outcome"] != "lost"] == [
        "here", "vip", "both", "plain", "parts", "mail"
    ]  # fmt: skip
    assert found["summary"] == "`ann` was sent a message by `mail` in run 1 of `spring`."
    assert [message["to"] for message in run["steps"][-1]["messages"]] == ["ann@x.example"]


@pytest.mark.parametrize(
    ("profile", "lost", "says", "differs"),
    [
        ("bob", "parts", "path `top` had 1 place by `spend desc`, and 1 went before it",
         "if path `top` had had more places"),
        ("cho", "here", "`city in ('Rome', 'Oslo')` (city is 'Paris') is not met",
         "if `city in ('Rome', 'Oslo')` had been met"),
        ("dee", "plain", "excluded by combine `plain`: it is in `out`", "if it had not been in `out`"),
        ("eve", "vip", "it is not in the audience `vips`: `profile.spend > 100` is not met (profile.spend is 3.0)",
         "if `profile.spend > 100` had been met"),
    ],
)  # fmt: skip
def test_who_got_nothing_is_told_where_it_was_lost(
    profile: str, lost: str, says: str, differs: str, scratch: Scratch
) -> None:
    found = told(scratch, profile)
    steps = {step["node"]: step for step in found["passages"][0]["steps"] if step["outcome"] == "lost"}
    assert says in steps[lost]["text"]
    assert found["summary"].startswith(f"`{profile}` got nothing in run 1 of `spring`: ")
    assert differs in found["passages"][0]["would_differ"]


def test_what_changed_since_the_run_does_not_matter() -> None:
    tape = Tape()
    with Scratch(read_workspace(DOCUMENTS, {}), START) as scratch:
        first = read_items([identify(row["profile_id"], "2026-03-01T00:00:00Z", **row) for row in PEOPLE])
        tape.keep(first, scratch.take(first))
        scratch.publish()
        scratch.run(START + timedelta(hours=1))
        later = read_items([
            identify("cho", "2026-03-03T00:00:00Z", city="Rome"), identify("eve", "2026-03-03T00:00:00Z", spend=500),
            identify("fay", "2026-03-03T00:00:00Z", city="Rome", spend=500),
        ])  # fmt: skip
        tape.keep(later, scratch.take(later))
        said = {who: told(scratch, who, tape)["summary"] for who in ("cho", "eve", "fay")}
    assert "`city in ('Rome', 'Oslo')` (city is 'Paris') is not met" in said["cho"]
    assert "`profile.spend > 100` is not met (profile.spend is 3.0)" in said["eve"]
    assert "before it came into being at 2026-03-03 00:00 UTC" in said["fay"]
