"""Campaigns among other things: however their log is cut, and wherever the engine begins anew, the same comes out."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engine.campaigns.runs import Campaigns
from sojourn.engine.scratch import Scratch
from sojourn.engine.simulator import Simulation, read_simulation
from sojourn.model.instants import parse_instant
from sojourn.model.items import read_items
from sojourn.workspace import read_workspace

Row = dict[str, Any]
START: datetime = parse_instant("2026-03-02T00:00:00Z")
PEOPLE = [f"p{i}" for i in range(6)]
DOCUMENTS: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": {"email": "string", "city": "string"}},
    {"kind": "event", "id": "opened_app"},
    {"kind": "template", "id": "hi", "channel": "email", "subject": "{{ row.city }}", "text": "Hello"},
    {"kind": "policy", "id": "caps", "caps": [{"channels": ["email"], "at_most": 2, "per": "day"}]},
    {"kind": "campaign", "id": "daily", "timezone": "UTC",
     "schedule": {"rrule": "FREQ=HOURLY;INTERVAL=6", "starts": "2026-03-02T03:00:00Z", "timezone": "UTC"},
     "activities": [
         {"id": "who", "type": "query", "entity": "profile", "where": "city = 'Seoul'"},
         {"id": "keep", "type": "save_audience", "of": "who", "audience": "picked"},
         {"id": "later", "type": "wait", "of": "who", "for": "4h"},
         {"id": "mail", "type": "email", "of": "later", "template": "hi", "rate": "1/h"},
         {"id": "tell", "type": "signal", "of": "mail.discarded", "campaign": "called"},
     ]},
    {"kind": "campaign", "id": "called", "schedule": {"signal": {}}, "activities": [
        {"id": "all", "type": "read_audience", "audience": "picked"},
        {"id": "mail", "type": "email", "of": "all", "template": "hi"},
    ]},
    {"kind": "triggered", "id": "hello", "trigger": [{"event": "opened_app"}], "audience": {"in": "picked"},
     "reeligible": "always", "messages": [{"channel": "email", "template": "hi"}]},
]  # fmt: skip

minutes = st.integers(0, 36 * 60)
items_ = st.lists(
    st.one_of(
        st.tuples(st.just("identify"), minutes, st.sampled_from(PEOPLE), st.sampled_from(["Seoul", "Busan"])),
        st.tuples(st.just("track"), minutes, st.sampled_from(PEOPLE), st.none()),
        st.tuples(st.sampled_from(["confirm", "signal", "pause", "resume"]), minutes, st.none(), st.none()),
    ),
    max_size=30,
)


def item(kind: str, minute: int, person: str | None, city: str | None) -> Row:
    at = {"timestamp": (START + timedelta(minutes=minute)).isoformat()}
    match kind:
        case "identify":
            traits = {"city": city, "email": f"{person}@example.com"}
            return {"type": kind, "userId": person, "traits": traits, **at}
        case "track":
            return {"type": kind, "userId": person, "event": "opened_app", **at}
        case "signal":
            return {"type": kind, "id": "called", "parameters": {}, **at}
        case _:
            return {"type": "control", "do": kind, "id": "called" if kind == "confirm" else "daily", **at}


def outcome(items: pl.DataFrame, cuts: list[int]) -> Simulation:
    """Run to each cut (minutes); after each the runs of campaigns are known from the store alone."""
    with Scratch(read_workspace(DOCUMENTS), START) as scratch:
        scratch.publish()
        for minute in [*sorted(set(cuts)), 48 * 60]:
            until = START + timedelta(minutes=minute)
            scratch.run(until, items.filter((pl.col("at") >= scratch.horizon) & (pl.col("at") <= until)))
            scratch.processor.campaigns = Campaigns(scratch.processor)
        return read_simulation(scratch)


@settings(max_examples=8, deadline=None)
@given(given_=items_, cuts=st.lists(minutes, max_size=6))
def test_however_the_log_is_cut_the_same_comes_out(given_: list[tuple[str, int, str, str]], cuts: list[int]) -> None:
    items = read_items(item(*each) for each in given_)
    whole, cut = outcome(items, []), outcome(items, cuts)
    for name in ("transitions", "messages", "discards"):
        assert getattr(whole, name) == getattr(cut, name), name
