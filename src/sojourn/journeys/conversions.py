"""Counting conversions: the first matching event within a time of each receipt (spec, section 5)."""

from __future__ import annotations

import polars as pl

from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import as_json
from sojourn.journeys.matching import Round
from sojourn.journeys.program import Goal
from sojourn.model.reasons import DISCARD_REASONS

CONTROL = -2
"""Variant code of a would-be send to a profile of the control group."""


def convert(flow: Flow, round_: Round) -> None:
    """Count the round's items for the receipts whose time still runs."""
    for number, goal in enumerate(flow.line.goals):
        found = round_.matches(goal.matcher)
        if found.height:
            _count(flow, number, goal, found)


def _count(flow: Flow, number: int, goal: Goal, found: pl.DataFrame) -> None:
    fold = flow.fold
    running = (
        receipts(flow)
        .join(found.select("pno", "at"), on="pno", how="inner")
        .filter((pl.col("received_at") <= pl.col("at")) & (pl.col("received_at") + goal.within >= pl.col("at")))
    )
    done = fold.state["conversion"].filter(pl.col("goal") == number).select("receipt")
    fresh = running.join(done, on="receipt", how="anti").with_columns(
        pl.lit(flow.line.doc, pl.Int32).alias("doc"), pl.lit(number, pl.Int16).alias("goal")
    )
    if not fresh.height:
        return
    fold.changes.add("conversion", fresh)
    fold.remember("conversion", fresh)
    if ("feedback", "converted") in fold.program.listens:
        told = pl.lit(as_json({"of": flow.line.id}))
        fold.follow(flow.line, fresh, "feedback", "converted", told)


def receipts(flow: Flow) -> pl.DataFrame:
    """Return the document's receipts, the first message of each send, and the would-be sends to its control group."""
    docs = flow.fold.program.numbers(flow.line.id)
    sent = (
        flow.fold.state["message"]
        .filter(pl.col("doc").is_in(docs))
        .sort("no")
        .group_by("pno", "passage")
        .agg(
            pl.col("no").first().alias("receipt"), pl.col("at").first().alias("received_at"), pl.col("variant").first()
        )
        .select("pno", "receipt", "received_at", "variant")
    )
    control = (
        flow.fold.state["discard"]
        .filter(pl.col("doc").is_in(docs) & (pl.col("reason") == DISCARD_REASONS.index("control_group")))
        .select(
            "pno",
            pl.col("no").alias("receipt"),
            pl.col("at").alias("received_at"),
            pl.lit(CONTROL, pl.Int16).alias("variant"),
        )
    )
    return pl.concat([sent, control])
