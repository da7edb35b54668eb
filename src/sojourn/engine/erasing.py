"""Erasing people on the engine's thread: what is under way ends, then their rows go (ADR 0016)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from sojourn.journeys.flow import Flow
from sojourn.model.reasons import DISCARD_REASONS
from sojourn.store.duckdb.erasing import UNSENT, erase_rows, note_erasure
from sojourn.store.duckdb.person import SALT, Person

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor


def erase(processor: Processor, people: Sequence[Person], at: datetime, salt: str) -> int:
    """Erase people from the store, in one transaction; the log still has them.

    Parameters
    ----------
    people : sequence of Person
        Each once; all that is in the log about them before has been taken.
    salt : str
        Is put before what is kept as a hash.

    Returns
    -------
    int
        Number of the erasure, whose row names the people until the log is done, too.
    """
    store = processor.store
    numbers = pl.Series("pno", [person.pno for person in people], dtype=pl.Int64)
    with store.transaction():
        _end_everything(processor, numbers, at)
        unsent = {"at": at, "reason": DISCARD_REASONS.index("stopped"), "pnos": numbers.to_list()}
        store.connection.execute(UNSENT, unsent)
        store.connection.execute(
            "DELETE FROM message USING outbox WHERE message.no = outbox.no AND message.pno IN $pnos",
            {"pnos": numbers.to_list()},
        )
        store.connection.execute("DELETE FROM outbox WHERE no NOT IN (SELECT no FROM message)")
        store.set_meta({SALT: salt})
        erase_rows(store, people, processor.audiences.directory.entities, salt)
        no = note_erasure(store, people, at, processor.offset, salt)
    store.erased(numbers.to_list())
    processor.audiences.forget()
    return no


def _end_everything(processor: Processor, numbers: pl.Series, at: datetime) -> None:
    """End passages, pending sends and messages that wait, so that counts add up."""
    fold = processor.fold_for(numbers)
    for line in processor.program.lines:
        Flow(fold, line).end_all(at, "stopped", "stopped")
    processor.settle(fold)
    processor.commit(fold.finish())
