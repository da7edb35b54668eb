"""A node's limit over everybody lets exactly so many through, the first to come, however the log is cut."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from sojourn.engine import processor
from tests.property.worlds import COMMON, PEOPLE, START, Row, World, outcome, search

LIMIT = {"kind": "journey", "id": "few", "reentry": "always", "entry": {"type": "event", "event": "visit"}, "nodes": [
    {"id": "pause", "type": "wait", "until_expr": "profile.due", "next": "limit"},
    {"id": "limit", "type": "cap", "limit": 2, "next": "first", "otherwise": "late"},
    {"id": "first", "type": "webhook", "template": "t-webhook"},
    {"id": "late", "type": "sms", "template": "t-sms"},
]}  # fmt: skip


def visit(who: int, hour: int, due: int) -> Row:
    """Return an item that lets a profile enter, and come to the limit at `due` or at once where that is past."""
    brought = {"due": instant(due), "phone": f"+1212555010{who}"}
    return {"type": "track", "userId": PEOPLE[who], "event": "visit", "timestamp": instant(hour), "properties": {},
            "context": {"traits": brought}}  # fmt: skip


def instant(hour: int) -> str:
    return (START + timedelta(hours=hour)).isoformat()


def world(limit: int, visits: list[tuple[int, int, int]]) -> World:
    limit_node = {**LIMIT["nodes"][1], "limit": limit}
    journey = {**LIMIT, "nodes": [LIMIT["nodes"][0], limit_node, *LIMIT["nodes"][2:]]}
    return World([*COMMON, journey], [visit(*one) for one in visits])


visits = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 24)), max_size=14)


@given(visits=visits, limit=st.integers(0, 5), data=st.data())
@search(15)
def test_the_first_to_come_go_on(visits: list[tuple[int, int, int]], limit: int, data: st.DataObject) -> None:
    visits.sort(key=lambda visit: visit[1])
    limited = world(limit, visits)
    places = st.integers(0, len(visits))
    cuts, deaths = data.draw(st.lists(places, max_size=4)), data.draw(st.sets(places, max_size=3))
    sent = [row for rows in outcome(limited, cuts=cuts, deaths=deaths)["messages"].values() for row in rows]
    first = [row["at"] for row in sent if row["from"] == "few/first"]
    late = [row["at"] for row in sent if row["from"] == "few/late"]
    assert len(first) == min(limit, len(sent))
    assert max(first, default="") <= min(late, default="~")
    assert len(sent) >= len({who for who, _, _ in visits})


def test_it_is_noticed_chunk_by_chunk_when_places_become_scarce(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "CHUNK", 1)
    monkeypatch.setattr(processor, "SCARCE", 2)
    messages = outcome(world(3, [(0, 0, 8), (1, 0, 8), (2, 1, 9), (3, 10, 0), (4, 11, 0)]))["messages"]
    sent = sorted((row["at"], row["from"]) for rows in messages.values() for row in rows)
    assert [name for _, name in sent] == ["few/first"] * 3 + ["few/late"] * 2
