"""Worlds for the engine's property tests: documents, profiles and items, and ways to run them in pieces."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from sojourn.engine.audiences import Audiences
from sojourn.engine.processor import Processor
from sojourn.engine.rendering import EagerRenderer
from sojourn.engine.results import conversion_rows, discard_rows, message_rows, passage_rows, step_rows
from sojourn.journeys.compile import Published, compile_program
from sojourn.model.items import ITEM_SCHEMA, read_items
from sojourn.model.state import Changes
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace

Row = dict[str, Any]
Document = dict[str, Any]

START = datetime(2026, 3, 6, tzinfo=UTC)
"""Two days before New York's clocks jump."""
UNTIL = START + timedelta(days=9)
TICK = timedelta(microseconds=1)
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"


def search(examples: int) -> settings:
    """Return how long a property is searched: the same examples in every run, or for long under `make fuzz`."""
    quiet = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    if LONG:
        return settings(quiet, max_examples=max(2_000, 20 * examples))
    return settings(
        quiet, max_examples=examples, derandomize=True, phases=[Phase.explicit, Phase.generate, Phase.shrink]
    )


def mostly(usual: st.SearchStrategy[Any], rare: st.SearchStrategy[Any], *, of_ten: int = 6) -> st.SearchStrategy[Any]:
    """Draw the usual so many times of ten (`one_of` counts equal branches once)."""
    return st.integers(1, 10).flatmap(lambda n: usual if n <= of_ten else rare)


# ---- what all worlds share -------------------------------------------------------------------------------------------

ZONES = ["America/New_York", "Asia/Seoul", "Europe/Berlin", "UTC", "Nowhere/Atall"]
CITIES = ["Seoul", "Atlanta", "Berlin"]
PEOPLE = ["ann", "bob", "cho", "dee", "eve", "fay"]
EVENTS = ["purchase", "visit", "left", "ping"]
SENDERS = ["email", "sms", "push", "webhook"]

COMMON: list[Document] = [
    {"kind": "workspace", "id": "w", "timezone": "America/New_York"},
    {
        "kind": "entity",
        "id": "profile",
        "attributes": {
            "email": {"type": "string", "format": "email"},
            "phone": {"type": "string", "format": "phone"},
            "push_token": "string",
            "timezone": {"type": "string", "format": "timezone"},
            "city": "string",
            "spend": "number",
            "visits": "integer",
            "vip": "boolean",
            "due": "timestamp",
        },
    },
    *({"kind": "event", "id": name, "properties": {"amount": "number", "sku": "string"}} for name in EVENTS),
    {
        "kind": "event",
        "id": "big",
        "match": "purchase",
        "where": "event.amount >= 50",
        "properties": {"amount": "number"},
    },
    {"kind": "audience", "id": "seoul", "where": "profile.city = 'Seoul'"},
    {
        "kind": "audience",
        "id": "spenders",
        "where": {"any": ["profile.spend > 50", {"did": "purchase", "count": {"at_least": 2}}]},
    },
    {
        "kind": "audience",
        "id": "lately",
        "where": {"any": [{"did": "visit", "within": "26h"}, {"engaged": "opened", "within": "2h"}]},
    },
    {
        "kind": "audience",
        "id": "quiet",
        "where": {"all": [{"in": "spenders"}, {"not": {"did": "purchase", "count": {"at_least": 2}, "within": "1d"}}]},
    },
    {"kind": "group", "id": "news", "channel": "email"},
    {
        "kind": "template",
        "id": "t-email",
        "channel": "email",
        "subject": "Hi {{ profile.city }}",
        "text": "{{ entry.sku }}",
    },
    {
        "kind": "template",
        "id": "t-picky",
        "channel": "email",
        "subject": "x",
        "text": "{% if profile.city == 'Berlin' %}{% abort_message 'no' %}{% endif %}",
    },
    {"kind": "template", "id": "t-sms", "channel": "sms", "text": "hello {{ profile.profile_id }}"},
    {"kind": "template", "id": "t-push", "channel": "push", "title": "t", "body": "b"},
    {
        "kind": "template",
        "id": "t-webhook",
        "channel": "webhook",
        "method": "POST",
        "url": "https://x.example",
        "body": "{{ event.amount }}",
    },
]

durations = st.sampled_from(["30m", "1h", "2h", "1d", "36h"])
clocks = st.sampled_from(["02:30", "09:00", "21:30"])
zones = st.sampled_from(["profile", "Europe/Berlin", "America/New_York"])

event_tests = st.sampled_from([None, None, "event.amount > 20", "event.sku = 'a'", "event.missing->>'x' = '1'"])
conditions: st.SearchStrategy[Any] = st.sampled_from(
    [
        "profile.vip",
        "profile.spend > 20",
        "bucket() < 5000",
        "profile.city is null",
        {"in": "seoul"},
        {"in": "spenders"},
        {"not": {"in": "seoul"}},
        {"in": "quiet"},
        {"did": "purchase"},
        {"did": "visit", "count": {"at_least": 2}, "within": "1d"},
        {"did": "purchase", "where": "event.amount > 20", "count": {"at_most": 1}},
        {"did": "purchase", "sum": {"of": "event.amount", "at_least": 60}},
        {"engaged": "opened"},
        {"engaged": "sent", "within": "1d"},
        {"subscribed": "email"},
        {"subscribed": "news"},
        {"all": ["profile.vip", {"any": [{"did": "visit"}, "now() > timestamptz '2026-03-08 00:00:00+00'"]}]},
    ]
)


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
        made.append(_without_nulls(node))
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


def _without_nulls(node: Row) -> Row:
    made = {name: value for name, value in node.items() if value is not None}
    if "paths" in made:
        made["paths"] = [_without_nulls(path) for path in made["paths"]]
    return made


events = st.sampled_from(["purchase", "purchase", "visit", "visit", "ping", "left"])
NIGHTLY = {"rrule": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0", "timezone": "America/New_York"}
plain_entries: st.SearchStrategy[Row] = st.builds(lambda event: {"type": "event", "event": event}, events)
special_entries: st.SearchStrategy[Row] = st.one_of(
    st.builds(
        lambda event, where, audience: _without_nulls(
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

reentries: st.SearchStrategy[Any] = st.sampled_from(["always", "never", "always", {"after": "1d"}, {"after": "30m"}])
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


def _triggers(own: str, others: Sequence[str]) -> st.SearchStrategy[Row]:
    fixed: list[Row] = [
        {"attribute": "city"},
        {"attribute": "spend"},
        {"attribute": "city", "to": "Seoul"},
        {"session": "start"},
        {"subscription": "news", "to": "unsubscribed"},
        {"subscription": "email", "to": "subscribed"},
        {"in": "seoul"},
        {"in": "spenders"},
        {"in": "lately"},
        {"in": "quiet"},
        {"inbound": "sms", "keyword": "HELLO"},
    ]
    fixed += [{"feedback": kind, "of": other} for other in others for kind in ("opened", "sent")]
    events = st.builds(
        lambda event, where: _without_nulls({"event": event, "where": where}), st.sampled_from(EVENTS), event_tests
    )
    return mostly(events, st.sampled_from(fixed))


@st.composite
def campaigns(draw: st.DrawFn, id: str, others: Sequence[str] = ()) -> Document:
    """Draw a triggered campaign."""
    delay = draw(
        st.one_of(
            st.none(),
            st.fixed_dictionaries({"for": durations}),
            st.fixed_dictionaries({"days": st.integers(0, 1), "at": clocks}),
            st.fixed_dictionaries({"weekday": st.just("sunday"), "at": clocks}),
        )
    )
    triggers = draw(st.lists(_triggers(id, others), min_size=1, max_size=2, unique_by=str))
    channels = draw(st.lists(st.sampled_from(SENDERS), min_size=1, max_size=2, unique=True))
    document: Document = {
        "kind": "triggered",
        "id": id,
        "trigger": triggers,
        "delay": delay,
        "timezone": draw(zones),
        "audience": draw(conditions) if draw(st.integers(0, 3)) == 3 else None,
        "reeligible": draw(reentries),
        "window": draw(
            st.sampled_from(
                [
                    None,
                    None,
                    {"from": "08:00", "until": "20:00", "if_missed": "next"},
                    {"from": "21:00", "until": "07:00"},
                ]
            )
        ),
        "control": draw(st.sampled_from([None, None, 40])),
        "conversions": draw(st.sampled_from([None, [{"event": "purchase", "within": "1d"}, {"event": "big"}]])),
        "messages": [{"channel": channel, "template": f"t-{channel}"} for channel in channels],
    }
    if delay:
        exceptions = _triggers(id, others).filter(lambda trigger: "session" not in trigger)
        document["unless"] = draw(st.lists(exceptions, max_size=1))
        document["recheck_audience"] = draw(st.booleans())
    return _without_nulls(document)


policies: st.SearchStrategy[Document] = st.builds(
    lambda caps, quiet, holdout: _without_nulls(
        {"kind": "policy", "id": "p", "caps": caps, "quiet_hours": quiet, "holdout": holdout}
    ),
    st.sampled_from(
        [
            [],
            [{"at_most": 1, "per": "day"}],
            [{"channels": ["email", "sms"], "at_most": 2, "per": "week"}, {"at_most": 1, "per": "hour"}],
        ]
    ),
    st.sampled_from(
        [
            None,
            {"from": "22:00", "until": "08:00"},
            {"from": "22:00", "until": "08:00", "then": "discard"},
            {"from": "01:00", "until": "02:30"},
        ]
    ),
    st.sampled_from([None, {"percent": 40}]),
)


# ---- items -----------------------------------------------------------------------------------------------------------

properties = st.fixed_dictionaries(
    {},
    optional={
        "amount": st.sampled_from([10, 30, 70, "x", None]),
        "sku": st.sampled_from(["a", "b"]),
        "other": st.just(1),
    },
)
traits = st.fixed_dictionaries(
    {},
    optional={
        "city": st.sampled_from([*CITIES, None]),
        "spend": st.sampled_from([0, 30, 80.5, "much"]),
        "vip": st.booleans(),
        "visits": st.sampled_from([1, "2"]),
        "timezone": st.sampled_from(ZONES),
        "due": st.sampled_from(["2026-03-07T00:00:00Z", "2026-03-08T07:30:00Z", "soon", None]),
        "unknown": st.just({"deep": [1]}),
    },
)


def _items_of(user: str, origins: Sequence[str], callable_ids: Sequence[str]) -> st.SearchStrategy[Row]:
    who = {"userId": st.just(user)}
    track = st.fixed_dictionaries(
        {"type": st.just("track"), "event": st.sampled_from(EVENTS), "properties": properties, **who},
        optional={"context": st.builds(lambda brought: {"traits": brought}, traits)},
    )
    identify = st.fixed_dictionaries({"type": st.just("identify"), "traits": traits, **who})
    subscription = st.one_of(
        st.fixed_dictionaries(
            {
                "type": st.just("subscription"),
                "channel": st.sampled_from(["email", "sms"]),
                "status": st.sampled_from(["subscribed", "unsubscribed"]),
                **who,
            }
        ),
        st.fixed_dictionaries(
            {
                "type": st.just("subscription"),
                "group": st.just("news"),
                "status": st.sampled_from(["subscribed", "unsubscribed"]),
                **who,
            }
        ),
    )
    session = st.fixed_dictionaries({"type": st.just("session"), **who})
    inbound = st.fixed_dictionaries(
        {
            "type": st.just("inbound"),
            "channel": st.just("sms"),
            "text": st.sampled_from(["hello ", "STOP", "start"]),
            **who,
        }
    )
    kinds = [identify, identify, subscription, session, inbound]
    if origins:
        kinds.append(
            st.fixed_dictionaries(
                {
                    "type": st.just("feedback"),
                    "of": st.sampled_from(list(origins)),
                    **who,
                    "kind": st.sampled_from(
                        ["opened", "opened", "clicked", "delivered", "unsubscribed", "soft_bounced", "bounced"]
                    ),
                }
            )
        )
    if callable_ids:
        kinds.append(
            st.fixed_dictionaries(
                {"type": st.just("trigger"), "id": st.sampled_from(list(callable_ids)), "properties": properties, **who}
            )
        )
    return mostly(track, st.one_of(kinds))


@dataclass(frozen=True)
class World:
    """Documents, what is there before them, and what happens."""

    documents: list[Document]
    items: list[Row]
    until: datetime = UNTIL

    @property
    def frame(self) -> pl.DataFrame:
        """The items as rows of the log."""
        return read_items(self.items)

    def without(self, user: str) -> World:
        """Return the world without a profile."""
        return replace(self, items=[item for item in self.items if item.get("userId") != user])


def identification(user: str, zone: str, city: str) -> Row:
    """Return the item that makes a profile known."""
    number = PEOPLE.index(user)
    reachable = {"email": f"{user}@example.com", "phone": f"+1212555010{number}"} | (
        {"push_token": "x"} if number % 2 else {}
    )
    brought = {**reachable, "timezone": zone, "city": city, "spend": 20 * number}
    return {"type": "identify", "userId": user, "traits": brought, "timestamp": START.isoformat()}


def _instants(draw: st.DrawFn, count: int) -> list[str]:
    """Draw instants that are often equal and often on the half hour, where waits end."""
    steps = draw(st.lists(st.sampled_from([1, 0, 0, 2, 3, 11, 24]), min_size=count, max_size=count))
    at, made = START, []
    for step in steps:
        at += timedelta(minutes=30 * step)
        made.append(min(at, UNTIL).isoformat())
    return made


@st.composite
def worlds(draw: st.DrawFn, *, commands: bool = True, people: int = 4, events: int = 30) -> World:
    """Draw a world."""
    documents = [draw(journeys("j1")), draw(journeys("j2", _jumpable([])))]
    if draw(st.booleans()):
        documents.append(draw(journeys("j3", _jumpable(documents))))
    documents.append(draw(campaigns("c1", ["j1"])))
    if draw(st.booleans()):
        documents.append(draw(campaigns("c2", ["c1"])))
    documents.append(draw(policies))
    users = PEOPLE[: draw(st.integers(2, people))]
    items = [identification(user, draw(st.sampled_from(ZONES)), draw(st.sampled_from(CITIES))) for user in users]
    return World(COMMON + documents, items + draw(happenings(documents, users, events, commands=commands)))


def _jumpable(documents: Iterable[Document]) -> list[str]:
    return [document["id"] for document in documents if document["entry"]["type"] in ("event", "api")]


@st.composite
def happenings(draw: st.DrawFn, documents: list[Document], users: list[str], most: int, *, commands: bool) -> list[Row]:
    """Draw what happens to the profiles and, now and then, to a document."""
    origins = [f"{d['id']}/{n['id']}" for d in documents for n in d.get("nodes", ()) if n["type"] in SENDERS]
    origins += [document["id"] for document in documents if document["kind"] == "triggered"]
    called = [d["id"] for d in documents if d["kind"] == "journey" and d["entry"]["type"] == "api"]
    about = st.one_of([_items_of(user, origins, called) for user in users])
    ids = [document["id"] for document in documents if document["kind"] != "policy"]
    command = st.fixed_dictionaries(
        {
            "type": st.just("control"),
            "do": st.sampled_from(["pause", "resume", "resume", "close", "stop"]),
            "id": st.sampled_from(ids),
        }
    )
    one = st.integers(0, 14).flatmap(lambda n: command if commands and n == 14 else about)
    made = draw(st.lists(one, min_size=most // 2, max_size=most))
    return [{**item, "timestamp": at} for item, at in zip(made, _instants(draw, len(made)), strict=True)]


# ---- running ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _workspace(documents: str) -> Workspace:
    return read_workspace(json.loads(documents))


class Machine:
    """The engine over one in-memory store, which may be given up and made anew between two batches."""

    def __init__(self, world: World, *, immediate: bool = True) -> None:
        self.world = world
        self.immediate = immediate
        self.store = DuckStore(threads=1)
        self.workspace = _workspace(json.dumps(world.documents))
        entities = self.workspace.directory.entities
        self.store.declare(entities["profile"].attributes, {})
        for number, document in enumerate(self._documents(), 1):
            self.store.connection.execute(
                "INSERT INTO document (doc, kind, id, version, state) VALUES (?, ?, ?, 1, 'live')",
                [number, document.kind, document.id],
            )
        self._rendered: EagerRenderer | None = None
        self.processor = self._processor()
        self.store.refill("origin", self.processor.program.origins)
        self.processor.watch(START)

    def _documents(self) -> list[Any]:
        return [*self.workspace.journeys.values(), *self.workspace.triggered.values()]

    def _processor(self) -> Processor:
        rows = self.store.connection.execute("SELECT doc, state, last_run_at FROM document ORDER BY doc").fetchall()
        published = [
            Published(doc, document, state, START)
            for (doc, state, _), document in zip(rows, self._documents(), strict=True)
        ]
        program = compile_program(self.workspace.catalog, self.workspace.directory, published)
        audiences = Audiences(self.store, self.workspace.catalog, self.workspace.directory, {})
        renderer = EagerRenderer(program)
        if self._rendered is not None:
            renderer.rendered, renderer.addresses = self._rendered.rendered, self._rendered.addresses
        self._rendered = renderer
        made = Processor(self.store, program, audiences, immediate=self.immediate, renderer=renderer, threads=1)
        made.runs = {doc: at for doc, _, at in rows if at is not None}
        caps = self.store.connection.execute("SELECT name, value FROM meta WHERE name LIKE 'cap:%'").fetchall()
        made.caps = {(int(name.split(":")[1]), int(name.split(":")[2])): int(value) for name, value in caps}
        return made

    def die(self) -> None:
        """Forget everything that is not in the store, and go on from there."""
        self.processor.evaluator.close()
        self.processor = self._processor()

    def take(self, items: pl.DataFrame, horizon: datetime) -> None:
        """Process a batch."""
        with self.store.transaction():
            self.processor.process(items, horizon)

    def run(self, cuts: Iterable[int] = (), *, deaths: Iterable[int] = ()) -> dict[str, Any]:
        """Process the world's items in batches that begin at the cuts, and return the results."""
        frame, dying = self.world.frame, set(deaths)
        bounds = [*sorted({0, *cuts}), frame.height]
        for number, (start, end) in enumerate(pairwise(bounds)):
            batch = frame.slice(start, end - start)
            self.take(batch, batch["at"][-1] if batch.height else START)
            if number in dying:
                self.die()
        self.take(NOTHING, self.world.until + TICK)
        return self.results()

    def run_live(self) -> dict[str, Any]:
        """Process item for item and timer for timer, and report each message as sent at once, as delivery would."""
        frame = self.world.frame
        for place in range(frame.height):
            item = frame.slice(place, 1)
            self._timers(item["at"][0])
            self.take(item, item["at"][0])
            self._deliver(item["at"][0])
        self._timers(self.world.until + TICK)
        return self.results()

    def _timers(self, before: datetime) -> None:
        """Let what is due before an instant happen, one instant after the other."""
        while (at := self._next()) is not None and at < before:
            self.take(NOTHING, at + TICK)
            self._deliver(at)

    def _next(self) -> datetime | None:
        due: Any = self.store.next_due()
        occasion = self.processor.next_occasion(datetime(9999, 1, 1, tzinfo=UTC))
        return min((at for at in (due, occasion and occasion.at) if at is not None), default=None)

    def _deliver(self, at: datetime) -> None:
        """Append the feedback `sent` of everything in the outbox to the log, and process it."""
        rows = self.store.connection.execute(
            "SELECT no, profile_id FROM outbox JOIN message USING (no) JOIN profile ON _pno = pno ORDER BY no"
        ).fetchall()
        if not rows:
            return
        told = [{"message": number} for number, _ in rows]
        items = pl.DataFrame(
            {
                "offset": range(self.processor.offset, self.processor.offset + len(rows)),
                "at": at,
                "occurred_at": at,
                "kind": "feedback",
                "name": "sent",
                "profile_id": [profile for _, profile in rows],
                "data": [json.dumps(data) for data in told],
            }
        )
        self.take(NOTHING.join(items, on=items.columns, how="full", coalesce=True), at)
        self._deliver(at)

    def results(self) -> dict[str, Any]:
        """Return what came out, each profile by itself, in its own order."""
        store, program = self.store, self.processor.program
        assert self._rendered is not None
        found = {
            "messages": message_rows(store, program, self._rendered) if self.immediate else [],
            "discards": discard_rows(store, program),
            "passages": passage_rows(store, program),
            "conversions": conversion_rows(store, program),
            "steps": step_rows(store, program),
        }
        apart = {name: by_profile(rows) for name, rows in found.items()}
        for name in ("steps", "conversions"):
            apart[name] = {user: sorted(rows, key=str) for user, rows in apart[name].items()}
        return apart

    def close(self) -> None:
        """Give everything back."""
        self.processor.evaluator.close()
        self.store.close()


NOTHING = pl.DataFrame(schema=dict(ITEM_SCHEMA))


def by_profile(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by their profile, in order."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["profile"]].append(row)
    return dict(found)


def outcome(
    world: World, cuts: Iterable[int] = (), *, deaths: Iterable[int] = (), immediate: bool = True
) -> dict[str, Any]:
    """Run a world and return its results."""
    machine = Machine(world, immediate=immediate)
    try:
        return machine.run(cuts, deaths=deaths)
    finally:
        machine.close()


__all__ = ["COMMON", "Changes", "Machine", "World", "outcome", "search", "worlds"]
