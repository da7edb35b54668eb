"""What happens to the profiles of a generated world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st

from tests.property.worlds.search import mostly
from tests.property.worlds.shop import CITIES, EVENTS, PEOPLE, SENDERS, START, UNTIL, ZONES, Document, Row

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
