"""A test session: its clock goes where it is told, and what comes out is what a simulation gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sojourn.engine.session import Cast, ClockOfSession, Session, Setting
from sojourn.engine.simulator import read_simulation, simulate
from sojourn.model.errors import SojournError
from sojourn.model.items import ItemError
from sojourn.reports.session import path_of, session_state
from sojourn.workspace import read_workspace

Row = dict[str, Any]
START = datetime(2026, 3, 2, tzinfo=UTC)
SHOP: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string", "spend": "number"}},
    {"kind": "event", "id": "signup"},
    {"kind": "event", "id": "buy", "properties": {"amount": "number"}},
    {"kind": "source", "id": "weather", "request": {"method": "GET", "url": "https://w.example"},
     "response": {"sky": "string"}},
    {"kind": "template", "id": "hi", "channel": "email", "subject": "Hi {{ profile.city }}",
     "text": "You paid {{ bought.amount }} under a {{ sky.sky }} sky"},
    {"kind": "audience", "id": "buyers", "where": {"did": "buy"}},
    {
        "kind": "journey", "id": "welcome", "entry": {"type": "event", "event": "signup", "audience": "buyers"},
        "nodes": [
            {"id": "pause", "type": "wait", "for": "1d", "next": "bought"},
            {"id": "bought", "type": "event", "event": "buy", "timeout": "2d", "next": "sky"},
            {"id": "sky", "type": "lookup", "source": "weather", "next": "mail"},
            {"id": "mail", "type": "email", "template": "hi"},
        ],
    },
]  # fmt: skip
ANN = Cast(
    "ann", {"email": "ann@x.example", "city": "Rome"}, {},
    [{"name": "buy", "at": START - timedelta(days=5), "data": '{"amount":1}'}],
)  # fmt: skip
BOB = Cast("bob", {"email": "bob@x.example"}, {"channel:email": "unsubscribed"})
SIGNUP: Row = {"type": "track", "userId": "ann", "event": "signup"}


@contextmanager
def session(*profiles: Cast, **more: Any) -> Iterator[Session]:
    made = Session(Setting(read_workspace(SHOP, {}), START, profiles=profiles, **more))
    try:
        yield made
    finally:
        made.close()


def test_a_way_through_with_jumps_values_and_rendered_messages() -> None:
    with session(ANN, BOB, responses={"weather": [{"json": {"sky": "grey"}}]}) as made:
        assert made.fire([SIGNUP, {**SIGNUP, "userId": "bob"}]) == []
        ann, bob = session_state(made)["profiles"]
        assert [(row["node"], row["until"]) for row in ann["waiting"]] == [("pause", "2026-03-03T00:00:00Z")]
        assert [row["reason"] for row in bob["paths"][0]["refusals"]] == ["not_in_audience"]
        assert made.next_at == START + timedelta(days=1)
        made.jump(START + timedelta(days=1))
        assert session_state(made)["profiles"][0]["waiting"][0]["node"] == "bought"
        made.fire([{"type": "track", "userId": "ann", "event": "buy", "properties": {"amount": 7}}])
        ann = session_state(made)["profiles"][0]
        assert [(row["subject"], row["body"], row["to"]) for row in ann["messages"]] == [
            ("Hi Rome", "You paid 7 under a grey sky", "ann@x.example")
        ]
        (passage,) = ann["paths"][0]["passages"]
        assert [(step["node"], step["outcome"]) for step in passage["steps"]][-3:] == [
            ("bought", "next"), ("sky", "next"), ("mail", "next")
        ]  # fmt: skip
        assert [event["name"] for event in ann["events"]] == ["buy", "signup", "buy"]
        assert ann["waiting"] == []


def test_consent_and_why_somebody_never_entered() -> None:
    with session(BOB) as made:
        told = path_of(made, "bob", "welcome")
        assert not told["entered"]
        made.fire([{"type": "track", "userId": "bob", "event": "buy"}, {**SIGNUP, "userId": "bob"}])
        made.jump(START + timedelta(days=9))
        (path,) = session_state(made)["profiles"][0]["paths"]
        (discard,) = path["passages"][0]["steps"][-1]["discards"]
        assert discard["reason"] == "no_consent"
        assert session_state(made)["profiles"][0]["consent"] == {"channel:email": "unsubscribed"}


def test_it_gives_what_a_simulation_gives() -> None:
    calls = [
        {"type": "track", "userId": who, "event": name, "timestamp": f"2026-03-0{day}T00:00:00Z"}
        for day, who, name in ((2, "ann", "buy"), (3, "ann", "signup"), (4, "bob", "buy"), (5, "bob", "signup"))
    ]
    with session() as made:
        for call in calls:
            made.fire([call])
        made.jump(START + timedelta(days=20))
        stepped = read_simulation(made.scratch)
    assert stepped == simulate(SHOP, calls, start=START, until=START + timedelta(days=20))


def test_what_cannot_be_done_changes_nothing() -> None:
    with session(ANN) as made:
        made.jump(START + timedelta(days=1))
        with pytest.raises(ClockOfSession, match="cannot go back"):
            made.jump(START)
        with pytest.raises(ClockOfSession, match="366 days"):
            made.jump(START + timedelta(days=900))
        with pytest.raises(ItemError, match="before the start"):
            made.fire([{**SIGNUP, "timestamp": "2026-03-02T00:00:00Z"}])
        with pytest.raises(ItemError, match="unknown type"):
            made.fire([SIGNUP, {"type": "trak", "userId": "ann"}])
        with pytest.raises(SojournError, match="at most"):
            made.fire([SIGNUP] * 10_001)
        assert session_state(made)["profiles"][0]["paths"] == []
        rejects = made.fire([SIGNUP, {"type": "feedback", "userId": "eve", "kind": "opened", "of": "welcome/mail"}])
        assert [(row["item"], row["code"]) for row in rejects] == [(1, "ITEM-010")]
