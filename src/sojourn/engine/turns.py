"""Items and timers one after the other, where calls of different profiles share a limit or a cache.

What is decided for one profile then depends on who came before it. Parts are folded together as long as that gives the
same as one after the other would; the book of calls notices when it does not, and the part is folded in smaller ones.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.journeys.advance import advance
from sojourn.journeys.flow import Flow
from sojourn.journeys.windows import START
from sojourn.model.items import ITEM_SCHEMA
from sojourn.model.state import INSTANT

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor
    from sojourn.journeys.fold import Fold

NO_ITEMS: Final = pl.DataFrame(schema={**ITEM_SCHEMA, "pno": pl.Int64})
TICK: Final = timedelta(microseconds=1)


def take_in_order(processor: Processor, items: pl.DataFrame, before: datetime, limit: int) -> None:
    """Take items (at most `limit` at once) and everybody's timers and turns before an instant."""
    place = 0
    while True:
        edge = _edge(processor)
        here: datetime | None = items["at"][place] if place < items.height else None
        if here is not None and (edge is None or here <= edge):
            place += _take_some(processor, items.slice(place), edge, before, limit)
        elif edge is not None and edge < (here or before):
            _pass_edge(processor, edge, here or before, limit)
        else:
            return


def _edge(processor: Processor) -> datetime | None:
    """Return the instant of the next timer or turn."""
    instants = (processor.store.next_due(), processor.calls.next_turn())
    return min((at for at in instants if at is not None), default=None)


# ---- items -----------------------------------------------------------------------------------------------------------


def _take_some(
    processor: Processor, items: pl.DataFrame, edge: datetime | None, before: datetime, limit: int
) -> int:  # fmt: skip
    """Fold as many items as go together; return how many."""
    count = _distinct(items.head(limit), edge)
    while True:
        following = [items["at"][count] if count < items.height else before]
        until = min(following + ([edge] if edge is not None else []))
        if processor.fold_items(items.head(count), until):
            return count
        count = max(1, count // 2)


def _distinct(items: pl.DataFrame, edge: datetime | None) -> int:
    """Return how many items come before an instant's end, and no profile twice among them."""
    if edge is not None:
        items = items.filter(pl.col("at") <= edge)
    again = items["profile_id"].is_first_distinct().not_().arg_max() if items.height else None
    return int(again) if again else items.height


# ---- timers and turns ------------------------------------------------------------------------------------------------


def _pass_edge(processor: Processor, edge: datetime, until: datetime, limit: int) -> None:
    turn = processor.calls.next_turn()
    if turn is not None and turn <= edge:
        let_through(processor, turn)
        return
    until = until if turn is None else min(until, turn)
    due = processor.store.due_in_order(until, limit)
    if due.height == limit:
        until = max(due["due"][-1], edge + TICK)
        due = due.filter(pl.col("due") < until)
    if _fold_timers(processor, due["pno"], until, until):
        return
    first = due.filter(pl.col("due") == edge)["pno"]
    if _fold_timers(processor, first, edge + TICK, edge):
        return
    for place in range(first.len()):
        _fold_timers(processor, first.slice(place, 1), edge + TICK, START)


def _fold_timers(processor: Processor, profiles: pl.Series, horizon: datetime, before_turn: datetime) -> bool:
    """Let the timers of profiles go off; False, and nothing happened, if these do not go together.

    Nor do they if that gives somebody a turn before `before_turn`. One profile's timers of one instant always do.
    """
    processor.audiences.now = processor.store.next_due() or horizon
    fold = processor.fold_for(profiles)
    fold.calls.places = {pno: place for place, pno in enumerate(profiles.to_list())}
    advance(fold, NO_ITEMS, horizon)
    turn = fold.calls.next_turn()
    if (turn is not None and turn < before_turn) or (fold.is_disordered and profiles.len() > 1):
        return False
    processor.commit(fold.finish())
    return True


def let_through(processor: Processor, at: datetime) -> None:
    """Give those their turn who waited for a limit or for another's answer."""
    turns = processor.memory.turns(processor.calls, at)
    processor.audiences.now = at
    fold = processor.fold_for(turns["pno"].unique(maintain_order=True))
    fold.changes.remove("call", turns["no"])
    waiting = fold.passages.every().filter(pl.col("hold") > 1).drop("at", strict=False)
    rows = turns.select(pl.col("no").alias("wake_no"), "params").join(
        waiting, on="wake_no", how="inner", maintain_order="left"
    )
    fold.lift("passage", rows)
    _give_up(fold, turns, rows, at)
    for line in processor.program.lines:
        _turn(Flow(fold, line), rows.filter(pl.col("doc") == line.doc), at)
    processor.settle(fold)
    processor.commit(fold.finish())


def _turn(flow: Flow, rows: pl.DataFrame, at: datetime) -> None:
    if not rows.height:
        return
    now = rows.with_columns(pl.lit(at).cast(INSTANT).alias("at"))
    for (node,), part in now.group_by("node", maintain_order=True):
        flow.line.operators[node].turn(flow, part)
    flow.run()


def _give_up(fold: Fold, turns: pl.DataFrame, rows: pl.DataFrame, at: datetime) -> None:
    """Those who follow a call whose passage has left have their turn next."""
    for no in turns.join(rows, left_on="no", right_on="wake_no", how="anti")["no"].to_list():
        fold.calls.settle(no, at)
