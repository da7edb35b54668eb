"""The fold: items and timers of a batch, in rounds that take at most one of them per profile.

Within a profile, items are taken in log order, timers after all items of their instant and earliest created first, and
what an item sets off directly behind it (spec, section 1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import polars as pl

from sojourn.journeys import memberships, writes
from sojourn.journeys.conversions import convert
from sojourn.journeys.entry import enter
from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import Fold
from sojourn.journeys.held import release
from sojourn.journeys.matching import MATCH, Round
from sojourn.journeys.program import Line
from sojourn.model.state import INSTANT

NO_ITEMS: Final = pl.DataFrame(schema={
    "pno": pl.Int64, "offset": pl.Int64, "at": INSTANT, "occurred_at": INSTANT, "kind": pl.String, "name": pl.String,
    "data": pl.String, "traits": pl.String,
})  # fmt: skip
QUEUE: Final = tuple(NO_ITEMS.columns)
NO_TIMERS: Final = pl.DataFrame(schema={
    "pno": pl.Int64, "due": INSTANT, "stamp": pl.Int64, "no": pl.Int64, "what": pl.String,
})  # fmt: skip


def advance(fold: Fold, items: pl.DataFrame, before: datetime) -> None:
    """Take all items, and all timers before an instant.

    Parameters
    ----------
    items : frame
        Columns of `QUEUE`, in log order.
    before : datetime
        Timers due at or after it stay.
    """
    queue = items.select(QUEUE)
    while True:
        followers = _followers(fold)
        heads, queue, timers = _heads(fold, queue, followers, before)
        if not (followers.height or heads.height or timers.height):
            return
        fold.round += 1
        _forget_chains(fold, heads, timers)
        if timers.height:
            take_timers(fold, timers)
        taken = [part for part in (followers, heads, memberships.turned(fold, timers)) if part.height]
        if taken:
            take_items(fold, pl.concat(taken) if len(taken) > 1 else taken[0])


def _followers(fold: Fold) -> pl.DataFrame:
    """Take each profile's next item that was set off by the current one."""
    if not fold.follow_ups:
        return NO_ITEMS
    waiting = pl.concat(fold.follow_ups).sort("pno", "rank")
    first = waiting.unique("pno", keep="first", maintain_order=True)
    rest = waiting.join(first.select("offset"), on="offset", how="anti")
    fold.follow_ups = [rest] if rest.height else []
    return first.select(QUEUE)


def _heads(
    fold: Fold, queue: pl.DataFrame, followers: pl.DataFrame, before: datetime
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return each free profile's next item or timer, and the items that stay."""
    heads = queue.unique("pno", keep="first", maintain_order=True) if queue.height > 1 else queue
    timers = first_timers(fold, before)
    if followers.height:
        busy = followers.select("pno")
        heads, timers = heads.join(busy, on="pno", how="anti"), timers.join(busy, on="pno", how="anti")
    if heads.height and timers.height:
        both = heads.select("pno", "at").join(timers.select("pno", "due"), on="pno")
        timers_first = both.filter(pl.col("due") < pl.col("at")).select("pno")
        items_first = both.filter(pl.col("due") >= pl.col("at")).select("pno")
        heads, timers = heads.join(timers_first, on="pno", how="anti"), timers.join(items_first, on="pno", how="anti")
    if heads.height == queue.height:
        return heads, NO_ITEMS, timers
    return heads, queue.join(heads.select("offset"), on="offset", how="anti", maintain_order="left"), timers


def first_timers(fold: Fold, before: datetime) -> pl.DataFrame:
    """Return each profile's first timer before an instant (as `NO_TIMERS`)."""
    found = [
        *_timers(fold.state["turn"], "due_at", "no", "turn", before),
        *_timers(fold.passages.every(), "wake_at", "wake_no", "wake", before),
        *_timers(fold.passages.every(), "ends_at", "no", "end", before),
        *_timers(fold.state["held"], "due_at", "no", "held", before),
        *_timers(fold.state["queued"], "due_at", "no", "enter", before),
    ]
    if not found:
        return NO_TIMERS
    return pl.concat(found).sort("pno", "due", "stamp").unique("pno", keep="first", maintain_order=True)


def _timers(rows: pl.DataFrame, due: str, stamp: str, what: str, before: datetime) -> list[pl.DataFrame]:
    earliest = rows[due].min() if rows.height else None
    if not isinstance(earliest, datetime) or earliest >= before:
        return []
    waits = pl.col("hold") == 0 if what == "held" else pl.lit(True)
    chosen = rows.filter((pl.col(due) < before) & waits)
    return [
        chosen.select("pno", pl.col(due).alias("due"), pl.col(stamp).alias("stamp"), "no", pl.lit(what).alias("what"))
    ]


def _forget_chains(fold: Fold, heads: pl.DataFrame, timers: pl.DataFrame) -> None:
    if fold.chain:
        for pno in [*heads["pno"].to_list(), *timers["pno"].to_list()]:
            fold.chain.pop(pno, None)


# ---- timers ----------------------------------------------------------------------------------------------------------


def take_timers(fold: Fold, timers: pl.DataFrame) -> None:
    """Let timers go off: waits and time-outs end, passages reach their longest stay, held messages are due."""
    rows = _due_rows(fold.passages.every(), timers.filter(pl.col("what").is_in(["wake", "end"])))
    messages = _due_rows(fold.state["held"], timers.filter(pl.col("what") == "held"))
    members = _due_rows(fold.state["queued"], timers.filter(pl.col("what") == "enter"))
    for table, due in (("passage", rows), ("held", messages), ("queued", members)):
        fold.lift(table, due)
    docs = pl.concat([rows["doc"], messages["doc"], members["doc"]]).unique().to_list()
    for line in fold.program.lines:
        if line.doc in docs:
            flow = Flow(fold, line)
            _wake(flow, rows.filter(pl.col("doc") == line.doc))
            release(flow, messages.filter(pl.col("doc") == line.doc))
            enter(
                flow,
                members.filter(pl.col("doc") == line.doc).select("pno", "at", pl.col("entry").alias("event"), "own"),
            )
            flow.run()


def _due_rows(waiting: pl.DataFrame, timers: pl.DataFrame) -> pl.DataFrame:
    return waiting.join(timers.select("no", "what", pl.col("due").alias("at")), on="no", how="inner")


def _wake(flow: Flow, rows: pl.DataFrame) -> None:
    over = rows.filter(pl.col("what") == "end").drop("what")
    flow.exit(over, state="timed_out", reason="timed_out")
    for (node,), part in rows.filter(pl.col("what") == "wake").drop("what").group_by("node", maintain_order=True):
        flow.line.operators[node].wake(flow, part)


# ---- items -----------------------------------------------------------------------------------------------------------


def take_items(fold: Fold, items: pl.DataFrame) -> None:
    """Let items take effect: their writes, then document after document what they set off."""
    round_ = writes.apply(fold, items)
    facets = round_.facets()
    for line in fold.program.lines:
        if line.member_exits or not line.listens.isdisjoint(facets):
            take_line(fold, line, round_)


def take_line(fold: Fold, line: Line, round_: Round) -> None:
    """Let the items of a round take effect on one line: leave, convert, advance, start."""
    flow = Flow(fold, line)
    _leave(flow, round_)
    convert(flow, round_)
    _go_on(flow, round_)
    flow.run()
    if line.entries:
        _start(flow, round_)
        flow.run()


def _leave(flow: Flow, round_: Round) -> None:
    line = flow.line
    for matcher in line.exits:
        flow.leave_by_item(round_, matcher, round_.earlier(flow.inside(), "no"))
    if line.member_exits:
        # Time alone is no change of the profile, so that it does not matter here who else watches an audience.
        items = round_.items.filter(pl.col("kind") != memberships.TURNED).select("pno", "at")
        inside = flow.inside().join(items, on="pno", how="inner", maintain_order="left")
        if inside.height:
            gone = inside.filter(flow.member_changes(inside))
            flow.fold.lift("passage", gone)
            flow.exit(gone)


def _go_on(flow: Flow, round_: Round) -> None:
    """Let passages that wait for the items go on, those of one profile one after the other, the oldest first."""
    caught = list(_caught(flow, round_))
    turns = _turns([rows for _, _, rows in caught]) if flow.line.entry.key is not None else None
    if turns is None:
        for operator, which, rows in caught:
            _catch(flow, operator, which, rows)
        return
    for turn in turns:
        for operator, which, rows in caught:
            _catch(flow, operator, which, rows.join(turn, on="no", how="semi", maintain_order="left"))
        flow.run()


def _caught(flow: Flow, round_: Round) -> Iterator[tuple[Any, int, pl.DataFrame]]:
    """Yield the passages that wait for the items: the node's operator, which of its tests is met, and the rows."""
    inside = round_.earlier(flow.inside(), "wake_no")
    if not inside.height:
        return
    for node in _nodes(inside):
        operator: Any = flow.line.operators[node]
        for which, matcher in enumerate(getattr(operator, "matchers", ())):
            found = round_.passing(matcher, _waiting(inside, node))
            if found.height:
                every = found.height == inside.height
                inside = inside.clear() if every else inside.join(found.select("no"), on="no", how="anti")
                yield operator, which, found


def _turns(found: list[pl.DataFrame]) -> list[pl.DataFrame] | None:
    """Return numbers of passages, one of each profile at a time; None where no profile has two of them."""
    if not found:
        return None
    rows = pl.concat([part.select("pno", "no") for part in found])
    if not rows["pno"].is_duplicated().any():
        return None
    turn = pl.int_range(pl.len()).over("pno").alias("turn")
    return rows.sort("no").with_columns(turn).sort("turn", "no").partition_by("turn", maintain_order=True)


def _catch(flow: Flow, operator: Any, which: int, rows: pl.DataFrame) -> None:
    if rows.height:
        flow.fold.lift("passage", rows)
        operator.caught(flow, rows, which)


def _nodes(inside: pl.DataFrame) -> list[int]:
    """Return the nodes at which passages are, in their order."""
    nodes = inside["node"]
    return [nodes[0]] if nodes.min() == nodes.max() else nodes.unique().sort().to_list()


def _waiting(inside: pl.DataFrame, node: int) -> pl.DataFrame:
    """Return the passages that wait at a node, and are not held by a pause."""
    waits = (inside["node"] == node) & (inside["hold"] == 0)
    return inside if waits.all() else inside.filter(waits)


def _start(flow: Flow, round_: Round) -> None:
    """Let profiles in; only where an event is the trigger, its own effect is left out of what the audience counts."""
    found = []
    for matcher in sorted(flow.line.entry.matchers, key=lambda matcher: matcher.form != "event"):
        rows = round_.matches(matcher).select(list(MATCH))
        if rows.height:
            nothing = pl.lit(None, pl.Int64).alias("own")
            found.append(rows if matcher.form == "event" else rows.with_columns(nothing))
    if not found:
        return
    candidates = pl.concat(found)
    if len(found) > 1:
        candidates = candidates.unique("pno", keep="first", maintain_order=True)
    enter(flow, candidates)
