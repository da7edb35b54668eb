"""Writing a batch's changes into DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from sojourn.expr.dtypes import sql_of
from sojourn.model.state import SCHEMAS, Changes, empty
from sojourn.store.duckdb.batch import FEW

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore


def write_changes(store: DuckStore, changes: Changes) -> None:
    """Write all changes; the caller holds the transaction."""
    for table, numbers in changes.drop.items():
        drop_rows(store, table, pl.concat(numbers))
    for frame in changes.created:
        insert(store, "profile", frame)
    if changes.attributes is not None and changes.attributes.height:
        write_attributes(store, changes.attributes, changes.written)
    for table, frames in changes.append.items():
        insert(store, table, pl.concat(frames))
    for table, frame in changes.replaced.items():
        replace(store, table, frame)
    for doc, at in changes.runs.items():
        store.connection.execute(
            "UPDATE document SET last_run_at = ?, runs = coalesce(runs, 0) + 1 WHERE doc = ?", [at, doc]
        )
    for doc, members in changes.taken.items():
        store.connection.execute("DELETE FROM taken WHERE doc = ?", [doc])
        insert(store, "taken", members.select(pl.lit(doc).alias("doc"), "pno"))
    for table, (profiles, rows) in changes.rewritten.items():
        rewrite(store, table, profiles, rows)


def insert(store: DuckStore, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a table, by column names."""
    if frame.height <= FEW and table in SCHEMAS:
        columns = {column.name: column.to_list() for column in frame.iter_columns()}
        store.run(few_rows(table, frame.columns), columns)
    else:
        store.write(f'INSERT INTO "{table}" BY NAME SELECT * FROM given', frame)
    store.inserted(table, frame)


def few_rows(table: str, names: Sequence[str]) -> str:
    """Return the statement that inserts rows whose columns are its parameters, which few rows are faster as."""
    columns = ", ".join(f'"{name}"' for name in names)
    kinds = empty(table).schema
    values = ", ".join(f"unnest(${name}::{sql_of(kinds[name])}[])" for name in names)
    return f'INSERT INTO "{table}" ({columns}) SELECT {values}'


def drop_rows(store: DuckStore, table: str, numbers: pl.Series) -> None:
    """Delete the rows with these numbers."""
    if numbers.len() == 1:
        store.run(f'DELETE FROM "{table}" WHERE no = ?', [numbers[0]])
    else:
        given = pl.DataFrame({"no": numbers.unique()})
        store.write(f'DELETE FROM "{table}" USING given WHERE "{table}".no = given.no', given)
    store.waiting.gone(table)


def write_attributes(store: DuckStore, frame: pl.DataFrame, written: frozenset[str]) -> None:
    """Set the attributes that changed, all of a profile's at once."""
    sets = ", ".join(f'"{name}" = given."{name}"' for name in sorted(written))
    given = frame.select("_pno", *sorted(written))
    store.write(f"UPDATE profile SET {sets} FROM given WHERE profile._pno = given._pno", given)


KEYS = {
    "consent": ("pno", "topic"),
    "soft_bounce": ("channel", "address"),
    "suppression": ("channel", "address"),
    "cached": ("target", "params"),
}
"""What identifies a row of the small tables that are written over."""


def replace(store: DuckStore, table: str, frame: pl.DataFrame) -> None:
    """Replace the rows that share their key with the frame's by the frame's."""
    match = " AND ".join(f'"{table}"."{key}" = given."{key}"' for key in KEYS[table])
    store.write(f'DELETE FROM "{table}" USING given WHERE {match}', frame)
    insert(store, table, frame)


def rewrite(store: DuckStore, table: str, profiles: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Replace all rows of these profiles."""
    store.write(f'DELETE FROM "{table}" USING given WHERE "{table}".pno = given.pno', profiles)
    insert(store, table, rows)
