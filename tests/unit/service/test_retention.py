"""After its time each sort of record is gone from every table and the log, and what is younger is all there."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from sojourn.model.retention import Retention
from sojourn.service.runtime import ClockSettings, Runtime
from sojourn.store.inbox import Inbox, Shown

START = datetime(2026, 3, 1, tzinfo=UTC)
LATER = START + timedelta(days=16)
TIDIED = START + timedelta(days=20)
KEPT = "10d"
OLD, YOUNG = "old-secret", "young-secret"
SORTS = tuple(Retention.model_fields)
ALONE = [(", ".join({"rejects": "rejects: 900d", sort: f"{sort}: {KEPT}"}.values()), sort) for sort in SORTS]
ALL = ", ".join(f"{sort}: {KEPT}" for sort in SORTS)
TAKES: dict[str, set[str]] = {
    "events": {"event"}, "steps": {"step"}, "message_contents": set(), "calls": {"answer", "cached"},
    "rejects": {"reject"}, "log": set(),
}  # fmt: skip
"""The tables whose rows go; of messages only the contents do, and the log is none of the store's."""
DOCUMENTS = """
kind: workspace
id: shop
retention: RETENTION
---
kind: entity
id: profile
attributes: {email: string}
---
kind: entity
id: booking
key: id
attributes: {id: string, profile_id: string, note: string}
links:
  guest: {to: profile, on: {profile_id: profile_id}}
---
kind: event
id: bought
properties: {what: string}
---
kind: source
id: stock
request: {method: GET, url: "https://stock.example/{{ what }}"}
parameters: {what: string}
response: {left: integer, said: string}
cache: 1h
---
kind: template
id: mail
channel: email
subject: "{{ event.what }}"
text: "{{ event.what }} {{ asked.said }}"
---
kind: template
id: news
channel: email
subject: "{{ row.note }}"
text: "{{ row.note }}"
---
kind: journey
id: thanks
entry: {type: event, event: bought}
nodes:
  - {id: asked, type: lookup, source: stock, with: {what: entry.what}, next: first}
  - {id: first, type: email, template: mail}
"""
CAMPAIGN = """
---
kind: campaign
id: news-NUMBER
schedule: {once: AT}
confirm: false
activities:
  - {id: booked, type: query, entity: booking, where: "note = 'NAME'"}
  - {id: send, type: email, of: booked, template: news, per: booking}
"""


def set_clock(runtime: Runtime, at: datetime) -> None:
    runtime.clock.__init__(at, 1.0)  # type: ignore[misc]


def take(runtime: Runtime, *items: dict[str, object]) -> None:
    rows = [{**item, "data": json.dumps(item.get("data"))} for item in items]
    for row in rows:  # frames of one kind each, as kinds have columns of their own
        runtime.log.append(pl.DataFrame([row]))
    runtime.engine.drain(runtime.log.end())


def answered(runtime: Runtime, word: str) -> None:
    """Let the source answer all calls that are open."""
    at = runtime.clock.now()
    for no, passage, doc, node, params in runtime.cursor().execute(
        "SELECT no, passage, doc, node, params FROM call"
    ).fetchall():  # fmt: skip
        told = {
            "call": no, "passage": passage, "doc": doc, "node": node, "called_at": at.isoformat(), "status": "200",
            "fields": {"left": 1, "said": word}, "params": params,
        }  # fmt: skip
        take(runtime, {"kind": "answer", "name": "source/stock", "profile_id": f"{word}-buyer", "data": told})


def live(runtime: Runtime, word: str) -> None:
    """Let a day pass that leaves a word in every sort of record."""
    buyer = {"profile_id": f"{word}-buyer", "traits": json.dumps({"email": f"{word[:3]}@x.example"})}
    row = {"id": f"{word}-1", "profile_id": f"{word}-buyer", "note": word}
    take(
        runtime,
        {"kind": "track", "name": "bought", "data": {"what": word}, **buyer},
        {"kind": "row", "name": "booking", "data": {"op": "u", "row": row}},
        {"kind": "feedback", "name": "opened", "profile_id": f"{word}-nobody", "data": {"of": "thanks/first"}},
    )
    answered(runtime, word)
    set_clock(runtime, runtime.clock.now() + timedelta(hours=2))
    runtime.engine.turn()
    take(runtime, {"kind": "row", "name": "booking", "data": {"op": "d", "row": row}})
    numbers = [no for (no,) in runtime.cursor().execute("SELECT no FROM outbox ORDER BY no").fetchall()]
    assert len(numbers) == 2, "one of the journey, one of the campaign"
    for no in numbers:
        take(
            runtime,
            {"kind": "feedback", "name": "sent", "profile_id": f"{word}-buyer", "data": {"of": "x", "message": no}},
        )


def opened(folder: Path, retention: str) -> Runtime:
    campaigns = [
        CAMPAIGN.replace("NUMBER", word[:3])
        .replace("NAME", word)
        .replace("AT", f"{at + timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}")
        for word, at in ((OLD, START), (YOUNG, LATER))
    ]
    text = DOCUMENTS.replace("RETENTION", f"{{{retention}}}" if retention else "{}")
    (folder / "documents.yaml").write_text(text + "".join(campaigns))
    runtime = Runtime(folder, ClockSettings(START, 1.0))
    runtime.open()
    assert runtime.problems is None
    runtime.engine.publish(runtime.engine.publication.workspace, [])
    for word, at in ((OLD, START), (YOUNG, LATER)):
        set_clock(runtime, at + timedelta(hours=1))
        runtime.engine.turn()
        live(runtime, word)
    set_clock(runtime, TIDIED)
    runtime.engine.turn()
    return runtime


@pytest.fixture
def runtime(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Runtime]:
    found = opened(tmp_path, request.param)
    yield found
    found.close()


def tables(runtime: Runtime) -> list[str]:
    found = runtime.cursor().execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1").fetchall()
    return [name for (name,) in found if name not in ("document", "meta")]


def where(runtime: Runtime, word: str) -> set[str]:
    """Return the tables in which a word stands, and `log`."""
    cursor = runtime.cursor()
    found = {
        name for name in tables(runtime)
        if any(word in str(value) for row in cursor.execute(f'SELECT * FROM "{name}"').fetchall() for value in row)
    }  # fmt: skip
    items = runtime.log.read(0, 10_000)
    return found | ({"log"} if any(word in str(value) for row in items.rows() for value in row) else set())


def counts(runtime: Runtime) -> dict[str, int]:
    return {
        name: int(runtime.cursor().execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0])
        for name in tables(runtime)
    }


def of_runs(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(("work_", "targets_"))}


@pytest.mark.parametrize("runtime", [ALL], indirect=True, ids=["all"])
def test_nothing_old_is_anywhere_and_everything_young_is_where_it_was(runtime: Runtime) -> None:
    ids = {"profile", "identity"}
    old, young = where(runtime, OLD), where(runtime, YOUNG)
    assert {"event", "message", "reject", "cached", "log"} <= old == young - of_runs(young)
    runtime.housekeeping.tidy()
    assert where(runtime, OLD) - ids == set()
    assert where(runtime, YOUNG) == young


@pytest.mark.parametrize(("runtime", "sort"), ALONE, indirect=["runtime"], ids=SORTS)
def test_each_sort_takes_what_is_its_own(runtime: Runtime, sort: str) -> None:
    before, contents, log = counts(runtime), where(runtime, OLD), runtime.log.end()
    deleted = runtime.housekeeping.tidy()["deleted"]
    after = counts(runtime)
    assert deleted[sort] > 0
    gone = {name for name in before if after.get(name, 0) < before[name]}
    assert gone - of_runs(gone) == TAKES[sort]
    assert all(after[name] > 0 for name in TAKES[sort]), "what is young stays"
    left = contents - where(runtime, OLD) - of_runs(contents)
    assert (
        left == {"message"} if sort == "message_contents" else left == TAKES[sort] - {"step", "answer"} or sort == "log"
    )
    items = runtime.log.read(0, 10_000)
    assert (items.height < log) == (sort == "log") and (OLD in str(items.rows())) == (sort != "log")


@pytest.mark.parametrize("runtime", [""], indirect=True, ids=["nothing said"])
def test_the_rows_of_a_run_go_by_themselves_after_five_days(runtime: Runtime) -> None:
    runtime.housekeeping.tidy()
    assert of_runs(where(runtime, YOUNG))
    set_clock(runtime, TIDIED + timedelta(days=3))
    runtime.housekeeping.tidy()
    assert of_runs(set(tables(runtime))) == set()


@pytest.mark.parametrize("runtime", [""], indirect=True, ids=["nothing said"])
def test_a_run_that_can_be_retried_keeps_its_rows(runtime: Runtime) -> None:
    runtime.store.connection.execute("UPDATE campaign_run SET state = 'failed' WHERE id = 'news-you'")
    set_clock(runtime, TIDIED + timedelta(days=30))
    runtime.housekeeping.tidy()
    assert of_runs(where(runtime, YOUNG))


@pytest.mark.parametrize("runtime", [""], indirect=True, ids=["nothing said"])
def test_messages_for_pages_go_when_they_expire(runtime: Runtime) -> None:
    inbox = Inbox(runtime.places.data)
    days = {OLD: TIDIED - timedelta(days=1), YOUNG: TIDIED + timedelta(days=1)}
    inbox.put(
        [
            Shown(no, "in_app", "ann", "t", 0, int(at.timestamp()), {"body": word})
            for no, (word, at) in enumerate(days.items())
        ],
        0,
    )
    runtime.housekeeping.tidy()
    rows = inbox.open(["ann"], 0)
    inbox.close()
    assert [row["body"]["body"] for row in rows] == [YOUNG]
