"""Finding the item, or the passage, whose processing always fails, so that everything else goes on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, Protocol

import polars as pl
import structlog

from sojourn.engine.processor import CHUNK, Processor
from sojourn.journeys.advance import advance
from sojourn.model.errors import SojournError
from sojourn.model.items import ITEM_SCHEMA
from sojourn.model.state import conform
from sojourn.store.duckdb.commit import insert
from sojourn.store.duckdb.errors import STORAGE

NO_ITEMS = pl.DataFrame(schema=dict(ITEM_SCHEMA))
_log = structlog.get_logger(__name__)


class Stuck(SojournError):
    """Something fails that belongs to no single item and no single passage."""

    code = "ENGINE-003"


class Attempts(Protocol):
    """What is needed of the engine."""

    processor: Processor

    def attempt(self, items: pl.DataFrame, horizon: datetime) -> Exception | None:
        """Process items in one transaction; return the error when they do not go through."""
        ...


def isolate(engine: Attempts, items: pl.DataFrame, horizon: datetime) -> None:
    """Process a batch that failed: in halves, down to the item that fails, which is rejected.

    Raises
    ------
    Stuck
        When it fails without any item and any timer.
    """
    _clear_timers(engine, items["at"][0] if items.height else horizon)
    if items.height:
        _halve(engine, items)
    _clear_timers(engine, horizon)


def _halve(engine: Attempts, items: pl.DataFrame) -> None:
    items = items.filter(pl.col("offset") >= engine.processor.offset)  # a campaign commits what came before it
    if not items.height:
        return
    horizon: datetime = items["at"][-1]
    error = engine.attempt(items, horizon)
    if error is None:
        return
    if items.height > 1:
        half = items.height // 2
        _halve(engine, items.head(half))
        _halve(engine, items.slice(half))
        return
    _clear_timers(engine, horizon)
    error = engine.attempt(items, horizon)
    if error is not None:
        _reject(engine.processor, items, error)


def _reject(processor: Processor, item: pl.DataFrame, error: Exception) -> None:
    offset = int(item["offset"][0])
    _log.error("an item was rejected", offset=offset, kind=item["kind"][0], reason=str(error))
    row = {"offset": offset, "at": item["at"][0], "source": "engine", "code": "ENGINE-001", "reason": reason_of(error),
           "item": json.dumps(item.row(0, named=True), default=str, ensure_ascii=False)}  # fmt: skip
    store = processor.store
    with store.transaction():
        insert(store, "reject", conform("reject", pl.DataFrame([row])))
        store.set_meta({"offset": str(offset + 1)})
    processor.offset = offset + 1


def reason_of(error: Exception) -> str:
    """Return an exception's kind and text, short enough for a table."""
    return f"{type(error).__name__}: {error}"[:1_000]


# ---- timers ----------------------------------------------------------------------------------------------------------


def _clear_timers(engine: Attempts, before: datetime) -> None:
    """Let all timers before an instant go off; those of profiles where that fails are put aside."""
    if engine.attempt(NO_ITEMS, before) is None:
        return
    while (due := engine.processor.store.due(before, CHUNK)).len():
        put_aside = _go_off(engine.processor, due.sort(), before)
        left = engine.processor.store.due(before, CHUNK)
        if left.len() and not put_aside and left.sort().equals(due.sort()):
            break
    error = engine.attempt(NO_ITEMS, before)
    if error is not None:
        raise Stuck(f"what happens at {before.isoformat()} fails: {reason_of(error)}", hint="see the server's log")


def _go_off(processor: Processor, profiles: pl.Series, before: datetime) -> int:
    from sojourn.engine.turns import NO_ITEMS as NOTHING

    counter, caps = processor.counter, dict(processor.caps)
    try:
        fold = processor.fold_for(profiles)
        advance(fold, NOTHING, before)
        processor.commit(fold.finish())
    except STORAGE:
        raise
    except Exception as error:  # found by halving
        processor.counter, processor.caps = counter, caps
        if profiles.len() == 1:
            _put_aside(processor, int(profiles[0]), before, error)
            return 1
        half = profiles.len() // 2
        return _go_off(processor, profiles.head(half), before) + _go_off(processor, profiles.slice(half), before)
    return 0


TIMERS: Final = (
    ("passage", "wake_at"), ("passage", "ends_at"), ("held", "due_at"), ("queued", "due_at"), ("turn", "due_at"),
)  # fmt: skip
"""Tables and columns in which instants of profiles are waited for."""


def _put_aside(processor: Processor, pno: int, before: datetime, error: Exception) -> None:
    """Take a profile's timers away that are due, and say so in the rejects."""
    _log.error("a profile's timers were put aside", pno=pno, reason=str(error))
    row = {"at": before, "source": "engine", "code": "ENGINE-002", "reason": reason_of(error),
           "item": json.dumps({"pno": pno})}  # fmt: skip
    store, params = processor.store, {"pno": pno, "before": before}
    with store.transaction():
        insert(store, "reject", conform("reject", pl.DataFrame([row])))
        for table, column in TIMERS:
            store.connection.execute(
                f"UPDATE {table} SET {column} = NULL WHERE pno = $pno AND {column} < $before", params
            )
        store.forget()
