"""The parts stay the whole while days pass: holds, waves, restarts, stops, erasures, late bounces, replays."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sojourn.engine.campaigns.runs import NoSuchStart
from sojourn.reports.dead_letters import Choice
from sojourn.service.bounces import Told, take_reports
from sojourn.service.management import Management
from sojourn.service.rights.erasure import Erasure
from sojourn.service.runtime import ClockSettings, Runtime
from tests.property.test_reconciliation import ADDRESSES, OUTCOMES, WORKSPACE, World, opened, total

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
IN_TIME = WORKSPACE.replace(
    "caps: [{channels: [email], at_most: 2, per: month}]",
    "caps: [{channels: [email], at_most: 3, per: day}], quiet_hours: {from: '20:00', until: '08:00', then: hold}",
).replace("of: who, template: hi}", "of: who, template: hi, waves: {count: 3, every: 5h}}")
STEPS = [
    "register",
    "run",
    "deliver",
    "replay",
    "drop",
    "leave",
    "later",
    "restart",
    "erase",
    "stop",
    "bounce",
    "again",
]
worlds = st.fixed_dictionaries({
    "people": st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=6),
    "order": st.lists(st.sampled_from(STEPS), min_size=6, max_size=16),
    "outcomes": st.lists(st.sampled_from(OUTCOMES), min_size=12, max_size=12),
})  # fmt: skip


class LongWorld(World):
    """A world in which time passes, by starting anew with a later clock."""

    def __init__(self, folder: Path, world: dict[str, Any]) -> None:
        self.folder, self.now = folder, START
        self.targeted: dict[str, int] = {}
        super().__init__(folder, world)

    def workspace(self) -> str:
        return IN_TIME

    def opened(self, folder: Path) -> Runtime:
        return Runtime(folder, ClockSettings(start=self.now))

    def run(self) -> None:
        with suppress(NoSuchStart):  # it is stopped
            super().run()

    def later(self) -> None:
        self.now = self.runtime.clock.now() + timedelta(hours=7)
        self.restart()

    def restart(self) -> None:
        self.runtime.close()
        self.runtime = self.opened(self.folder)
        self.runtime.open()
        self.management = Management(self.runtime)
        self.settle()

    def settle(self) -> None:
        while self.runtime.engine.turn():
            pass

    def erase(self) -> None:
        if self.sql("SELECT * FROM profile WHERE profile_id = 'p0'"):
            Erasure(self.runtime).erase(["p0"])
            letters = self.management.dead_letters(Choice())["rows"]
            assert all(row["profile"] for row in letters), "what nobody can get is not offered to be sent again"

    def stop(self) -> None:
        for id in ("welcome", "sale"):
            states = {row["id"]: row["state"] for row in self.management.documents()}
            if states.get(id) not in (None, "stopped", "finished"):
                self.management.command(id, "stop")

    def again(self) -> None:
        self.management.publish([])

    def bounce(self) -> None:
        numbers = [no for (no,) in self.sql("SELECT no FROM message WHERE no NOT IN (SELECT no FROM outbox)")]
        key = self.runtime._postman().key
        reports = [Told(kind="soft_bounced", keys=[key(no)]) for no in numbers[:5]]
        reports += [Told(kind="bounced", keys=[key(no)]) for no in numbers[:1]]
        take_reports(self.runtime, [*reports, *reports])
        self.settle()

    def check(self) -> None:
        self.settle()
        for id in ("welcome", "sale"):
            report = self.management.report(id)
            rows = [report["totals"], *report["channels"], *report["messages"]]
            for row in rows:
                assert row["targeted"] == total(row), (id, row)
            assert report["totals"]["targeted"] >= self.targeted.get(id, 0), f"{id}: what was counted is forgotten"
            self.targeted[id] = report["totals"]["targeted"]
        steps = self.sql(
            "SELECT count(*) FROM step s JOIN document d USING (doc) WHERE s.outcome <> 0 AND d.id = 'welcome'"
        )
        assert self.targeted["welcome"] == steps[0][0]
        runs = self.management.runs("sale")
        for run in runs:
            assert run["messages"]["missing"] == 0, run
            assert run["messages"]["targeted"] == total(run["messages"]), run
        assert sum(run["messages"]["targeted"] for run in runs) == self.targeted["sale"]


@pytest.mark.timeout(600)
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    {
        "people": ["{}@a.example"] * 6,
        "outcomes": ["sent"] * 12,
        "order": [
            "register",
            "run",
            "later",
            "later",
            "register",
            "run",
            "stop",
            "erase",
            "deliver",
            "again",
            "bounce",
        ],
    }
)
@example(
    {
        "people": ["{}@a.example"] * 4,
        "outcomes": ["failed", None, "sent"] * 4,
        "order": [
            "later",
            "later",
            "register",
            "run",
            "erase",
            "restart",
            "deliver",
            "replay",
            "later",
            "replay",
            "stop",
        ],
    }
)
@example(
    {
        "people": ["{}@a.example"] * 2,
        "outcomes": ["failed"] * 12,
        "order": ["register", "deliver", "erase", "replay", "deliver", "replay", "later"],
    }
)
@given(worlds)
def test_the_parts_are_always_the_whole(world: dict[str, Any]) -> None:
    with opened(LongWorld, world) as made:
        for step in world["order"]:
            getattr(made, step)()
            made.check()
