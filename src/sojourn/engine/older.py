"""What becomes of those inside older versions when a document is published: they finish, move or leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.engine.commands import let_leave
from sojourn.expr.bucket import quote
from sojourn.journeys.moving import Edition, Stay, obstacle
from sojourn.journeys.program import MOVED, Line, MemberExit

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

Read = Callable[[str, Mapping[str, object]], pl.DataFrame]
HELD: Final = "(p.hold <> 0 OR EXISTS (SELECT 1 FROM held h WHERE h.passage = p.no))"
COUNTS: Final = f"""
SELECT p.node, {HELD} AS is_held, count(*)::BIGINT AS n FROM passage p WHERE p.doc = $doc GROUP BY ALL ORDER BY ALL
"""
STEPS: Final = f"""
INSERT INTO step
SELECT p.no, $new, p.pno, w.there, $at, {MOVED} FROM passage p JOIN ways w ON w.here = p.node
WHERE p.doc = $old AND NOT {HELD} ORDER BY p.no
"""
MOVE: Final = f"""
UPDATE passage p SET doc = $new, node = w.there, ends_at = p.entered_at + $stay, bits = {{bits}}
FROM ways w WHERE w.here = p.node AND p.doc = $old AND NOT {HELD}
"""


@dataclass(frozen=True)
class Staying:
    """Passages that wait at one step of an older version and cannot move, and why."""

    step: str
    passages: int
    why: Stay


@dataclass(frozen=True)
class Older:
    """The passages inside an older version.

    Attributes
    ----------
    moving : int
        Those that can go on in the new version.
    staying : tuple of Staying
        All others.
    """

    doc: int
    moving: int
    staying: tuple[Staying, ...]


def look_at(read: Read, old: Edition, new: Edition) -> Older:
    """Return who of an older version can go on in a new one."""
    moving, staying = 0, list[Staying]()
    for node, is_held, count in read(COUNTS, {"doc": old.line.doc}).iter_rows():
        id = old.line.node_ids[node] or old.line.operators[node].id
        why = obstacle(old, new, id) or (Stay("held") if is_held else None)
        if why is None:
            moving += count
        else:
            staying.append(Staying(id, count, why))
    return Older(old.line.doc, moving, tuple(staying))


def move(processor: Processor, old: Edition, new: Edition, at: datetime) -> Older:
    """Let those go on in a new version who can: where they wait, until when they wait.

    The caller holds the transaction.
    """
    store = processor.store
    found = look_at(store.read, old, new)
    if not found.moving:
        return found
    ids = [id for id in old.line.node_ids if obstacle(old, new, id) is None]
    places = [(old.line.node_ids.index(id), new.line.node_ids.index(id)) for id in ids]
    ways = pl.DataFrame(places, schema={"here": pl.Int16, "there": pl.Int16}, orient="row")
    between = {"old": old.line.doc, "new": new.line.doc}
    fresh = _members(processor, old.line, new.line, at)
    with store.frames(ways=ways, members_now=fresh):
        store.connection.execute(STEPS, {**between, "at": at})
        query = MOVE.format(bits=_bits(old.line.member_exits, new.line.member_exits))
        store.connection.execute(query, {**between, "stay": new.line.max_duration})
    store.forget()
    return found


def leave(processor: Processor, old: Line, at: datetime) -> int:
    """Let those inside an older version leave; return how many profiles that are."""
    inside = processor.store.inside(old.doc).len()
    let_leave(processor, old, at)
    return inside


def _members(processor: Processor, old: Line, new: Line, at: datetime) -> pl.DataFrame:
    """Return who is in the audiences of which the old version has not remembered it (`audience`, `pno`)."""
    known = {exit_.audience for exit_ in old.member_exits}
    asked = sorted({exit_.audience for exit_ in new.member_exits} - known)
    found = [
        processor.audiences.members(audience, at).select(pl.lit(audience).alias("audience"), "pno")
        for audience in asked
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema={"audience": pl.String, "pno": pl.Int64}), *found])


def _bits(old: tuple[MemberExit, ...], new: tuple[MemberExit, ...]) -> str:
    """Return SQL of the memberships that the new exits compare with: those at the entry, else those of now."""
    known = {exit_.audience: exit_.bit for exit_ in old}
    parts = ["0"]
    for exit_ in new:
        if exit_.audience in known:
            was = f"(p.bits >> {known[exit_.audience]}) & 1"
        else:
            was = f"(p.pno IN (SELECT m.pno FROM members_now m WHERE m.audience = {quote(exit_.audience)}))::INTEGER"
        parts.append(f"(({was}) << {exit_.bit})")
    return " + ".join(parts)
