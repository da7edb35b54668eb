"""Messages that quiet hours hold: when they are due they pass the gate again, from the second test on."""

from __future__ import annotations

import polars as pl

from sojourn.journeys.flow import HELD, Flow
from sojourn.journeys.sending import send


def release(flow: Flow, rows: pl.DataFrame) -> None:
    """Decide held messages (columns of `held`, and `at`) that are due; a paused document holds them on."""
    if not rows.height:
        return
    if flow.line.paused:
        flow.fold.put_down("held", rows.with_columns(pl.lit(HELD, pl.Int8).alias("hold")))
        return
    for (node, slot), part in rows.group_by("node", "slot", maintain_order=True):
        operator = flow.line.operators[node]
        ready = part.drop("slot", "what", "due_at", "variant", "to", strict=False).with_columns(
            pl.col("no").alias("held_no")
        )
        send(flow, node, operator.slots[slot], ready, again=not flow.line.spread)


def resume(flow: Flow, rows: pl.DataFrame) -> None:
    """Let messages that a pause held (columns of `held`, and `at`) be due again.

    Those of a triggered campaign are tested for duration and window again.
    """
    timing = flow.line.timing
    due = rows["at"]
    if timing is not None and rows.height:
        for reason, failing in timing.tests_at_send(flow.fold):
            bad = failing(rows)
            flow.fold.discard(flow.line, -1, rows.filter(bad).unique("passage", maintain_order=True), reason)
            rows = rows.filter(~bad)
        due = timing.moved(flow.fold, rows, rows["at"])
    flow.fold.put_down("held", rows.with_columns(pl.lit(0, pl.Int8).alias("hold"), due.alias("due_at")))
