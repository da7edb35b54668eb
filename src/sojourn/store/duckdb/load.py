"""Reading the state of a batch's profiles out of DuckDB, table by table, when somebody asks for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

import polars as pl

from sojourn.model.reasons import DISCARD_REASONS
from sojourn.model.state import SCHEMAS, Needs, State, conform
from sojourn.store.duckdb.batch import FEW, Batch
from sojourn.store.duckdb.person import HASHED, hashed
from sojourn.store.duckdb.recent import attributes_over, left_over
from sojourn.store.duckdb.statements import Statements
from sojourn.store.duckdb.store import DuckStore

WHOLE: Final = ("consent", "member", "feedback", "conversion", "watched", "inside_fence")
"""Tables of which a batch reads all rows of its profiles."""

FEW_ADDRESSES: Final = 1_000
"""Up to so many rows of a table of addresses are all read, instead of those of the profiles' addresses."""


def load_state(store: DuckStore, profiles: pl.Series, needs: Needs, *, messages_since: datetime | None = None) -> State:
    """Return what a program needs to know about these profiles; it is read when somebody asks for it.

    The store must not be written to while the state is in use.

    Parameters
    ----------
    profiles : Series of Int64
        Numbers of the profiles, each once.
    messages_since : datetime, optional
        Earlier messages are left out, unless the program needs receipts of all times.
    """
    batch = Batch(store, profiles)
    since = None if needs.receipts else messages_since
    return State(
        pl.DataFrame({"_pno": profiles}),
        sources={
            **{table: partial(batch.timed, table) for table in ("passage", "held", "queued", "turn")},
            **{table: partial(batch.table, table) for table in WHOLE},
            "message": partial(_messages, batch, since),
            "event": partial(_events, batch, needs.history),
            "discard": partial(_control, batch),
            "left": partial(_left, batch),
            **{f"rows_{entity}": partial(_rows, batch, f"rows_{entity}") for entity in needs.entities},
        },
        columns=frozenset(store.columns("profile")) - {"_pno", "_created_at"},
        fetch=partial(_attributes, batch),
        lookup=partial(_about, store),
    )


def _rows(batch: Batch, table: str) -> pl.DataFrame:
    return batch.read(f'SELECT * FROM "{table}"', table)


def _attributes(batch: Batch, names: list[str]) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in ("_pno", *names))
    query = f"SELECT {columns} FROM profile t WHERE {batch.are('t._pno')}"
    pending = batch.store.unseen()
    return (
        batch.read(query, "profile")
        if pending is None
        else attributes_over(batch.read_beside(query), batch.frame, pending)
    )


def _messages(batch: Batch, since: datetime | None) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["message"] if name not in ("entry", "vars"))
    query = f"SELECT {columns} FROM message t WHERE {batch.are('t.pno')} AND t.no NOT IN (SELECT no FROM unsent)"
    if since is None:
        return conform("message", batch.numbered("message", query, "unsent"))
    keep = pl.col("at") >= since
    return conform(
        "message",
        batch.numbered("message", f"{query} AND t.at >= $since", "unsent", params={"since": since}, keep=keep),
    )


def _events(batch: Batch, names: frozenset[str]) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["event"])
    query = f"SELECT {columns} FROM event t WHERE {batch.are('t.pno')} AND list_contains($names, t.name)"
    return batch.numbered("event", query, params={"names": sorted(names)}, keep=pl.col("name").is_in(sorted(names)))


def _left(batch: Batch) -> pl.DataFrame:
    columns = "t.doc, t.pno, t.key, max(t.left_at) AS left_at"
    query = f"SELECT {columns} FROM passage_end t WHERE {batch.are('t.pno')} GROUP BY ALL"
    pending = batch.store.unseen()
    return (
        batch.read(query, "passage_end")
        if pending is None
        else left_over(batch.read_beside(query), batch.frame, pending)
    )


def _control(batch: Batch) -> pl.DataFrame:
    reason = DISCARD_REASONS.index("control_group")
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["discard"])
    return batch.read(f"SELECT {columns} FROM discard t WHERE {batch.are('t.pno')} AND t.reason = {reason}", "discard")


def _about(store: DuckStore, table: str, addresses: pl.Series | None) -> pl.DataFrame:
    source = store.source(table)
    if addresses is None:
        return source.read(f"SELECT * FROM {table} LIMIT 1")
    if addresses.len() > FEW:
        some = source.read(f"SELECT * FROM {table} LIMIT {FEW_ADDRESSES + 1}")
        if some.height <= FEW_ADDRESSES and not (store.salt and some["address"].str.starts_with(HASHED).any()):
            return some
    words = addresses.str.to_lowercase().drop_nulls().unique().to_list()
    known = {hashed(store.salt, word): word for word in words} if table == "suppression" and store.salt else {}
    rows = _listed(source, table, pl.Series("address", [*words, *known], dtype=pl.String))
    return rows.with_columns(pl.col("address").replace(known)) if known else rows


def _listed(source: Statements, table: str, asked: pl.Series) -> pl.DataFrame:
    """Return the rows about addresses."""
    if asked.len() <= FEW:
        return source.read(f"SELECT * FROM {table} WHERE lower(address) IN $asked", {"asked": asked.to_list()})
    return source.read(
        f"SELECT * FROM {table} WHERE lower(address) IN (SELECT address FROM given)", given=asked.to_frame()
    )
