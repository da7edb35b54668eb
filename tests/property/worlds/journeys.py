"""Journeys of generated worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.property.worlds.search import mostly
from tests.property.worlds.shop import (
    EVENTS,
    SENDERS,
    Document,
    Row,
    clocks,
    conditions,
    durations,
    event_tests,
    reentries,
    without_nulls,
    zones,
)  # fmt: skip


@st.composite
def waits(draw: st.DrawFn) -> Row:
    """Draw the fields of a wait."""
    return draw(
        st.one_of(
            st.fixed_dictionaries({"for": durations}),
            st.fixed_dictionaries({"for": st.sampled_from(["1h", "1d"]), "at": clocks}),
            st.fixed_dictionaries({"days": st.integers(0, 2), "at": clocks}),
            st.fixed_dictionaries({"weekday": st.sampled_from(["sunday", "monday"]), "at": clocks}),
            st.just({"until": "2026-03-08T07:00:00Z"}),
            st.just({"until_expr": "profile.due"}),
        )
    )


@st.composite
def nodes(draw: st.DrawFn, journey: str, jumps: Sequence[str] = (), *, simple: bool = False) -> list[Row]:
    """Draw the nodes of a journey: each leads to the next one, and its other ways to any later one or out."""
    count = draw(st.integers(3, 7))
    kinds = ["message", "message", "wait", "wait", "event", "reaction", "race", "condition", "split", "set", "emit"]
    kinds += ["jump"] if jumps else []
    made: list[Row] = []
    senders: list[str] = []
    for i in range(count):
        id, later = f"n{i}", [f"n{j}" for j in range(i + 1, count)]
        ways = st.sampled_from([None, *later])
        kind = draw(st.sampled_from(kinds))
        kind = "message" if kind in ("reaction",) and not senders else kind
        node = {"id": id, **_node(draw, kind, senders, jumps, ways), "next": f"n{i + 1}" if later else None}
        if kind == "message":
            senders.append(id)
        if node["type"] in ("condition", "split", "race"):
            node["paths"][0]["next"] = node.pop("next")
        made.append(without_nulls(node))
    return made


def _node(draw: st.DrawFn, kind: str, senders: list[str], jumps: Sequence[str], ways: st.SearchStrategy[Any]) -> Row:
    match kind:
        case "message":
            channel = draw(st.sampled_from(SENDERS))
            template = draw(st.sampled_from(["t-email", "t-picky"])) if channel == "email" else f"t-{channel}"
            return {
                "type": channel,
                "template": template,
                "group": draw(st.sampled_from([None, None, "news"])) if channel == "email" else None,
                "transactional": draw(st.sampled_from([None, None, None, True])),
                "only_if": draw(conditions) if draw(st.integers(0, 5)) == 5 else None,
            }
        case "wait":
            return {"type": "wait", **draw(waits())}
        case "event":
            timeout = draw(st.one_of(st.none(), durations))
            way = draw(ways) if timeout else None
            event = draw(st.sampled_from([*EVENTS, "big"]))
            return {
                "type": "event",
                "event": event,
                "where": _where(draw, event),
                "timeout": timeout,
                "on_timeout": way,
            }
        case "reaction":
            kind = draw(st.sampled_from(["opened", "clicked", "sent"]))
            return {"type": "reaction", "to": draw(st.sampled_from(senders)), "kind": kind, "timeout": draw(durations)}
        case "race":
            paths: list[Row] = [{"event": draw(st.sampled_from(EVENTS))}, {"event": "ping", "next": draw(ways)}]
            if senders:
                paths.append({"reaction": "opened", "to": draw(st.sampled_from(senders)), "next": draw(ways)})
            return {
                "type": "race",
                "paths": paths,
                "within": draw(durations),
                "otherwise": draw(ways),
                "ranked": draw(st.booleans()),
            }
        case "condition":
            paths = [{"when": draw(conditions)}, {"when": draw(conditions), "name": "second", "next": draw(ways)}]
            return {"type": "condition", "paths": paths, "otherwise": draw(ways)}
        case "split":
            return {"type": "split", "paths": [{"share": 50}, {"share": 50, "next": draw(ways)}]}
        case "set":
            values = [{"visits": "coalesce(profile.visits, 0) + 1"}, {"city": "'Seoul'"}, {"vip": "null"}]
            return {"type": "update_profile", "set": draw(st.sampled_from(values))}
        case "emit":
            return {"type": "emit", "event": draw(st.sampled_from(["ping", "visit"])), "properties": {"amount": "30"}}
        case _:
            return {"type": "jump", "journey": draw(st.sampled_from(list(jumps))), "with": {"amount": "30"}}


def _where(draw: st.DrawFn, event: str) -> str | None:
    return draw(event_tests) if event != "big" else None


events = st.sampled_from(["purchase", "purchase", "visit", "visit", "ping", "left"])
NIGHTLY = {"rrule": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0", "timezone": "America/New_York"}
plain_entries: st.SearchStrategy[Row] = st.builds(lambda event: {"type": "event", "event": event}, events)
special_entries: st.SearchStrategy[Row] = st.one_of(
    st.builds(
        lambda event, where, audience: without_nulls(
            {"type": "event", "event": event, "where": where, "audience": audience}
        ),
        events,
        event_tests,
        st.one_of(st.none(), conditions),
    ),
    st.builds(lambda event: {"type": "event", "event": event, "key": "entry.sku"}, events),
    st.builds(
        lambda audience, on: {"type": "qualification", "audience": audience, "on": on},
        st.sampled_from(["seoul", "spenders", "lately", "quiet"]),
        st.sampled_from(["entered", "left"]),
    ),
    st.builds(
        lambda audience, schedule: {"type": "audience", "audience": audience, "schedule": schedule},
        st.sampled_from(["seoul", "spenders"]),
        st.sampled_from([{"once": "2026-03-07T12:00:00Z"}, NIGHTLY, "asap"]),
    ),
    st.just({"type": "api", "properties": {"amount": "number"}}),
)
entries = mostly(plain_entries, special_entries)

exits = st.lists(
    st.sampled_from(
        [
            {"event": "left"},
            {"event": "left", "where": "event.amount > 20"},
            {"event": "purchase"},
            {"left": "seoul"},
            {"entered": "spenders"},
        ]
    ),
    max_size=1,
    unique_by=str,
)


@st.composite
def journeys(draw: st.DrawFn, id: str, jumps: Sequence[str] = ()) -> Document:
    """Draw a journey."""
    document = {
        "kind": "journey",
        "id": id,
        "timezone": draw(zones),
        "entry": draw(entries),
        "reentry": draw(reentries),
        "exit_when": draw(exits),
        "priority": draw(st.sampled_from([50, 50, 60])),
        "nodes": draw(nodes(id, jumps)),
        "max_duration": draw(st.sampled_from(["91d", "91d", "3d"])),
    }
    if draw(st.integers(0, 3)) == 0:
        document |= {"ends_at": "2026-03-09T06:00:00Z", "at_end": draw(st.sampled_from(["exit", "finish"]))}
    return document
