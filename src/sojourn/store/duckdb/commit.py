"""Writing a batch's changes into DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from sojourn.model.state import Changes

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
    with store.frames(incoming=frame):
        store.connection.execute(f'INSERT INTO "{table}" BY NAME SELECT * FROM incoming')


def drop_rows(store: DuckStore, table: str, numbers: pl.Series) -> None:
    """Delete the rows with these numbers."""
    with store.frames(dropped=pl.DataFrame({"no": numbers.unique()})):
        store.connection.execute(f'DELETE FROM "{table}" USING dropped WHERE "{table}".no = dropped.no')


def write_attributes(store: DuckStore, frame: pl.DataFrame, written: frozenset[str]) -> None:
    """Set the attributes that changed, all of a profile's at once."""
    sets = ", ".join(f'"{name}" = fresh."{name}"' for name in sorted(written))
    with store.frames(fresh=frame.select("_pno", *sorted(written))):
        store.connection.execute(f"UPDATE profile SET {sets} FROM fresh WHERE profile._pno = fresh._pno")


KEYS = {
    "consent": ("pno", "topic"),
    "soft_bounce": ("channel", "address"),
    "suppression": ("channel", "address"),
    "cached": ("target", "params"),
}
"""What identifies a row of the small tables that are written over."""


def replace(store: DuckStore, table: str, frame: pl.DataFrame) -> None:
    """Replace the rows that share their key with the frame's by the frame's."""
    match = " AND ".join(f'"{table}"."{key}" = fresh."{key}"' for key in KEYS[table])
    with store.frames(fresh=frame):
        store.connection.execute(f'DELETE FROM "{table}" USING fresh WHERE {match}')
    insert(store, table, frame)


def rewrite(store: DuckStore, table: str, profiles: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Replace all rows of these profiles."""
    with store.frames(fresh=profiles):
        store.connection.execute(f'DELETE FROM "{table}" USING fresh WHERE "{table}".pno = fresh.pno')
    insert(store, table, rows)
