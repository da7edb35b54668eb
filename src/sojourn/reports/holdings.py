"""Everything that is held about one person, as files that people and machines read (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol

import polars as pl

from sojourn.expr.directory import EntitySpec
from sojourn.expr.names import identifier
from sojourn.journeys.program import Program
from sojourn.model.channels import CHANNEL_TYPES
from sojourn.reports.life import life
from sojourn.reports.reading import Cursor, Row, read
from sojourn.reports.runs import plain
from sojourn.store.duckdb.person import Person

PAGE: Final = 1_000
SLICE: Final = 100_000
EVENTS: Final = 'SELECT name, e."at" AS "at", data FROM event e WHERE pno = $pno ORDER BY e."at", "offset"'
MESSAGES: Final = """
SELECT m."at" AS "at", d.id AS document, d.version, o.node_id AS node, m.channel, m."to", m.entry, m.vars,
    EXISTS (SELECT 1 FROM feedback f WHERE f.message = m.no AND f.kind = 0) AS sent
FROM message m LEFT JOIN document d ON d.doc = m.doc LEFT JOIN origin o ON o.doc = m.doc AND o.node = m.node
WHERE m.pno = $pno ORDER BY m."at", m.no
"""
CONSENT: Final = 'SELECT topic, status, c."at" AS "at" FROM consent c WHERE pno = $pno ORDER BY topic'
JSON_TEXTS: Final = ("data", "traits", "entry", "vars", "properties")
ABOUT: Final = {
    "profile.json": "attributes, ids, addresses, consent and audiences as they are now",
    "timeline.ndjson": "everything that happened, the newest first",
    "events.ndjson": "events with their properties",
    "messages.ndjson": "messages: when, from which document, where to, and the values that they were made of",
    "consent.ndjson": "what was said about channels and groups",
    "items.ndjson": "everything that was received about the person, in the order in which it came",
}


class Readable(Protocol):
    """A log that is only read."""

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return items from an offset on."""
        ...

    def end(self) -> int:
        """Return the offset that the next item gets."""
        ...


def holdings(
    cursor: Cursor, log: Readable, program: Program, person: Person, entities: Mapping[str, EntitySpec],
) -> Iterator[tuple[str, Iterator[Row]]]:  # fmt: skip
    """Yield the name of each file but `profile.json`, and its rows.

    Parameters
    ----------
    entities : mapping
        The declared entities: rows that are linked to the person belong to it.
    """
    yield "timeline.ndjson", _timeline(cursor, program, person)
    yield "events.ndjson", _shown(read(cursor, EVENTS, {"pno": person.pno}), data="properties")
    yield "messages.ndjson", _messages(cursor, person)
    yield "consent.ndjson", _shown(read(cursor, CONSENT, {"pno": person.pno}))
    for id, entity in entities.items():
        rows = linked(cursor, id, entity, person)
        if rows:
            yield f"rows/{id}.ndjson", _shown(rows)
    yield "items.ndjson", _items(log, person)


def _timeline(cursor: Cursor, program: Program, person: Person) -> Iterator[Row]:
    before: str | None = None
    while True:
        page = life(cursor, program, person.profile_id, before, PAGE)
        yield from page["rows"]
        before = page["next"]
        if before is None:
            return


def _messages(cursor: Cursor, person: Person) -> Iterator[Row]:
    for row in _shown(read(cursor, MESSAGES, {"pno": person.pno})):
        yield {**row, "channel": CHANNEL_TYPES[row["channel"]]}


def linked(cursor: Cursor, id: str, entity: EntitySpec, person: Person) -> list[Row]:
    """Return the rows of an entity that are linked to a person."""
    present = {row["column_name"] for row in read(cursor, COLUMNS, {"table": f"rows_{id}"})}
    found: list[Row] = []
    for link in entity.links.values():
        if link.to == "profile" and set(link.on) <= present:
            tests = " AND ".join(f"r.{identifier(here)} = p.{identifier(there)}" for here, there in link.on.items())
            query = f"SELECT r.* FROM {identifier(f'rows_{id}')} r JOIN profile p ON {tests} WHERE p._pno = $pno"
            found += [row for row in read(cursor, query, {"pno": person.pno}) if row not in found]
    return found


COLUMNS: Final = "SELECT column_name FROM duckdb_columns() WHERE table_name = $table"


def _items(log: Readable, person: Person) -> Iterator[Row]:
    offset, end, ids = 0, log.end(), list(person.ids)
    while offset < end and (items := log.read(offset, SLICE)).height:
        offset = int(items["offset"][-1]) + 1
        mine = items.filter(pl.col("profile_id").is_in(ids))
        yield from _shown(mine.drop("offset").to_dicts())


def _shown(rows: Iterable[Row], **renamed: str) -> Iterator[Row]:
    """Return rows with values as JSON has them, and texts that are JSON opened."""
    for row in rows:
        shown = {renamed.get(name, name): _value(name, value) for name, value in row.items()}
        yield {name: value for name, value in shown.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in JSON_TEXTS:
        return json.loads(value)
    return plain({name: value})[name]
