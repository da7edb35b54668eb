"""The workspace that the benchmarks run, and a population for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sojourn.engine.audiences import Audiences
from sojourn.engine.campaigns.line import compile_lines
from sojourn.engine.processor import Processor
from sojourn.journeys.compile import Published
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import Workspace, read_workspace

START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
ZONES: Final = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Seoul")
POLICY: Final[dict[str, Any]] = {
    "kind": "policy", "id": "manners", "caps": [{"channels": ["email"], "at_most": 3, "per": "week"}],
}  # fmt: skip
PROFILE: Final[dict[str, Any]] = {
    "kind": "entity", "id": "profile", "attributes": {
        "email": {"type": "string", "format": "email"}, "push_token": "string",
        "timezone": {"type": "string", "format": "timezone"},
        "locale": "string", "first_name": "string", "city": "string", "country": "string", "orders": "integer",
        "spend": "number", "last_order": "timestamp",
    },
}  # fmt: skip
BASE: Final[list[dict[str, Any]]] = [
    {"kind": "workspace", "id": "bench", "timezone": "Europe/London", "allow_private_hosts": ["127.0.0.1"]},
    PROFILE,
    {"kind": "event", "id": "purchase", "properties": {"invoice": "string", "amount": "number"}},
    {"kind": "event", "id": "order_cancelled", "properties": {"invoice": "string"}},
    {"kind": "event", "id": "registered", "properties": {"plan": "string"}},
    {"kind": "audience", "id": "regulars", "where": "profile.orders >= 2"},
    {"kind": "template", "id": "hello", "channel": "email", "subject": "Hello {{ profile.first_name }}",
     "html": "<p>Good morning {{ profile.first_name }}, there is news from {{ profile.city }}.</p>"
             "<p><a href=\"https://shop.example/news\">Read it</a></p>"},
    {"kind": "template", "id": "thanks", "channel": "push", "title": "Thank you", "body": "It is being packed."},
]  # fmt: skip


def first_message(schedule: str | dict[str, Any]) -> dict[str, Any]:
    """Return the journey of the demo: a message, a reaction within a day, an event, another message."""
    return {
        "kind": "journey", "id": "first-message", "timezone": "profile", "reentry": "never",
        "entry": {"type": "audience", "audience": "regulars", "schedule": schedule},
        "exit_when": [{"event": "order_cancelled"}],
        "nodes": [
            {"id": "first", "type": "email", "template": "hello", "next": "opened"},
            {"id": "opened", "type": "reaction", "to": "first", "kind": "opened", "timeout": "1d",
             "next": "bought", "on_timeout": "again"},
            {"id": "again", "type": "email", "template": "hello"},
            {"id": "bought", "type": "event", "event": "purchase", "next": "thanks"},
            {"id": "thanks", "type": "push", "template": "thanks"},
        ],
    }  # fmt: skip


def waiting_for_a_purchase() -> dict[str, Any]:
    """Return a journey whose passages all wait for an event, from their entry on."""
    return {
        "kind": "journey", "id": "waiting", "reentry": "never",
        "entry": {"type": "audience", "audience": "regulars", "schedule": "asap"},
        "nodes": [{"id": "bought", "type": "event", "event": "purchase", "timeout": "30d"}],
    }  # fmt: skip


def welcome() -> dict[str, Any]:
    """Return a triggered campaign: an e-mail for an event, at once."""
    return {
        "kind": "triggered", "id": "welcome", "trigger": [{"event": "registered"}], "reeligible": "always",
        "messages": [{"channel": "email", "template": "hello"}],
    }  # fmt: skip


def workspace(*documents: dict[str, Any]) -> Workspace:
    """Read the base documents with some more."""
    return read_workspace([*BASE, *documents], {})


PEOPLE: Final = f"""
SELECT
    i + 1 AS _pno, 'c' || lpad(i::VARCHAR, 9, '0') AS profile_id, $at::TIMESTAMPTZ AS _created_at,
    'customer' || i || '@demo.example' AS email, 'token' || i AS push_token,
    {list(ZONES)!r}[1 + i % {len(ZONES)}] AS timezone, 'en' AS locale, 'Ann' || (i % 1000) AS first_name,
    'City ' || (i % 500) AS city, 'GB' AS country, 2 + i % 7 AS orders, (i % 10000) / 10 AS spend,
    $at::TIMESTAMPTZ - to_days((i % 90)::INTEGER) AS last_order
FROM range($count) t(i)
"""
"""Profiles, all of them in the audience `regulars`."""


def populate(store: DuckStore, count: int) -> None:
    """Put a population into a store."""
    store.connection.execute(f"INSERT INTO profile BY NAME {PEOPLE}", {"at": START, "count": count})
    store.connection.execute("CHECKPOINT")


def processor_of(workspace: Workspace, path: Path, count: int) -> Processor:
    """Return the engine's processor over a store on disk that has a population; all documents are live from `START`."""
    store = DuckStore(path)
    entities = workspace.directory.entities
    store.declare(entities["profile"].attributes, {})
    versions = workspace.deliveries
    published = [Published(number, document, published_at=START) for number, document in enumerate(versions, 1)]
    program = compile_lines(workspace.catalog, workspace.directory, published)
    store.refill("origin", program.origins)
    populate(store, count)
    store.set_meta({"pno": str(count + 1)})
    return Processor(store, program, Audiences(store, workspace.catalog, workspace.directory, {}))


def close(processor: Processor) -> None:
    """Give the files and the memory back."""
    processor.evaluator.close()
    processor.store.close()
