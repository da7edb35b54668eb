"""What the log changed after an instant: of the rest, the store knows how it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from sojourn.engine.backtest.period import Period, Readable, slices
from sojourn.engine.backtest.progress import Tell
from sojourn.expr.directory import EntitySpec
from sojourn.store.duckdb import DuckStore

TABLES: Final = """
CREATE TABLE bt_touched (profile_id VARCHAR, name VARCHAR);
CREATE TABLE bt_touched_row (entity VARCHAR, key VARCHAR);
CREATE TABLE bt_seen (profile_id VARCHAR, "at" TIMESTAMPTZ);
"""
TOUCHED: Final = """
INSERT INTO bt_touched SELECT DISTINCT profile_id, unnest(json_keys(traits)) FROM bt_items
WHERE profile_id IS NOT NULL AND traits IS NOT NULL
"""
TOUCHED_BY_ROW: Final = """
INSERT INTO bt_touched SELECT DISTINCT json_extract_string(data, '$.row.profile_id'), unnest(json_keys(data, '$.row'))
FROM bt_items WHERE kind = 'row' AND name = 'profile'
"""
TOUCHED_ROW: Final = """
INSERT INTO bt_touched_row SELECT DISTINCT $entity, json_extract_string(data, $path) FROM bt_items
WHERE kind = 'row' AND name = $entity
"""
SEEN: Final = """
INSERT INTO bt_seen SELECT profile_id, min("at") FROM bt_items
WHERE profile_id IS NOT NULL AND kind NOT IN ('feedback', 'trigger') GROUP BY ALL
"""
READ: Final = ("at", "kind", "profile_id", "name", "data", "traits")


def note_changes(
    store: DuckStore, log: Readable, period: Period, entities: Mapping[str, EntitySpec], tell: Tell
) -> None:  # fmt: skip
    """Fill `bt_touched`, `bt_touched_row` and `bt_seen` with what the log says from the period's beginning on.

    `bt_touched` has the attributes that were written, `bt_touched_row` the rows of entities, `bt_seen` when each
    profile was first heard of.
    """
    store.connection.execute(TABLES)
    for items in slices(log, period.first, period.taken):
        with store.frames(bt_items=items.select(READ)):
            _note(store, items, entities)
        tell("reading the log", items.height)


def _note(store: DuckStore, items: pl.DataFrame, entities: Mapping[str, EntitySpec]) -> None:
    connection = store.connection
    if items["traits"].null_count() < items.height:
        connection.execute(TOUCHED)
    connection.execute(SEEN)
    rows = set(items.filter(pl.col("kind") == "row")["name"].drop_nulls().unique())
    if "profile" in rows:
        connection.execute(TOUCHED_BY_ROW)
    for entity in rows.intersection(entities) - {"profile"}:
        connection.execute(TOUCHED_ROW, {"entity": entity, "path": f'$.row."{entities[entity].key}"'})
