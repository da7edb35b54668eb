"""The messages of a batch: targets into numbered rows, those due into the gate, the others into the queue."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.campaigns.activities.message import Message
from sojourn.campaigns.plan import Site
from sojourn.campaigns.targets import KEY, PLACE, TO, VARS
from sojourn.campaigns.workbench import Workbench
from sojourn.engine.campaigns.book import Run, Task, targets_table
from sojourn.engine.campaigns.line import CampaignLine
from sojourn.expr.names import identifier
from sojourn.journeys.flow import Flow
from sojourn.journeys.sending import send
from sojourn.messages.analysis import WHOLE as WHOLE_OBJECT
from sojourn.model.state import INSTANT

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

CHUNK: Final = 250_000
"""Messages that are decided together."""


def begin_sending(
    processor: Processor, line: CampaignLine, run: Run, activity: int, bench: Workbench, site: Site, at: datetime
) -> Task:
    """Find the targets of a message activity and decide the messages that are due; return the task."""
    message = line.activities[activity]
    assert isinstance(message, Message)
    table = targets_table(run, activity)
    count = bench.create(table, message.targets(site, _read(line, activity)))
    first = processor.counter
    processor.counter += count
    for start in range(0, count, CHUNK):
        rows = _targets(processor, table, start, first, line, at)
        if message.is_spread:
            rows = rows.with_columns(pl.col("at") + message.delays(start, rows.height, count))
        _decide(processor, line, activity, rows, at)
    return Task(activity, "sending", at, first_no=first, last_no=first + count - 1)


def _read(line: CampaignLine, activity: int) -> frozenset[str] | None:
    """Return the columns that the message's templates read; None for all."""
    read: frozenset[str] = frozenset()
    for slot in line.operators[activity].slots:  # type: ignore[attr-defined]
        for choice in slot.choices:
            read |= choice.template.variables.get("row", frozenset())
    return None if WHOLE_OBJECT in read else read


def _targets(
    processor: Processor, table: str, start: int, first: int, line: CampaignLine, at: datetime
) -> pl.DataFrame:
    rows = processor.store.read(
        f"SELECT {PLACE}, {TO} AS pno, {KEY} AS entry, {VARS} AS vars FROM {identifier(table)} "
        f"WHERE {PLACE} >= $start AND {PLACE} < $start + {CHUNK} ORDER BY {PLACE}",
        {"start": start},
    )
    return rows.select(
        (pl.col(PLACE) + first).cast(pl.Int64).alias("no"),
        pl.lit(line.doc, pl.Int32).alias("doc"),
        pl.col("pno").cast(pl.Int64),
        pl.lit(at).cast(INSTANT).alias("at"),
        "entry",
        "vars",
        pl.lit(None, pl.Int64).alias("own"),
    )


def _decide(processor: Processor, line: CampaignLine, activity: int, rows: pl.DataFrame, at: datetime) -> None:
    """Let the gate decide what is due now; what is due later waits, and passes the gate then."""
    [slot] = line.operators[activity].slots  # type: ignore[attr-defined]
    known = rows.filter(pl.col("pno").is_not_null())
    fold = processor.fold_for(known["pno"].unique(maintain_order=True))
    flow = Flow(fold, line)
    nobody = rows.filter(pl.col("pno").is_null())
    fold.discard(line, activity, nobody, "no_address", channel=slot.spec.channel, numbers=nobody["no"])
    send(flow, activity, slot, known.filter(pl.col("at") <= at))
    later = known.filter(pl.col("at") > at)
    if later.height:
        fold.put_down("held", later.with_columns(
            pl.col("no").alias("passage"),
            pl.lit(activity, pl.Int16).alias("node"),
            pl.lit(slot.number, pl.Int8).alias("slot"),
            pl.lit(slot.variant, pl.Int16).alias("variant"),
            pl.col("at").alias("due_at"),
            pl.lit(0, pl.Int8).alias("hold"),
        ))  # fmt: skip
    processor.settle(fold)
    processor.commit(fold.finish())


def undecided(processor: Processor, line: CampaignLine, task: Task) -> tuple[int, datetime | None]:
    """Return how many messages of a task wait, and when the last of them is due (None: when somebody says so)."""
    query = (
        "SELECT count(*), max(due_at) FILTER (hold = 0) FROM held WHERE doc = $doc AND passage BETWEEN $first AND $last"
    )
    params = {"doc": line.doc, "first": task.first_no, "last": task.last_no}
    [(count, due)] = processor.store.connection.execute(query, params).fetchall()
    return int(count), due


def outlets(run: Run, line: CampaignLine, task: Task) -> dict[str, str]:
    """Give SQL of the rows of a message activity's outlets, when all its messages are decided."""
    names = [*line.shapes[task.activity].columns]
    hidden = [name for name in ("_pno",) if line.shapes[task.activity].entity == "profile"]
    columns = ", ".join(f"t.{identifier(name)}" for name in [*hidden, *names])
    numbers = f"m.passage BETWEEN {task.first_no} AND {task.last_no}"
    sent = f"SELECT m.passage FROM message m WHERE m.doc = {line.doc} AND {numbers}"
    rows = f"SELECT {columns} FROM {identifier(targets_table(run, task.activity))} t"
    place = f"t.{PLACE} + {task.first_no}"
    return {"sent": f"{rows} WHERE {place} IN ({sent})", "discarded": f"{rows} WHERE {place} NOT IN ({sent})"}
