"""Every reason of the closed list has a sentence."""

import pytest

from sojourn.model.instants import parse_instant
from sojourn.model.reasons import DISCARD_REASONS
from sojourn.reports.case import Case
from sojourn.reports.refused_message import SENTENCES, say
from sojourn.reports.subject import find_profile, load_subject
from sojourn.store.duckdb.reader import StoreReader
from tests.unit.reports.running import identify, shop, track

DAY = "2026-03-02T"
DOCUMENTS = """
{kind: policy, id: defaults, caps: [{channels: [email], at_most: 1, per: week}], holdout: {percent: 5},
 quiet_hours: {from: "22:00", until: "08:00", timezone: profile}}
---
{kind: journey, id: welcome, entry: {type: event, event: registered, audience: west-coast, key: entry.plan},
 starts_at: 2026-03-01T00:00:00Z, reentry: {after: 7d}, exit_when: [{event: purchase}, {left: west-coast}],
 nodes: [{id: first, type: email, template: first-message, only_if: profile.vip}]}
---
{kind: triggered, id: cart, trigger: [{event: cart_abandoned}], audience: {in: vips}, delay: {for: 30m}, control: 10,
 unless: [{event: purchase}], recheck_audience: true, reeligible: {after: 7d},
 during: {from: 2026-03-01T00:00:00Z, until: 2026-04-01T00:00:00Z}, window: {from: "09:00", until: "17:00"},
 messages: [{channel: email, template: cart-reminder}]}
"""
ITEMS = [
    identify("zoe", f"{DAY}08:00:00Z", city="Seattle", birth_year=1990, email="zoe@example.com", vip=True),
    track("zoe", "registered", f"{DAY}09:00:00Z", plan="pro"),
    track("zoe", "cart_abandoned", f"{DAY}10:00:00Z"),
]


def test_there_is_one_for_each_reason_and_no_other() -> None:
    assert set(SENTENCES) == set(DISCARD_REASONS)


@pytest.mark.parametrize("document", ["cart", "welcome"])
def test_each_can_be_said_of_any_document(document: str) -> None:
    with shop(DOCUMENTS, ITEMS, f"{DAY}12:00:00Z") as found:
        reader = StoreReader(found.store.cursor())
        known = find_profile(reader, "zoe")
        assert known is not None
        evaluator, directory = found.processor.evaluator, found.processor.audiences.directory
        subject = load_subject(reader, found.program, evaluator, "zoe", known["_pno"], found.now, directory)
        (line,) = found.program.versions(document)
        case = Case(subject, line, parse_instant(f"{DAY}12:00:00Z"), -1, "email", "the detail")
        said = {reason: say(reason, case) for reason in DISCARD_REASONS}
    assert all(text.startswith(f"{reason}: ") and len(text) > len(reason) + 20 for reason, text in said.items())
    assert said["capped"] == "capped: 1 e-mail this week already (2026-03-02), cap is 1 per week"
    assert said["quiet_hours"] == "quiet_hours: it was 12:00 in UTC, inside the quiet hours from 22:00 until 08:00"
    assert "the detail" in said["failed"] and "the detail" in said["aborted_by_template"]
