"""Letting the members of an audience into a line, chunk by chunk, each committed with the place reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.journeys.entry import enter
from sojourn.journeys.flow import Flow
from sojourn.journeys.program import Line
from sojourn.model.state import INSTANT, Changes

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

CHUNK: Final = 250_000
"""Members that enter, and are committed, together."""


@dataclass(frozen=True)
class Admission:
    """One reading of an audience into a line.

    Attributes
    ----------
    members : frame
        `pno` and `profile_id`, in the order of `profile_id`.
    rate_per_s : float or None
        Members enter one after the other; None: all at `at`.
    event, own : str and int, or None
        JSON and offset of the business event that brings them in.
    """

    line: Line
    at: datetime
    members: pl.DataFrame
    rate_per_s: float | None = None
    event: str | None = None
    own: int | None = None


@dataclass(frozen=True)
class Run:
    """A scheduled reading, which is marked as done with its last chunk.

    Attributes
    ----------
    taken : frame or None
        All members (`pno`), where the next run takes only who was not among them.
    """

    at: datetime
    taken: pl.DataFrame | None = None


def admit_members(processor: Processor, admission: Admission, run: Run | None = None) -> None:
    """Let all members in; after a crash it goes on behind the last chunk that was committed."""
    doc, members = admission.line.doc, admission.members
    mark = f"admitted:{doc}"
    key = str(admission.own if admission.own is not None else admission.at.isoformat())
    done, _, reached = processor.store.meta(mark).partition("|")
    place = members.filter(pl.col("profile_id") <= reached).height if done == key else 0
    with processor.store.ahead():
        for start in range(place, max(members.height, 1), CHUNK):
            chunk = members.slice(start, CHUNK)
            changes = (
                _queue(processor, admission, chunk, start)
                if admission.rate_per_s
                else _enter(processor, admission, chunk)
            )
            reached = str(chunk["profile_id"][-1]) if chunk.height else reached
            if run is not None and start + chunk.height == members.height:
                changes.runs[doc] = run.at
                changes.taken[doc] = run.taken if run.taken is not None else members.clear().select("pno")
            processor.commit(changes, marks={mark: f"{key}|{reached}"})


def _enter(processor: Processor, admission: Admission, chunk: pl.DataFrame) -> Changes:
    fold = processor.fold_for(chunk["pno"])
    candidates = chunk.select(
        "pno",
        pl.lit(admission.at).cast(INSTANT).alias("at"),
        pl.lit(admission.event, pl.String).alias("event"),
        pl.lit(admission.own, pl.Int64).alias("own"),
    )
    flow = Flow(fold, admission.line)
    enter(flow, candidates)
    flow.run()
    processor.settle(fold)
    return fold.finish()


def _queue(processor: Processor, admission: Admission, chunk: pl.DataFrame, place: int) -> Changes:
    """Give each member the instant at which it enters, as a timer."""
    assert admission.rate_per_s is not None
    changes = Changes(counter=processor.counter + chunk.height)
    places = pl.int_range(place, place + chunk.height, eager=True)
    delays = (places * (1_000_000 / admission.rate_per_s)).cast(pl.Int64).cast(pl.Duration("us"))
    changes.add("queued", chunk.select(
        pl.int_range(processor.counter, processor.counter + chunk.height, dtype=pl.Int64).alias("no"),
        pl.lit(admission.line.doc, pl.Int32).alias("doc"),
        "pno",
        (pl.lit(admission.at).cast(INSTANT) + delays).alias("due_at"),
        pl.lit(admission.event, pl.String).alias("entry"),
        pl.lit(admission.own, pl.Int64).alias("own"),
    ))  # fmt: skip
    return changes
