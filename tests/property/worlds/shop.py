"""What all worlds share: profiles, events, audiences, templates, and conditions over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
Document = dict[str, Any]

START = datetime(2026, 3, 6, tzinfo=UTC)
"""Two days before New York's clocks jump."""
UNTIL = START + timedelta(days=9)
TICK = timedelta(microseconds=1)

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

reentries: st.SearchStrategy[Any] = st.sampled_from(["always", "never", "always", {"after": "1d"}, {"after": "30m"}])


def without_nulls(node: Row) -> Row:
    made = {name: value for name, value in node.items() if value is not None}
    if "paths" in made:
        made["paths"] = [without_nulls(path) for path in made["paths"]]
    return made
