"""Letting the members of an audience into a line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from sojourn.journeys.entry import enter
from sojourn.journeys.flow import Flow
from sojourn.journeys.program import Line
from sojourn.model.state import INSTANT

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor


def enter_chunk(
    processor: Processor, line: Line, members: pl.Series, at: datetime, place: int, rate: float | None,
    event: str | None, own: int | None,
) -> None:  # fmt: skip
    """Let some members in, and commit.

    Parameters
    ----------
    place : int
        Of the first of them among all members of the run.
    rate : float or None
        Members per second.
    """
    fold = processor.fold_for(members)
    fold.state.profile = (
        fold.state.profile.join(
            pl.DataFrame({"_pno": members, "i": pl.int_range(members.len(), eager=True)}), on="_pno"
        )
        .sort("i")
        .drop("i")
    )
    delays = pl.int_range(place, place + members.len(), eager=True)
    instants = pl.Series("at", [at], dtype=INSTANT).new_from_index(0, members.len())
    if rate:
        instants = instants + (delays * (1_000_000 / rate)).cast(pl.Int64).cast(pl.Duration("us"))
    candidates = pl.DataFrame({"pno": members, "at": instants}).with_columns(
        pl.lit(event, pl.String).alias("event"), pl.lit(own, pl.Int64).alias("own")
    )
    flow = Flow(fold, line)
    enter(flow, candidates)
    flow.run()
    processor.commit(fold.finish())
