"""The state of a test session: what every profile went through, what waits, and which messages were made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sojourn.engine.results import message_rows
from sojourn.engine.session import Session, decoded
from sojourn.model.instants import format_instant
from sojourn.reports.explain import explain
from sojourn.reports.reading import Row, read
from sojourn.reports.wording import shown
from sojourn.store.duckdb.reader import StoreReader

PEOPLE = "SELECT * FROM profile ORDER BY _pno"
CONCERNED = """
SELECT DISTINCT pno, doc FROM (
    SELECT pno, doc FROM passage UNION ALL SELECT pno, doc FROM passage_end UNION ALL SELECT pno, doc FROM discard
    UNION ALL SELECT pno, doc FROM message
) ORDER BY ALL
"""
WAITING = """
SELECT pno, doc, node, wake_at AS until, ends_at, entry, vars, hold > 0 AS is_paused, 'passage' AS what FROM passage
UNION ALL SELECT pno, doc, node, due_at, NULL, entry, vars, hold > 0, 'message' FROM held
UNION ALL SELECT pno, doc, 0, due_at, NULL, entry, NULL, false, 'entry' FROM queued
ORDER BY 1, 4 NULLS LAST
"""
EVENTS = 'SELECT pno, name, e."at" AS happened_at, data FROM event e ORDER BY e."at", "offset"'


def session_state(session: Session) -> Row:
    """Return the clock, and for every profile its attributes, paths, messages and what waits.

    Returns
    -------
    dict
        `now`, `next_at`; `profiles`: for each `id`, `attributes`, `consent`, `events`, `paths` (as `explain`, for the
        documents in which something happened to it), `messages` (rendered), `waiting` (`document`, `node`, `what`,
        `until`, `ends_at`, `entry`, `vars`).
    """
    scratch = session.scratch
    reader = StoreReader(scratch.store.cursor())
    told = read(reader.connection, CONCERNED)
    messages = message_rows(scratch.store, scratch.program, scratch.renderer)
    waiting, events = read(reader.connection, WAITING), read(reader.connection, EVENTS)
    consent = read(reader.connection, "SELECT pno, topic, status FROM consent ORDER BY topic")
    return {
        "now": format_instant(session.now), "next_at": _text(session.next_at),
        "profiles": [
            {
                "id": row["profile_id"], "attributes": _attributes(row),
                "consent": {each["topic"]: each["status"] for each in _of(consent, row)},
                "events": [_event(each) for each in _of(events, row)],
                "paths": [path_of(session, row["profile_id"], id_) for id_ in _documents(session, _of(told, row))],
                "messages": [each for each in messages if each["profile"] == row["profile_id"]],
                "waiting": [_waits(session, each) for each in _of(waiting, row)],
            }
            for row in read(reader.connection, PEOPLE)
        ],
    }  # fmt: skip


def path_of(session: Session, profile: str, document: str) -> Row:
    """Return what happened to a profile in a document, and why, or why nothing did (see `explain`)."""
    processor = session.scratch.processor
    return explain(
        session.scratch.store.cursor(), processor.program, processor.evaluator, profile, document, session.now,
        session.workspace.directory, session.tape, session.born_with(profile),
    )  # fmt: skip


def _of(rows: Iterable[Row], profile: Row) -> list[Row]:
    return [row for row in rows if row["pno"] == profile["_pno"]]


def _documents(session: Session, told: list[Row]) -> list[str]:
    lines = session.scratch.program.by_doc
    return list(dict.fromkeys(lines[row["doc"]].id for row in told if row["doc"] in lines))


def _attributes(row: Row) -> Row:
    return {name: _plain(value) for name, value in row.items() if not name.startswith("_") and name != "profile_id"}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | list) else shown(value).strip("'")


def _event(row: Row) -> Row:
    return {"name": row["name"], "at": format_instant(row["happened_at"]), "properties": decoded(row["data"])}


def _waits(session: Session, row: Row) -> Row:
    line = session.scratch.program.by_doc[row["doc"]]
    return {
        "document": line.id, "node": line.node_ids[row["node"]] or None, "what": row["what"],
        "until": _text(row["until"]), "ends_at": _text(row["ends_at"]), "is_paused": row["is_paused"],
        "entry": decoded(row["entry"]), "vars": decoded(row["vars"]),
    }  # fmt: skip


def _text(at: Any) -> str | None:
    return None if at is None else format_instant(at)
