"""Reading the state of a batch's profiles out of DuckDB, table by table, when somebody asks for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

import polars as pl

from sojourn.model.reasons import DISCARD_REASONS
from sojourn.model.state import SCHEMAS, Needs, State, conform
from sojourn.store.duckdb.batch import FEW, Batch
from sojourn.store.duckdb.store import DuckStore

WHOLE: Final = ("consent", "member", "feedback", "conversion", "watched", "inside_fence")
"""Tables of which a batch reads all rows of its profiles."""


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
            **{f"rows_{entity}": partial(store.read, f'SELECT * FROM "rows_{entity}"') for entity in needs.entities},
        },
        columns=frozenset(store.columns("profile")) - {"_pno", "_created_at"},
        fetch=partial(_attributes, batch),
        lookup=partial(_about, store),
    )


def _attributes(batch: Batch, names: list[str]) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in ("_pno", *names))
    return batch.read(f"SELECT {columns} FROM profile t WHERE {batch.are('t._pno')}")


def _messages(batch: Batch, since: datetime | None) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["message"] if name not in ("entry", "vars"))
    query = f"SELECT {columns} FROM message t WHERE {batch.are('t.pno')} AND t.no NOT IN (SELECT no FROM unsent)"
    if since is None:
        return conform("message", batch.read(query))
    return conform("message", batch.read(f"{query} AND t.at >= $since", {"since": since}))


def _events(batch: Batch, names: frozenset[str]) -> pl.DataFrame:
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["event"])
    query = f"SELECT {columns} FROM event t WHERE {batch.are('t.pno')} AND list_contains($names, t.name)"
    return batch.read(query, {"names": sorted(names)})


def _left(batch: Batch) -> pl.DataFrame:
    columns = "t.doc, t.pno, t.key, max(t.left_at) AS left_at"
    return batch.read(f"SELECT {columns} FROM passage_end t WHERE {batch.are('t.pno')} GROUP BY ALL")


def _control(batch: Batch) -> pl.DataFrame:
    reason = DISCARD_REASONS.index("control_group")
    columns = ", ".join(f't."{name}"' for name in SCHEMAS["discard"])
    return batch.read(f"SELECT {columns} FROM discard t WHERE {batch.are('t.pno')} AND t.reason = {reason}")


def _about(store: DuckStore, table: str, addresses: pl.Series | None) -> pl.DataFrame:
    if addresses is None:
        return store.read(f"SELECT * FROM {table} LIMIT 1")
    asked = pl.DataFrame({"address": addresses.str.to_lowercase()})
    if asked.height <= FEW:
        return store.read(
            f"SELECT * FROM {table} WHERE lower(address) IN $asked", {"asked": asked["address"].to_list()}
        )
    return store.read(f"SELECT * FROM {table} WHERE lower(address) IN (SELECT address FROM given)", given=asked)
