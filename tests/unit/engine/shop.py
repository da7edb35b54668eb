"""Documents and items, in a line each, for tests that say a rule by one simulation."""

from __future__ import annotations

from typing import Any

from sojourn import Simulation, simulate

Row = dict[str, Any]

START, UNTIL = "2026-03-02T00:00:00Z", "2026-03-20T00:00:00Z"
ATTRIBUTES = {
    "email": "string", "phone": "string", "country": "string", "timezone": "string", "vip": "boolean", "n": "integer",
}  # fmt: skip
HOOK: Row = {"type": "webhook", "template": "hook"}
BASE: list[Row] = [
    {"kind": "entity", "id": "profile", "attributes": ATTRIBUTES},
    *({"kind": "event", "id": id, "properties": {"x": "number", "k": "string"}} for id in ("e", "f", "g")),
    {"kind": "template", "id": "hook", "channel": "webhook", "method": "POST", "url": "https://x.example"},
    {"kind": "template", "id": "mail", "channel": "email", "subject": "s", "text": "b"},
    {"kind": "template", "id": "text", "channel": "sms", "text": "b"},
    {"kind": "group", "id": "news", "channel": "email"},
]


def journey(id: str, nodes: list[Row], **fields: Any) -> Row:
    return {"kind": "journey", "id": id, "entry": {"type": "event", "event": "e"}, **fields, "nodes": nodes}


def campaign(id: str, trigger: Row, **fields: Any) -> Row:
    return {
        "kind": "triggered",
        "id": id,
        "trigger": [trigger],
        "messages": [{"channel": "webhook", "template": "hook"}],
        **fields,
    }


def node(id: str, type: str, **fields: Any) -> Row:
    return {"id": id, "type": type, **fields}


def day(number: int, clock: str = "10:00:00") -> str:
    return f"2026-03-{number:02d}T{clock}Z"


def track(at: str, event: str = "e", user: str = "ann", **properties: Any) -> Row:
    return {"type": "track", "userId": user, "event": event, "properties": properties, "timestamp": at}


def identify(at: str, user: str = "ann", **traits: Any) -> Row:
    return {"type": "identify", "userId": user, "traits": traits, "timestamp": at}


def control(at: str, command: str, id: str) -> Row:
    return {"type": "control", "do": command, "id": id, "timestamp": at}


def feedback(at: str, kind: str, of: str, user: str = "ann") -> Row:
    return {"type": "feedback", "userId": user, "kind": kind, "of": of, "timestamp": at}


def run(documents: list[Row], items: list[Row], **more: Any) -> Simulation:
    return simulate(BASE + documents, items, START, UNTIL, **more)


def sent(result: Simulation) -> list[tuple[str, str, str]]:
    return [(row["profile"], row["from"], row["at"]) for row in result.messages]


def refused(result: Simulation) -> list[tuple[str, str, str, str]]:
    return [(row["profile"], row["from"], row["at"], row["reason"]) for row in result.discards]
