"""Profiles for test sessions, copied from the live store or made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from sojourn.engine.session import Cast
from sojourn.expr.directory import EntitySpec
from sojourn.messages.addresses import ATTRIBUTE
from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant
from sojourn.model.items import compact_json
from sojourn.reports.reading import Cursor, Row, read

ROWS_AT_MOST: Final = 10_000
"""Rows of an entity that are copied."""
EVENTS_AT_MOST: Final = 10_000
"""Events of a profile that are copied, the newest."""


class NoSuchProfile(SojournError):
    """A profile that is to be copied is not there."""

    code = "TEST-005"

    def __init__(self, ids: Iterable[str]) -> None:
        named = ", ".join(f"`{id}`" for id in ids)
        super().__init__(f"the live store has no profile {named}", hint="make it up: leave out `copy`")


def made_up(wish: Mapping[str, Any]) -> Cast:
    """Return a profile as a caller describes it."""
    events = [
        {"name": event["event"], "at": event["timestamp"], "data": compact_json(event["properties"])}
        for event in wish["events"]
    ]
    return Cast(wish["id"], wish["attributes"], wish["consent"], events)


BY_ALIAS: Final = "SELECT p.*, i.alias FROM profile p JOIN identity i ON i.pno = p._pno WHERE i.alias IN $ids"


def copied(cursor: Cursor, wishes: Sequence[Cast]) -> list[Cast]:
    """Return profiles of the live store, with what their wishes say beside it.

    Raises
    ------
    NoSuchProfile
        With all that are not there.
    """
    ids = [wish.id for wish in wishes]
    people = {row["profile_id"]: row for row in read(cursor, "SELECT * FROM profile WHERE profile_id IN $ids", _(ids))}
    people |= {row.pop("alias"): row for row in read(cursor, BY_ALIAS, _(ids))}
    if missing := [id for id in ids if id not in people]:
        raise NoSuchProfile(missing)
    return [_copied(cursor, wish, people[wish.id]) for wish in wishes]


def _(ids: Sequence[str]) -> dict[str, object]:
    return {"ids": list(ids)}


def _copied(cursor: Cursor, wish: Cast, row: Row) -> Cast:
    number = {"pno": row["_pno"]}
    own = {name: value for name, value in row.items() if not name.startswith("_") and name != "profile_id"}
    consent = {
        r["topic"]: r["status"] for r in read(cursor, "SELECT topic, status FROM consent WHERE pno = $pno", number)
    }
    query = f"""
        SELECT name, e."at" AS happened_at, data FROM event e WHERE pno = $pno
        ORDER BY e."at" DESC LIMIT {EVENTS_AT_MOST}
    """
    events = [
        {"name": each["name"], "at": each["happened_at"], "data": each["data"]}
        for each in reversed(read(cursor, query, number))
    ]
    return Cast(
        wish.id, {**_json(own), **wish.attributes}, {**consent, **wish.consent}, [*events, *wish.events]
    )  # fmt: skip


def _json(row: Row) -> Row:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    return value.isoformat() if isinstance(value, date) else value


def rows_of(cursor: Cursor, entities: Mapping[str, EntitySpec], ids: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows of other entities that are linked to profiles; of those that know no profile, the first ones."""
    present = {row["table_name"] for row in read(cursor, "SELECT table_name FROM duckdb_tables()")}
    found: dict[str, list[Row]] = {}
    for id, spec in entities.items():
        if id == "profile" or f"rows_{id}" not in present:
            continue
        columns = [
            column for link in spec.links.values() if link.to == "profile"
            for column, target in link.on.items() if target == "profile_id"
        ]  # fmt: skip
        where = " OR ".join(f'CAST("{column}" AS VARCHAR) IN $ids' for column in columns)
        query = f'SELECT * FROM "rows_{id}"' + (f" WHERE {where}" if where else "") + f" LIMIT {ROWS_AT_MOST}"
        found[id] = [_json(row) for row in read(cursor, query, _(ids) if where else None)]
    return found


def suppressed(cursor: Cursor, profiles: Sequence[Cast]) -> pl.DataFrame:
    """Return the rows of the suppression list that are about the profiles' addresses."""
    names = set(ATTRIBUTE.values())
    addresses = [str(value).lower() for each in profiles for name, value in each.attributes.items() if name in names]
    query = "SELECT * FROM suppression WHERE lower(address) IN $ids"
    frame: pl.DataFrame = cursor.sql(query, params=_(addresses)).pl()
    return frame
