"""The daily run deletes what is old and nothing else, in portions, and only once a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from sojourn.model.retention import Retention
from sojourn.service import housekeeping
from sojourn.service.runtime import ClockSettings, Runtime
from sojourn.service.sizes import AudienceSizes
from sojourn.store.duckdb import pruning
from tests.unit.service.access.serving import Served

START = datetime(2026, 3, 1, tzinfo=UTC)
DOCUMENTS = """
kind: workspace
id: shop
retention: {events: 10d, steps: 10d, message_contents: 10d, calls: 10d, log: 10d}
---
kind: entity
id: profile
attributes: {email: string}
---
kind: audience
id: reachable
where: profile.email <> ''
---
kind: event
id: bought
properties: {what: string}
---
kind: template
id: mail
channel: email
subject: "{{ event.what }}"
text: "{{ event.what }}"
---
kind: journey
id: thanks
entry: {type: event, event: bought}
reentry: never
nodes:
  - {id: first, type: email, template: mail, next: later}
  - {id: later, type: wait, for: 1d}
"""


def buy(user: str, what: str) -> dict[str, str]:
    return {
        "kind": "track", "profile_id": user, "name": "bought", "data": f'{{"what":"{what}"}}',
        "traits": f'{{"email":"{user}@x.example"}}',
    }  # fmt: skip


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "documents.yaml").write_text(DOCUMENTS)
    runtime = Runtime(tmp_path, ClockSettings(START, 1.0))
    runtime.open()
    runtime.engine.publish(runtime.engine.publication.workspace, [])
    for age, user in ((0, "ann"), (15, "bob")):
        set_clock(runtime, START + timedelta(days=age, hours=1))
        runtime.log.append(pl.DataFrame([buy(user, f"{user}'s-wish")]))
        runtime.engine.drain(runtime.log.end())
    set_clock(runtime, START + timedelta(days=20))
    runtime.engine.turn()
    runtime.store.connection.execute("DELETE FROM outbox")
    yield runtime
    runtime.close()


def set_clock(runtime: Runtime, at: datetime) -> None:
    runtime.clock.__init__(at, 1.0)  # type: ignore[misc]


def count(runtime: Runtime, what: str) -> int:
    return int(runtime.cursor().execute(f"SELECT count(*) FROM {what}").fetchall()[0][0])


def test_what_is_old_goes_and_the_rest_stays(runtime: Runtime) -> None:
    steps = count(runtime, "step")
    done = runtime.housekeeping.tidy()
    assert done["deleted"] == {
        "events": 1, "steps": steps // 2, "message_contents": 1, "calls": 0, "rejects": 0, "log": 1,
    }  # fmt: skip
    assert count(runtime, "event") == 1 and count(runtime, "message") == 2
    assert runtime.cursor().execute("SELECT entry FROM message ORDER BY no").fetchall()[0] == (None,)
    assert "bob" in str(runtime.log.read(0, 10)["data"].to_list()) and runtime.log.read(0, 10).height == 1
    assert runtime.housekeeping.tidy()["deleted"]["events"] == 0


def test_the_forecast_is_what_goes(runtime: Runtime) -> None:
    kept = runtime.housekeeping.retention()
    before = {row["sort"]: row for row in runtime.housekeeping.forecast(kept)}
    nothing = runtime.housekeeping.forecast(Retention(rejects=None))
    done = runtime.housekeeping.tidy()["deleted"]
    assert {sort: row["old"] for sort, row in before.items()} == done
    assert all(row["old"] == 0 for row in nothing) and before["events"]["rows"] == 2
    assert before["events"]["oldest"].date() == START.date()
    after = {row["sort"]: row for row in runtime.housekeeping.forecast(kept)}
    assert after["events"]["oldest"].date() == (START + timedelta(days=15)).date() and after["log"]["rows"] == 1


def test_nobody_enters_again_because_of_it(runtime: Runtime) -> None:
    runtime.housekeeping.tidy()
    runtime.log.append(pl.DataFrame([buy("ann", "more")]))
    runtime.engine.drain(runtime.log.end())
    assert count(runtime, "message") == 2, "`reentry: never` holds without the old steps and events"


def test_it_goes_in_portions(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    real = pruning.prune

    def counted(*given: object) -> int:
        sizes.append(real(*given, portion=1))  # type: ignore[arg-type]
        return sizes[-1]

    monkeypatch.setattr(housekeeping, "prune", counted)
    runtime.housekeeping.tidy()
    assert max(sizes) == 1 and sum(sizes) == count(runtime, "step") + 2


def test_once_a_day_by_the_engine_s_clock(runtime: Runtime) -> None:
    keeper = runtime.housekeeping
    assert keeper.is_due(runtime.clock.now())
    keeper.tidy()
    assert not keeper.is_due(runtime.clock.now())
    assert keeper.is_due(runtime.clock.now() + timedelta(days=1))


def test_the_size_of_each_audience_is_kept_day_by_day(runtime: Runtime) -> None:
    runtime.housekeeping.tidy()
    set_clock(runtime, runtime.clock.now() + timedelta(days=1))
    runtime.log.append(pl.DataFrame([buy("cleo", "wish")]))
    runtime.engine.drain(runtime.log.end())
    runtime.housekeeping.tidy()
    sizes = AudienceSizes(runtime).history(runtime.cursor(), "reachable")
    assert [row["size"] for row in sizes] == [2, 3]
    assert sizes[1]["at"] - sizes[0]["at"] >= timedelta(days=1)


def test_nothing_is_taken_that_was_not_processed(tmp_path: Path) -> None:
    (tmp_path / "documents.yaml").write_text(DOCUMENTS)
    runtime = Runtime(tmp_path, ClockSettings(START, 1.0))
    runtime.open()
    runtime.log.append(pl.DataFrame([buy("ann", "wish")]))
    runtime.log.append(pl.DataFrame([buy("bob", "wish")]))
    set_clock(runtime, START + timedelta(days=100))
    runtime.housekeeping.tidy()
    assert runtime.log.read(0, 10).height == 2
    runtime.close()


@pytest.mark.parametrize("field", ["log: 1d", "message_contents: 1d", "events: 1h"])
def test_too_short_is_an_error(tmp_path: Path, field: str) -> None:
    folder = tmp_path / "shop"
    with Served.of(folder) as served:
        body = {"documents": [{"kind": "workspace", "id": "shop", "retention": dict([field.split(": ")])}]}
        problems = served.local().post("/api/drafts/check", json=body).json()["problems"]
        assert "at least" in problems[0]["message"]


def test_it_is_told_and_done_over_http(tmp_path: Path) -> None:
    with Served.of(tmp_path / "shop") as served:
        admin = served.local()
        told = admin.get("/api/housekeeping").json()
        assert (told["at"], told["retention"]["rejects"], told["retention"]["log"]) == (None, "90d", None)
        forecast = admin.post("/api/housekeeping/forecast", json={"events": "30d"}).json()
        assert forecast[0] == {"sort": "events", "rows": 0, "old": 0, "oldest": None}
        assert admin.post("/api/housekeeping/forecast", json={"log": "1d"}).status_code == 422
        assert admin.post("/api/housekeeping").json()["deleted"] == {"rejects": 0}
        assert admin.get("/api/audit").json()["entries"][0]["action"] == "housekeeping.run"
