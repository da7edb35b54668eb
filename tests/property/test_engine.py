"""The engine over generated worlds: batches, restarts, and what no world may bring about."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.property.worlds import PEOPLE, Machine, Row, World, outcome, search, worlds

Results = dict[str, dict[str, list[Row]]]


@given(world=worlds(), data=st.data())
@search(10)
def test_results_do_not_depend_on_the_batches_or_on_restarts_between_them(world: World, data: st.DataObject) -> None:
    last = len(world.items) - 1
    cuts = data.draw(st.one_of(st.just(range(last)), st.lists(st.integers(1, last), max_size=8)), label="cuts")
    deaths = data.draw(st.sets(st.integers(0, last), max_size=3), label="deaths")
    assert outcome(world, cuts=cuts, deaths=deaths) == outcome(world)


@given(world=worlds(), data=st.data())
@search(6)
def test_profiles_know_nothing_of_each_other(world: World, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(PEOPLE[:2]), label="without")
    everybody, others = outcome(world), outcome(world.without(gone))
    assert others == {name: {u: rows for u, rows in found.items() if u != gone} for name, found in everybody.items()}


def _live(world: World) -> Results:
    machine = Machine(world, immediate=False)
    try:
        return machine.run_live()
    finally:
        machine.close()


@given(worlds())
@search(6)
def test_the_simulator_shows_what_the_live_engine_does(world: World) -> None:
    simulated, live = outcome(world), _live(world)
    for name in ("passages", "steps", "discards"):
        assert live[name] == simulated[name], name


# ---- what must never happen, by another reading of the same rules ----------------------------------------------------


def bucket(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % 10_000


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def zone_changes(world: World, user: str) -> list[tuple[datetime, str]]:
    """Return the profile's zones, each with the instant from which it holds."""
    found = []
    for item in world.items:
        brought = item.get("traits") or item.get("context", {}).get("traits") or {}
        if item.get("userId") == user and "timezone" in brought:
            found.append((instant(item["timestamp"]), brought["timezone"]))
    return found


def period(at: datetime, zone: str, per: str) -> tuple[Any, ...]:
    local = at.astimezone(ZoneInfo(zone))
    day = local.date()
    match per:
        case "hour":
            return (day, local.hour, local.utcoffset())
        case "day":
            return (day,)
        case _:
            return (day - timedelta(days=day.weekday()),)


def transactional_nodes(world: World) -> set[str]:
    return {
        f"{document['id']}/{node['id']}"
        for document in world.documents
        for node in document.get("nodes", ())
        if node.get("transactional")
    }


def check_caps(world: World, user: str, messages: list[Row]) -> None:
    policy = world.documents[-1]
    zones = zone_changes(world, user)
    if len({zone for _, zone in zones}) > 1:
        return
    zone = zones[0][1] if zones[0][1] != "Nowhere/Atall" else "America/New_York"
    for cap in policy["caps"]:
        counted = [m for m in messages if not cap.get("channels") or m["channel"] in cap["channels"]]
        periods = Counter(period(instant(m["at"]), zone, cap["per"]) for m in counted)
        assert max(periods.values(), default=0) <= cap["at_most"]


def check_reentry(document: Row, passages: list[Row]) -> None:
    by_key = defaultdict(list)
    for passage in passages:
        by_key[passage["key"]].append(passage)
    for mine in by_key.values():
        for before, after in pairwise(mine):
            assert before["left_at"] is not None and before["left_at"] <= after["entered_at"]
            assert document["reentry"] != "never"
            if isinstance(document["reentry"], dict):
                wait = timedelta(days=1) if document["reentry"]["after"] == "1d" else timedelta(minutes=30)
                assert instant(after["entered_at"]) - instant(before["left_at"]) >= wait


def check_receipts(document: Row, messages: list[Row]) -> None:
    sends = sorted({instant(message["at"]) for message in messages})
    if document["reeligible"] == "never":
        assert len(sends) <= 1
    if isinstance(document["reeligible"], dict):
        least = timedelta(days=1) if document["reeligible"]["after"] == "1d" else timedelta(minutes=30)
        assert all(later - earlier >= least for earlier, later in pairwise(sends))


@given(worlds())
@search(10)
def test_rules_hold_in_every_world(world: World) -> None:
    results = outcome(world)
    policy = world.documents[-1]
    withheld = (policy.get("holdout") or {}).get("percent", 0) * 100
    for user, messages in results["messages"].items():
        promotional = [m for m in messages if m["from"] not in transactional_nodes(world)]
        assert not (promotional and bucket(f"{user}/holdout") < withheld)
        check_caps(world, user, promotional)
        for document in (d for d in world.documents if d["kind"] == "triggered"):
            mine = [m for m in messages if m["from"] == document["id"]]
            assert not (mine and bucket(f"{user}/{document['id']}") < document.get("control", 0) * 100)
            if not policy.get("quiet_hours"):
                check_receipts(document, mine)
    for _user, passages in results["passages"].items():
        for document in (d for d in world.documents if d["kind"] == "journey"):
            check_reentry(document, [p for p in passages if p["journey"] == document["id"]])
