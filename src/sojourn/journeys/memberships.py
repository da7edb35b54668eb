"""Who enters and leaves the watched audiences: profiles that an item touches, and those whose window of time moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from sojourn.expr import Condition, Expression, union
from sojourn.expr.directory import Directory
from sojourn.journeys.fold import Fold
from sojourn.model.document import Catalog
from sojourn.model.state import INSTANT

TURNED: Final = "turned"
"""Kind of item by which time alone makes a profile's membership be looked at."""

_DUE: Final = "due at"


def changes(fold: Fold, items: pl.DataFrame) -> pl.DataFrame:
    """Re-evaluate the watched audiences for the profiles of a round, and plan when to look again.

    Returns
    -------
    frame
        `pno`, `audience` and `entered`: true for who entered, false for who left.
    """
    program = fold.program
    rows = items.select("pno", "at").with_columns(
        event=pl.lit(None, pl.String),
        entry=pl.lit(None, pl.String),
        vars=pl.lit(None, pl.String),
        own=pl.lit(None, pl.Int64),
    )
    asked: dict[str, Condition | Expression] = dict(program.watched)
    if program.turn is not None:
        asked[_DUE] = program.turn
    now = fold.values(rows, asked)
    if program.turn is not None:
        _plan(fold, rows.select("pno", now[_DUE].alias("due_at")))
    found = pl.concat([_moves(fold, audience, rows, now[audience]) for audience in program.watched])
    if found.height:
        stay = fold.state["watched"].join(found.filter(~pl.col("entered")), on=["audience", "pno"], how="anti")
        fold.state["watched"] = pl.concat([stay, found.filter("entered").select("audience", "pno")])
        fold.rewrite("watched", found["pno"])
    return found


def _moves(fold: Fold, audience: str, rows: pl.DataFrame, is_member: pl.Series) -> pl.DataFrame:
    members = rows.filter(is_member.fill_null(False)).select("pno")
    known = fold.state["watched"].filter(pl.col("audience") == audience).select("pno")
    before = known.join(rows, on="pno", how="semi")
    entered, left = members.join(before, on="pno", how="anti"), before.join(members, on="pno", how="anti")
    return pl.concat([
        entered.select("pno", pl.lit(audience).alias("audience"), pl.lit(True).alias("entered")),
        left.select("pno", pl.lit(audience).alias("audience"), pl.lit(False).alias("entered")),
    ])  # fmt: skip


# ---- when time alone may change it -----------------------------------------------------------------------------------


def turn_of(watched: Mapping[str, Condition]) -> Expression | None:
    """Return the next instant at which a window may change one of the memberships; None where none has a window."""
    turns = dict.fromkeys(turn for condition in watched.values() for turn in condition.turns)
    if not turns:
        return None
    reads = union([condition.reads for condition in watched.values() if condition.turns])
    return Expression(f"least({', '.join(turns)})", "TIMESTAMP WITH TIME ZONE", reads, "the end of a window")


def _plan(fold: Fold, due: pl.DataFrame) -> None:
    """Set the timers of profiles (`pno`, `due_at`) where their instant has moved."""
    before = fold.state["turn"].select("pno", "no", pl.col("due_at").alias("was"))
    moved = due.join(before, on="pno", how="left", maintain_order="left").filter(
        pl.col("due_at").ne_missing(pl.col("was"))
    )
    if not moved.height:
        return
    fold.lift("turn", moved.select("no").drop_nulls())
    fresh = moved.filter(pl.col("due_at").is_not_null())
    fold.put_down("turn", fresh.select(fold.numbers(fresh.height), "pno", "due_at"))


def turned(fold: Fold, timers: pl.DataFrame) -> pl.DataFrame:
    """Take the timers (`pno`, `due`, `no`, `what`) of windows that move; return the items that they are."""
    due = timers.filter(pl.col("what") == "turn") if timers.height else timers
    if not due.height:
        return NO_TURNS
    fold.lift("turn", fold.state["turn"].join(due.select("no"), on="no", how="semi"))
    return as_items(due.select("pno", pl.col("due").alias("at")), fold.numbers(due.height))


def as_items(rows: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Return the items by which profiles (`pno`, `at`) are looked at again."""
    nothing = (pl.lit(None, pl.String).alias(name) for name in ("name", "data", "traits"))
    return rows.select(
        "pno", (-numbers).alias("offset"), "at", pl.col("at").alias("occurred_at"), pl.lit(TURNED).alias("kind"),
        *nothing,
    )  # fmt: skip


NO_TURNS: Final = as_items(pl.DataFrame(schema={"pno": pl.Int64, "at": INSTANT}), pl.Series(dtype=pl.Int64))


# ---- what only a look at everybody can tell --------------------------------------------------------------------------


def is_swept(condition: Condition, catalog: Catalog, directory: Directory) -> bool:
    """Tell whether membership may change with neither an item of the profile nor the end of a window.

    That is so where the clock is read (`now()`), a query asked, or rows counted with others that no profile is linked
    to, such as the hotel of a booking.
    """
    reads = condition.reads
    queries = (document for id in reads.members if (document := catalog.get("audience", id)) is not None)
    return reads.clock or any(document.sql is not None for document in queries) or any(
        all(link.to != "profile" for link in directory.entities[entity].links.values()) for entity in reads.entities
    )  # fmt: skip


def sweep_every(catalog: Catalog) -> timedelta:
    """Return how often everybody is looked at: by the workspace's document, else every hour."""
    return next((settings.audience_refresh for settings in catalog.all("workspace").values()), timedelta(hours=1))
