"""Everybody who was targeted is accounted for, whatever becomes of messages, and however often they are sent again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.model.items import ITEM_SCHEMA
from sojourn.reports.dead_letters import Choice
from sojourn.service.management import Management
from sojourn.service.runtime import Runtime

WORKSPACE = """
{kind: workspace, id: shop, timezone: UTC}
---
{kind: entity, id: profile, attributes: {email: string}}
---
{kind: event, id: registered, match: registered}
---
{kind: channel, id: mail, type: email, provider: log}
---
{kind: policy, id: defaults, caps: [{channels: [email], at_most: 2, per: month}]}
---
{kind: template, id: hi, channel: email, subject: Hi, text: Hi}
---
{kind: journey, id: welcome, entry: {type: event, event: registered}, nodes: [
  {id: first, type: email, template: hi, next: second}, {id: second, type: email, template: hi}]}
---
{kind: campaign, id: sale, schedule: {signal: {}}, confirm: false, activities: [
  {id: who, type: query, entity: profile}, {id: mail, type: email, of: who, template: hi}]}
"""
OUTCOMES = ["sent", "failed", "failed", "render error: x", "aborted by template: y", "bounced", "soft_bounced", None]
STEPS = ["register", "run", "deliver", "replay", "drop", "leave"]
OUTBOX = "SELECT o.no, p.profile_id FROM outbox o JOIN message m USING (no) JOIN profile p ON p._pno = m.pno"
ADDRESSES = ["{}@a.example", "{}@b.example", "not an address", None]
worlds = st.fixed_dictionaries({
    "people": st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=6),
    "order": st.lists(st.sampled_from(STEPS), min_size=3, max_size=9),
    "outcomes": st.lists(st.sampled_from(OUTCOMES), min_size=12, max_size=12),
})  # fmt: skip


class World:
    """A workspace without a server, in which a test takes delivery's part."""

    def __init__(self, folder: Path, world: dict[str, Any]) -> None:
        (folder / "shop.yaml").write_text(self.workspace(), encoding="utf-8")
        self.runtime = self.opened(folder)
        self.runtime.open()
        self.management = Management(self.runtime)
        self.management.publish([])
        self.names = [f"p{i}" for i in range(len(world["people"]))]
        self.outcomes = world["outcomes"]
        self.runs = 0
        traits = [None if to is None else to.format(name) for name, to in zip(self.names, world["people"], strict=True)]
        self.put([
            {"kind": "identify", "profile_id": name, "traits": json.dumps({"email": to})}
            for name, to in zip(self.names, traits, strict=True)
        ])  # fmt: skip

    def workspace(self) -> str:
        return WORKSPACE

    def opened(self, folder: Path) -> Runtime:
        return Runtime(folder)

    def put(self, items: list[dict[str, Any]]) -> None:
        if items:
            schema = {name: ITEM_SCHEMA[name] for name in {key for item in items for key in item}}
            frame = pl.DataFrame(items, schema=schema)
            offset = self.runtime.log.append(frame)
            self.management.wait_for(offset + frame.height - 1)

    def register(self) -> None:
        self.put([{"kind": "track", "profile_id": name, "name": "registered", "data": "{}"} for name in self.names])

    def run(self) -> None:
        self.management.signal("sale", {})
        self.runs += 1

    def deliver(self) -> None:
        rows = self.sql(
            "SELECT o.no, p.profile_id FROM outbox o JOIN message m USING (no) JOIN profile p ON p._pno = m.pno"
        )
        told = [(no, profile, self.outcomes[no % len(self.outcomes)]) for no, profile in rows]
        self.put([_told(no, profile, outcome) for no, profile, outcome in told if outcome is not None])

    def replay(self) -> None:
        self.management.act_on_letters("replay", Choice(), None, every=True)
        self.runtime.engine.turn()

    def drop(self) -> None:
        numbers = [row["message"] for row in self.management.dead_letters(Choice())["rows"]]
        self.management.act_on_letters("drop", Choice(), numbers[:1], every=False)

    def leave(self) -> None:
        data = json.dumps({"status": "unsubscribed"})
        self.put([{"kind": "subscription", "profile_id": self.names[0], "name": "channel:email", "data": data}])

    def sql(self, query: str) -> list[Any]:
        return self.runtime.store.connection.execute(query).fetchall()

    def check(self) -> None:
        people = len(self.names)
        journey = self.management.report("welcome")
        assert journey["totals"]["targeted"] == self.sql("SELECT count(*) FROM step WHERE outcome <> 0")[0][0]
        assert journey["totals"]["targeted"] == total(journey["totals"])
        runs = self.management.runs("sale")
        assert len(runs) == self.runs
        for run in runs:
            assert (run["messages"]["targeted"], run["messages"]["missing"]) == (people, 0)
        report = self.management.report("sale") if self.runs else None
        if report is not None:
            assert report["totals"]["targeted"] == people * self.runs == total(report["totals"])
        letters = self.management.dead_letters(Choice())
        assert letters["total"] == len(letters["rows"]) == self.sql("SELECT count(*) FROM dead_letter")[0][0]


def _told(no: int, profile: str, outcome: str) -> dict[str, Any]:
    kind = outcome if outcome in ("sent", "bounced", "soft_bounced", "failed") else "failed"
    data = {"of": "x", "message": no, "reason": outcome}
    return {"kind": "feedback", "profile_id": profile, "name": kind, "data": json.dumps(data)}


def total(row: dict[str, Any]) -> int:
    return int(sum(row[name] for name in ("sent", "pending", "held", "failed")) + sum(row["discarded"].values()))


W = TypeVar("W", bound=World)


@contextmanager
def opened(kind: type[W], world: dict[str, Any]) -> Iterator[W]:
    with tempfile.TemporaryDirectory() as folder:
        made = kind(Path(folder), world)
        try:
            yield made
        finally:
            made.runtime.close()


@pytest.mark.timeout(300)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds)
def test_the_parts_are_always_the_whole(world: dict[str, Any]) -> None:
    with opened(World, world) as made:
        for step in world["order"]:
            getattr(made, step)()
            made.check()


def test_who_unsubscribed_meanwhile_gets_no_dead_letter() -> None:
    with opened(World, {"people": ["{}@a.example"], "outcomes": ["failed"]}) as made:
        made.register()
        made.deliver()
        [first, _] = reversed(made.management.dead_letters(Choice())["rows"])
        assert (first["profile"], first["document"], first["node"], first["reason"]) == (
            "p0",
            "welcome",
            "first",
            "failed",
        )
        assert made.management.report("welcome")["totals"]["failed"] == 2
        made.outcomes = ["sent"]
        made.management.act_on_letters("replay", Choice(), [first["message"]], every=False)
        made.runtime.engine.turn()
        made.deliver()
        made.leave()
        made.replay()
        made.check()
        totals = made.management.report("welcome")["totals"]
        assert (totals["sent"], totals["failed"], totals["discarded"]) == (1, 0, {"no_consent": 1})
