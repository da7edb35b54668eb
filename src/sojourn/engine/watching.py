"""The watched audiences over the whole population: who is in them at publication, and the looks at everybody."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.journeys.advance import advance
from sojourn.journeys.memberships import as_items
from sojourn.model.state import INSTANT

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor

CHUNK: Final = 20_000
"""Profiles whose change of membership is folded and committed together."""

NOBODY: Final = pl.DataFrame(schema={"pno": pl.Int64})
_SWEPT: Final = "swept"
_TURNS: Final = "turns"


def watch(processor: Processor, at: datetime) -> None:
    """Remember who is in the watched audiences now: only changes after it count."""
    _forget(processor)
    for audience in processor.program.watched:
        _remember(processor, audience, at)
    _plan(processor, at)
    mark_swept(processor, at)


def watch_anew(processor: Processor, at: datetime) -> None:
    """Remember who is in those audiences that are watched from now on, or that are defined anew; forget the others."""
    known = dict(
        processor.store.connection.execute("SELECT name, value FROM meta WHERE name LIKE 'watched:%'").fetchall()
    )
    wanted = {f"watched:{audience}": _signature(processor, audience) for audience in processor.program.watched}
    if known != wanted:
        _forget(processor, [name.removeprefix("watched:") for name in known.keys() - wanted.keys()])
        for name, signature in wanted.items():
            if known.get(name) != signature:
                _remember(processor, name.removeprefix("watched:"), at)
    if processor.store.meta(_TURNS) != _turns_signature(processor):
        _plan(processor, at)
    if not processor.program.swept or processor.swept is None:
        mark_swept(processor, at)


def sweep(processor: Processor, at: datetime) -> None:
    """Let those enter and leave whose membership neither an item nor the end of a window has told of."""
    found = pl.concat([NOBODY, *(_moved(processor, audience, at) for audience in processor.program.swept)])
    moved = found["pno"].unique().sort()
    for start in range(0, moved.len(), CHUNK):
        chunk = moved.slice(start, CHUNK)
        fold = processor.fold_for(chunk)
        rows = chunk.to_frame("pno").with_columns(pl.lit(at).cast(INSTANT).alias("at"))
        advance(fold, as_items(rows, fold.numbers(rows.height)), at)
        processor.commit(fold.finish())
    processor.swept = at  # the next commit notes it: to look twice at the same instant changes nothing


def _moved(processor: Processor, audience: str, at: datetime) -> pl.DataFrame:
    processor.audiences.now = at
    state = processor.audiences.state(audience)
    if processor.looked_at.get(audience) == state:
        return NOBODY
    processor.looked_at[audience] = state
    return processor.audiences.moved(audience, at)


def last_sweep(processor: Processor) -> datetime | None:
    """Return the instant of the last look at everybody."""
    text = processor.store.meta(_SWEPT)
    return datetime.fromisoformat(text) if text else None


def mark_swept(processor: Processor, at: datetime) -> None:
    """Note that everybody has been looked at, where that is done at all."""
    processor.swept = at if processor.program.swept else None
    processor.store.set_meta(marks(processor) or {_SWEPT: ""})


def marks(processor: Processor) -> dict[str, str]:
    """Return what a commit notes of the last look at everybody."""
    return {} if processor.swept is None else {_SWEPT: processor.swept.isoformat()}


# ---- members ---------------------------------------------------------------------------------------------------------


def _forget(processor: Processor, audiences: list[str] | None = None) -> None:
    connection = processor.store.connection
    if audiences is None:
        connection.execute("DELETE FROM watched")
        connection.execute("DELETE FROM meta WHERE name LIKE 'watched:%'")
    for audience in audiences or ():
        connection.execute("DELETE FROM watched WHERE audience = ?", [audience])
        connection.execute("DELETE FROM meta WHERE name = ?", [f"watched:{audience}"])


def _remember(processor: Processor, audience: str, at: datetime) -> None:
    connection = processor.store.connection
    members = processor.audiences.members(audience, at).select("pno")
    connection.execute("DELETE FROM watched WHERE audience = ?", [audience])
    with processor.store.frames(members_now=members):
        connection.execute("INSERT INTO watched SELECT ?, pno FROM members_now", [audience])
    processor.store.set_meta({f"watched:{audience}": _signature(processor, audience)})


def _signature(processor: Processor, audience: str) -> str:
    condition = processor.program.watched[audience]
    queries = [str(processor.audiences.definition(id)) for id in sorted(condition.reads.members)]
    return _digest(condition.sql, *queries)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


# ---- timers of windows -----------------------------------------------------------------------------------------------


def _turns_signature(processor: Processor) -> str:
    turn = processor.program.turn
    return _digest(turn.sql) if turn is not None else ""


def _plan(processor: Processor, at: datetime) -> None:
    """Set each profile's timer for the next end of a window, anew for everybody."""
    connection, watched = processor.store.connection, processor.program.watched.values()
    connection.execute("DELETE FROM turn")
    turns = list(dict.fromkeys(turn for condition in watched for turn in condition.population_turns))
    if turns:
        connection.execute(
            f"INSERT INTO turn SELECT row_number() OVER (ORDER BY pno) + $first - 1, pno, due_at FROM ("
            f"SELECT p._pno AS pno, least({', '.join(turns)}) AS due_at FROM profile p"
            f") WHERE due_at < TIMESTAMPTZ '9999-12-31 00:00:00+00'",
            {"first": processor.counter, "now": at},
        )
        [(height,)] = connection.execute("SELECT count(*) FROM turn").fetchall()
        processor.counter += height
    processor.store.forget()
    processor.store.set_meta({_TURNS: _turns_signature(processor), "counter": str(processor.counter)})
