"""Fresh numbers for what a profile has under way that becomes part of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

NUMBERS: Final = """
SELECT DISTINCT t.n AS old FROM (
    SELECT unnest([no, wake_no]) AS n FROM passage
    WHERE pno = $pno AND (wake_no IS NULL OR wake_no NOT IN (SELECT no FROM call))
    UNION ALL SELECT no FROM held WHERE pno = $pno
    UNION ALL SELECT no FROM queued WHERE pno = $pno
) t WHERE t.n IS NOT NULL ORDER BY 1
"""
"""Calls that are being made keep their numbers: their answers name them."""

COLUMNS: Final = (
    ("passage", "no"), ("passage", "wake_no"), ("held", "no"), ("held", "passage"), ("queued", "no"),
    ("step", "passage"), ("message", "passage"), ("answer", "passage"),
)  # fmt: skip


def renumber(processor: Processor, pno: int) -> None:
    """Give a profile's passages, held messages and waiting entries new numbers, in their own order.

    Timers of one instant go off in the order of their numbers. Those of two profiles were given in an order that
    depends on how the log was cut; from now on those of the profile that stays come first.
    """
    store = processor.store
    found = store.read(NUMBERS, {"pno": pno})
    if not found.height:
        return
    first = processor.counter
    processor.counter = first + found.height
    fresh = found.with_columns(pl.int_range(first, processor.counter, dtype=pl.Int64, eager=True).alias("fresh"))
    for table, column in COLUMNS:
        store.write(
            f"UPDATE {table} SET {column} = given.fresh FROM given WHERE {table}.{column} = given.old "
            f"AND {table}.pno = {pno:d}",
            fresh,
        )
