"""Profiles that become one: the same however the log is cut, and nothing of anybody is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.property.worlds import Machine, Row, World, outcome, search, worlds

OF_A_PROFILE = (
    "event", "passage", "passage_end", "step", "message", "held", "queued", "feedback", "discard", "conversion",
    "consent", "watched", "turn", "identity",
)  # fmt: skip


def who(item: Row) -> str | None:
    return item.get("userId")


@st.composite
def joined_worlds(draw: st.DrawFn) -> World:
    """Draw a world in which some of the people are others, or visitors at first, and it turns out now and then."""
    world = draw(worlds(events=24))
    users = sorted({user for item in world.items if (user := who(item)) is not None})
    visitor = draw(st.sampled_from(users))
    items: list[Row] = [
        {name: value for name, value in item.items() if name != "userId"} | {"anonymousId": visitor}
        if who(item) == visitor
        else item
        for item in world.items
    ]
    ids = [*(user for user in users if user != visitor), f"anon:{visitor}", "late"]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(1, len(items)))
        previous, user = draw(st.permutations(ids))[:2]
        told = {"type": "alias", "previousId": previous, "userId": user, "timestamp": items[place - 1]["timestamp"]}
        items.insert(place, told)
    return replace(world, items=items)


def in_any_order(results: dict[str, Any]) -> dict[str, Any]:
    """Return results without the order of rows: two histories that become one are not told apart by it."""
    return {name: {user: sorted(rows, key=str) for user, rows in found.items()} for name, found in results.items()}


@given(world=joined_worlds(), data=st.data())
@search(10)
def test_joins_do_not_depend_on_the_batches_or_on_restarts_between_them(world: World, data: st.DataObject) -> None:
    last = world.frame.height - 1
    cuts = data.draw(st.one_of(st.just(range(last)), st.lists(st.integers(1, last), max_size=8)), label="cuts")
    deaths = data.draw(st.sets(st.integers(0, last), max_size=3), label="deaths")
    assert in_any_order(outcome(world, cuts=cuts, deaths=deaths)) == in_any_order(outcome(world))


@given(joined_worlds())
@search(6)
def test_the_simulator_joins_as_the_live_engine_does(world: World) -> None:
    machine = Machine(world, immediate=False)
    try:
        live = in_any_order(machine.run_live())
    finally:
        machine.close()
    simulated = in_any_order(outcome(world))
    for name in ("passages", "steps", "discards"):
        assert live[name] == simulated[name], name


@given(joined_worlds())
@search(10)
def test_whatever_is_joined_nothing_is_lost_and_nobody_is_twice(world: World) -> None:
    machine = Machine(world)
    try:
        machine.run()
        check(machine, world)
    finally:
        machine.close()


def check(machine: Machine, world: World) -> None:
    ask = machine.store.connection.execute
    ids = [row[0] for row in ask("SELECT profile_id FROM profile").fetchall()]
    assert len(ids) == len(set(ids))
    for table in OF_A_PROFILE:
        assert ask(f"SELECT count(*) FROM {table} WHERE pno NOT IN (SELECT _pno FROM profile)").fetchall() == [(0,)], (
            table
        )
    tracked = [item for item in world.items if item["type"] == "track" and (who(item) or item.get("anonymousId"))]
    events = Counter(name for (name,) in ask("SELECT name FROM event").fetchall())
    assert {item["event"] for item in tracked} <= events.keys()
    assert events.total() >= len(tracked)
    for document in (document for document in world.documents if document["kind"] == "journey"):
        inside = ask(
            "SELECT count(*), count(DISTINCT (pno, key)) FROM passage JOIN document USING (doc) WHERE id = ?",
            [document["id"]],
        ).fetchall()
        assert inside[0][0] == inside[0][1]
    for (alias,) in ask("SELECT alias FROM identity").fetchall():
        assert machine.store.resolve(pl.Series([alias]))[0] is not None
