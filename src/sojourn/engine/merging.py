"""One profile's history, passages and rights into another's (docs/adr/0012)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.engine.renumbering import renumber
from sojourn.expr.directory import EntitySpec
from sojourn.expr.names import identifier
from sojourn.journeys.entry import judged, received_too_lately
from sojourn.journeys.flow import Flow
from sojourn.journeys.fold import Fold
from sojourn.journeys.program import Line
from sojourn.model.state import INSTANT

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor
    from sojourn.store.duckdb import DuckStore


@dataclass(frozen=True)
class Merge:
    """Two profiles of which one stays.

    Attributes
    ----------
    gone, stays : int
        Their numbers.
    gone_id, stays_id : str
        The ids under which they are kept.
    at : datetime
        The item's instant.
    """

    gone: int
    gone_id: str
    stays: int
    stays_id: str
    at: datetime

    @property
    def numbers(self) -> dict[str, int]:
        """The parameters of statements."""
        return {"gone": self.gone, "stays": self.stays}


def merge(processor: Processor, two: Merge) -> None:
    """Move a profile into another; the caller holds the transaction."""
    if _waits(processor.store, two):
        end_conflicts(processor, two)
        renumber(processor, two.gone)
    move(processor.store, two)
    move_rows(processor, two.gone_id, two.stays_id)
    processor.store.aliases.point(two.gone, two.stays)
    processor.store.aliases.note(two.gone_id, two.stays, two.at)
    processor.store.changed["profiles"] += 1


# ---- what is under way -----------------------------------------------------------------------------------------------


def end_conflicts(processor: Processor, two: Merge) -> None:
    """End what one person alone could not have under way."""
    processor.audiences.now = two.at
    needs = replace(processor.program.needs, receipts=True, left=True)
    fold = processor.fold_for(pl.Series("pno", [two.gone, two.stays], dtype=pl.Int64), needs)
    for line in processor.program.lines:
        flow = Flow(fold, line)
        _end_pending(flow, two) if line.receipts else _end_passages(flow, two)
    processor.settle(fold)
    processor.commit(fold.finish())


def _end_passages(flow: Flow, two: Merge) -> None:
    """End the moved profile's passages that the other one would have been refused."""
    for reason, rows in _refused(flow.fold, flow.line, flow.inside(), two):
        flow.fold.lift("passage", rows)
        flow.exit(rows)
        flow.fold.discard(flow.line, -1, rows, reason, detail=_detail(two))


def _end_pending(flow: Flow, two: Merge) -> None:
    """End pending sends of which one person would have had one only, or none after a receipt."""
    fold, line = flow.fold, flow.line
    if line.reentry.mode == "always":
        return
    held = fold.state["held"].filter(pl.col("doc") == line.doc)
    sends = held.with_columns(
        pl.lit(None, pl.String).alias("key"), pl.lit(two.at).cast(INSTANT).alias("entered_at")
    )  # fmt: skip
    for table, pending in (("passage", flow.inside()), ("held", sends)):
        for reason, rows in _refused(fold, line, pending, two):
            _drop(flow, table, rows, reason, two)
        if line.reentry.mode == "never":  # the other modes are tested again at the send
            mine = _at(pending.filter(pl.col("pno") == two.stays), two)
            got = received_too_lately(fold, line, mine.with_columns(pl.lit(two.gone).alias("pno")))
            _drop(flow, table, mine.filter(got), "not_eligible_again", two)


def _drop(flow: Flow, table: str, rows: pl.DataFrame, reason: str, two: Merge) -> None:
    if not rows.height:
        return
    flow.fold.lift(table, rows)
    if table == "passage":
        flow.fold.end(rows, "exited", "exit_criteria")
    flow.fold.discard(flow.line, -1, rows, reason, detail=_detail(two))


def _refused(fold: Fold, line: Line, pending: pl.DataFrame, two: Merge) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the moved profile's rows that would have been refused to the other one when they began, by reason."""
    mine = _at(pending.filter(pl.col("pno") == two.gone), two)
    asked = mine.with_columns(pl.lit(two.stays, pl.Int64).alias("pno"), pl.col("entered_at").alias("at"))
    for reason, failing in judged(line):
        if not mine.height:
            return
        refused = failing(fold, line, asked)
        if refused.any():
            yield reason, mine.filter(refused)
            mine, asked = mine.filter(~refused), asked.filter(~refused)


def _at(rows: pl.DataFrame, two: Merge) -> pl.DataFrame:
    return rows.with_columns(pl.lit(two.at).cast(INSTANT).alias("at"))


def _detail(two: Merge) -> str:
    return f"joined with `{two.stays_id}`"


def _waits(store: DuckStore, two: Merge) -> bool:
    """Tell whether the moved profile has anything under way, or the other one a send that it may have received."""
    return bool(store.run(WAITS, two.numbers))


WAITS: Final = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM passage WHERE pno = $gone) OR EXISTS (SELECT 1 FROM held WHERE pno = $gone)
    OR EXISTS (SELECT 1 FROM queued WHERE pno = $gone)
    OR (EXISTS (SELECT 1 FROM message WHERE pno = $gone) AND (
        EXISTS (SELECT 1 FROM passage WHERE pno = $stays) OR EXISTS (SELECT 1 FROM held WHERE pno = $stays)
    ))
"""

# ---- tables ----------------------------------------------------------------------------------------------------------

HISTORY: Final = (
    "event", "passage", "passage_end", "step", "message", "held", "queued", "call", "answer", "feedback", "discard",
    "conversion",
)  # fmt: skip
"""Tables of which all rows of both are kept."""

SETS: Final[Mapping[str, str]] = {
    "member": "audience", "watched": "audience", "inside_fence": "fence", "taken": "doc",
}  # fmt: skip
"""Tables in which a profile is once for each value of a column."""

CONSENT: Final = """
DELETE FROM consent USING consent other WHERE consent.topic = other.topic AND consent.pno IN ($gone, $stays)
    AND other.pno IN ($gone, $stays) AND consent.pno <> other.pno AND coalesce(
        (other.status = 'unsubscribed', other.at, other.pno = $stays)
        > (consent.status = 'unsubscribed', consent.at, consent.pno = $stays), false)
"""
"""Of two statuses of a topic the one that restricts stays, else the later, else that of the profile that stays."""

OF_A_PROFILE: Final = (*HISTORY, *SETS, "consent", "turn")
PRESENT: Final = " UNION ALL ".join(
    f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table} WHERE pno = $gone)" for table in OF_A_PROFILE
)
"""Most profiles are in few tables; to ask costs less than to write nothing to each."""


def move(store: DuckStore, two: Merge) -> None:
    """Let all rows of a profile be another's."""
    present = [str(row[0]) for row in store.run(PRESENT, {"gone": two.gone})]
    for table in present:
        _make_room(store, table, two)
        if table != "turn":
            store.run(f"UPDATE {table} SET pno = $stays WHERE pno = $gone", two.numbers)
    for table in store.tables("targets_"):
        store.run(f'UPDATE {identifier(table)} SET "_to" = $stays WHERE "_to" = $gone', two.numbers)
    _move_attributes(store, two)


def _make_room(store: DuckStore, table: str, two: Merge) -> None:
    """Delete rows of a table that one profile alone could not have beside those of the other."""
    if table == "turn":
        store.run("DELETE FROM turn WHERE pno = $gone", {"gone": two.gone})
        store.waiting.gone(table)
    elif table == "consent":
        store.run(CONSENT, two.numbers)
    elif table in SETS:
        both = f"SELECT {SETS[table]} FROM {table} WHERE pno = $stays"
        store.run(f"DELETE FROM {table} WHERE pno = $gone AND {SETS[table]} IN ({both})", two.numbers)


def _move_attributes(store: DuckStore, two: Merge) -> None:
    """Fill what the profile that stays does not know, and delete the other one."""
    names = [name for name in store.columns("profile") if name not in ("_pno", "profile_id", "_created_at")]
    sets = ["_created_at = least(profile._created_at, other._created_at)"]
    sets += [f"{identifier(name)} = coalesce(profile.{identifier(name)}, other.{identifier(name)})" for name in names]
    other = "(SELECT * FROM profile WHERE _pno = $gone) other"
    store.run(f"UPDATE profile SET {', '.join(sets)} FROM {other} WHERE profile._pno = $stays", two.numbers)
    store.run("DELETE FROM profile WHERE _pno = $gone", {"gone": two.gone})
    store.changed.update(f"profile.{name}" for name in names)


def move_rows(processor: Processor, gone: str, stays: str) -> None:
    """Let rows of entities that name the profile's id name the other's."""
    store = processor.store
    for id, entity in processor.audiences.directory.entities.items():
        if entity.profile_columns and store.columns(f"rows_{id}"):
            rename_rows(store, id, entity, gone, stays)


def rename_rows(store: DuckStore, id: str, entity: EntitySpec, gone: str, stays: str) -> None:
    """Let an entity's rows that name a profile's id name another; of two rows with one key that of the other stays."""
    table = identifier(f"rows_{id}")
    for column in entity.profile_columns:
        name = identifier(column)
        if column == entity.key and store.run(f"SELECT 1 FROM {table} WHERE {name} = $stays", {"stays": stays}):
            store.run(f"DELETE FROM {table} WHERE {name} = $gone", {"gone": gone})
        store.run(f"UPDATE {table} SET {name} = $stays WHERE {name} = $gone", {"gone": gone, "stays": stays})
    store.changed[f"rows_{id}"] += 1
