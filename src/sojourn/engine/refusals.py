"""Rejects in the store: items that the engine cannot process, calls and rows that could not be taken in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl

from sojourn.model.erasure import digest_of
from sojourn.model.state import conform
from sojourn.store.duckdb import DuckStore
from sojourn.store.duckdb.commit import insert

TOO_LATE: Final = "ITEM-018"
"""An item for a document that is over, which may happen to every sender."""


def refuser(store: DuckStore) -> Callable[[pl.DataFrame, str, str], None]:
    """Return what keeps refused items, in the transaction of their batch."""

    def refuse(items: pl.DataFrame, code: str, reason: str) -> None:
        items = living(store, items)
        if not items.height:
            return
        rows = [
            {"offset": item["offset"], "at": item["at"], "source": "engine", "code": code,
             "reason": f"the {item['kind']} for `{item['profile_id']}` {reason}",
             "item": json.dumps(item, default=str, ensure_ascii=False)}
            for item in items.iter_rows(named=True)
        ]  # fmt: skip
        insert(store, "reject", conform("reject", pl.DataFrame(rows)))

    return refuse


def living(store: DuckStore, items: pl.DataFrame) -> pl.DataFrame:
    """Return items without those about people who were erased: what comes late of them is not kept."""
    if not store.salt:
        return items
    named = [digest_of(store.salt, id) if id else "" for id in items["profile_id"].to_list()]
    query = "SELECT DISTINCT unnest(digests) AS digest FROM erasure"
    gone = set(store.read(query)["digest"].to_list()).intersection(named)
    return items.filter([digest not in gone for digest in named]) if gone else items


def keep_rejects(store: DuckStore, at: Sequence[datetime], rejects: Sequence[Any]) -> None:
    """Store rejects (`source`, `line`, `code`, `reason`, `item`) of a file or of calls, each with its instant."""
    if not rejects:
        return
    names = ("source", "line", "code", "reason", "item")
    rows = [
        {"at": instant, **{name: getattr(reject, name) for name in names}}
        for instant, reject in zip(at, rejects, strict=True)
    ]
    insert(store, "reject", conform("reject", pl.DataFrame(rows, schema_overrides={"line": pl.Int64})))
