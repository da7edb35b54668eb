"""Writing a batch's changes into DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.expr.dtypes import sql_of
from sojourn.model.state import SCHEMAS, Changes, empty
from sojourn.store.duckdb.batch import FEW
from sojourn.store.duckdb.behind import Parts
from sojourn.store.duckdb.merging import merged
from sojourn.store.duckdb.statements import Statements

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore


def note_changes(store: DuckStore, changes: Changes) -> None:
    """Note what is known of the tables once changes are written."""
    for table in changes.drop:
        store.waiting.gone(table)
    for frame in changes.created:
        store.index.learn(frame)
    for table, frames in changes.append.items():
        for frame in frames:
            store.waiting.put(table, frame)
    for table, (_, rows) in changes.rewritten.items():
        store.waiting.put(table, rows)


def write_parts(to: Statements, parts: Parts) -> None:
    """Write changes in their order, and values of `meta`; the caller holds the transaction."""
    for changes in merged([changes for changes, _ in parts]):
        write_changes(to, changes)
    write_meta(to, {name: value for _, meta in parts for name, value in meta.items()})


def write_changes(to: Statements, changes: Changes) -> None:
    """Write all changes; the caller holds the transaction."""
    for table, numbers in changes.drop.items():
        drop_rows(to, table, pl.concat(numbers))
    for frame in changes.created:
        append(to, "profile", frame)
    if changes.attributes is not None and changes.attributes.height:
        write_attributes(to, changes.attributes, changes.written)
    for table, frames in changes.append.items():
        append(to, table, pl.concat(frames))
    for table, frame in changes.replaced.items():
        replace(to, table, frame)
    for doc, at in changes.runs.items():
        to.run("UPDATE document SET last_run_at = ?, runs = coalesce(runs, 0) + 1 WHERE doc = ?", [at, doc])
    for doc, members in changes.taken.items():
        to.run("DELETE FROM taken WHERE doc = ?", [doc])
        append(to, "taken", members.select(pl.lit(doc).alias("doc"), "pno"))
    for table, (profiles, rows) in changes.rewritten.items():
        rewrite(to, table, profiles, rows)


def insert(store: DuckStore, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, by column names, and note it."""
    append(store.statements, table, frame)
    store.inserted(table, frame)


def append(to: Statements, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, by column names."""
    if frame.height == 1 and table in SCHEMAS:
        to.run(one_row(table, tuple(frame.columns)), frame.row(0, named=True))
    elif frame.height <= FEW and table in SCHEMAS:
        columns = {column.name: column.to_list() for column in frame.iter_columns()}
        to.run(few_rows(table, tuple(frame.columns)), columns)
    else:
        to.write(f'INSERT INTO "{table}" BY NAME SELECT * FROM given', frame)


@cache
def one_row(table: str, names: tuple[str, ...]) -> str:
    """Return the statement that inserts a row whose values are its parameters."""
    columns, kinds = ", ".join(f'"{name}"' for name in names), empty(table).schema
    values = ", ".join(f"${name}::{sql_of(kinds[name])}" for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({values})'


@cache
def few_rows(table: str, names: tuple[str, ...]) -> str:
    """Return the statement that inserts rows whose columns are its parameters, which few rows are faster as."""
    columns = ", ".join(f'"{name}"' for name in names)
    kinds = empty(table).schema
    values = ", ".join(f"unnest(${name}::{sql_of(kinds[name])}[])" for name in names)
    return f'INSERT INTO "{table}" ({columns}) SELECT {values}'


def drop_rows(to: Statements, table: str, numbers: pl.Series) -> None:
    """Delete the rows with these numbers."""
    if numbers.len() == 1:
        to.run(f'DELETE FROM "{table}" WHERE no = ?', [numbers[0]])
    else:
        given = pl.DataFrame({"no": numbers.unique()})
        to.write(f'DELETE FROM "{table}" USING given WHERE "{table}".no = given.no', given)


def write_attributes(to: Statements, frame: pl.DataFrame, written: frozenset[str]) -> None:
    """Set the attributes that changed, all of a profile's at once."""
    sets = ", ".join(f'"{name}" = given."{name}"' for name in sorted(written))
    given = frame.select("_pno", *sorted(written))
    to.write(f"UPDATE profile SET {sets} FROM given WHERE profile._pno = given._pno", given)


REWRITE_META: Final = """
UPDATE meta SET value = $values[list_position($names, name)] WHERE list_contains($names::VARCHAR[], name)
"""
ADD_META: Final = """
INSERT INTO meta SELECT * FROM (SELECT unnest($names::VARCHAR[]) AS name, unnest($values::VARCHAR[]) AS value)
WHERE name NOT IN (SELECT name FROM meta)
"""


def write_meta(to: Statements, values: Mapping[str, str]) -> None:
    """Write values of the `meta` table."""
    if not values:
        return
    pairs = {"names": list(values), "values": list(values.values())}
    if len(values) == 1:
        [(name, value)] = values.items()
        [(known,)] = to.run("UPDATE meta SET value = $value WHERE name = $name", {"name": name, "value": value})
    else:
        [(known,)] = to.run(REWRITE_META, pairs)
    if known != len(values):
        to.run(ADD_META, pairs)


KEYS = {
    "consent": ("pno", "topic"),
    "soft_bounce": ("channel", "address"),
    "suppression": ("channel", "address"),
    "cached": ("target", "params"),
}
"""What identifies a row of the small tables that are written over."""


def replace(to: Statements, table: str, frame: pl.DataFrame) -> None:
    """Replace the rows that share their key with the frame's by the frame's."""
    match = " AND ".join(f'"{table}"."{key}" = given."{key}"' for key in KEYS[table])
    to.write(f'DELETE FROM "{table}" USING given WHERE {match}', frame)
    append(to, table, frame)


def rewrite(to: Statements, table: str, profiles: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Replace all rows of these profiles."""
    to.write(f'DELETE FROM "{table}" USING given WHERE "{table}".pno = given.pno', profiles)
    append(to, table, rows)
