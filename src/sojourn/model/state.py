"""The tables that a batch reads and writes, as Polars frames.

`State` is what the store loads for the profiles of a batch; `Changes` is what the engine hands back to be committed.
The columns are those of the store's tables of the same names (`docs/reference/architecture.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final

import polars as pl

from sojourn.model.columns import constant, frame_of

INSTANT: Final = pl.Datetime("us", "UTC")

SCHEMAS: Final[Mapping[str, Mapping[str, pl.DataType | type[pl.DataType]]]] = {
    "passage": {
        "no": pl.Int64, "doc": pl.Int32, "pno": pl.Int64, "key": pl.String, "node": pl.Int16,
        "entered_at": INSTANT, "wake_at": INSTANT, "wake_no": pl.Int64, "ends_at": INSTANT, "own": pl.Int64,
        "bits": pl.Int32, "hold": pl.Int8, "entry": pl.String, "vars": pl.String,
    },
    "passage_end": {
        "no": pl.Int64, "doc": pl.Int32, "pno": pl.Int64, "key": pl.String, "node": pl.Int16,
        "entered_at": INSTANT, "left_at": INSTANT, "state": pl.Int8, "reason": pl.Int8,
    },
    "step": {
        "passage": pl.Int64, "doc": pl.Int32, "pno": pl.Int64, "node": pl.Int16, "at": INSTANT, "outcome": pl.Int16,
    },
    "message": {
        "no": pl.Int64, "passage": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "slot": pl.Int8, "pno": pl.Int64,
        "channel": pl.Int8, "variant": pl.Int16, "at": INSTANT, "counted": pl.Boolean, "to": pl.String,
        "entry": pl.String, "vars": pl.String,
    },
    "outbox": {"no": pl.Int64},
    "unsent": {"no": pl.Int64},
    "dead_letter": {"no": pl.Int64, "at": INSTANT},
    "held": {
        "no": pl.Int64, "passage": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "slot": pl.Int8, "pno": pl.Int64,
        "variant": pl.Int16, "due_at": INSTANT, "hold": pl.Int8, "own": pl.Int64, "to": pl.String,
        "entry": pl.String, "vars": pl.String,
    },
    "call": {
        "no": pl.Int64, "target": pl.String, "passage": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "pno": pl.Int64,
        "at": INSTANT, "called_at": INSTANT, "leader": pl.Int64, "params": pl.String,
    },
    "answer": {
        "passage": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "pno": pl.Int64, "target": pl.String, "at": INSTANT,
        "status": pl.Int16, "called_at": INSTANT,
    },
    "cached": {
        "target": pl.String, "params": pl.String, "at": INSTANT, "until": INSTANT, "status": pl.String,
        "fields": pl.String,
    },
    "queued": {
        "no": pl.Int64, "doc": pl.Int32, "pno": pl.Int64, "due_at": INSTANT, "own": pl.Int64, "entry": pl.String,
    },
    "feedback": {
        "message": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "pno": pl.Int64, "kind": pl.Int8, "at": INSTANT,
        "link": pl.String,
    },
    "discard": {
        "no": pl.Int64, "doc": pl.Int32, "node": pl.Int16, "pno": pl.Int64, "channel": pl.Int8, "at": INSTANT,
        "reason": pl.Int8, "detail": pl.String,
    },
    "conversion": {
        "doc": pl.Int32, "pno": pl.Int64, "receipt": pl.Int64, "goal": pl.Int16, "at": INSTANT, "variant": pl.Int16,
    },
    "event": {"offset": pl.Int64, "pno": pl.Int64, "name": pl.String, "at": INSTANT, "data": pl.String},
    "consent": {"pno": pl.Int64, "topic": pl.String, "status": pl.String, "at": INSTANT},
    "suppression": {"channel": pl.Int8, "address": pl.String, "reason": pl.String, "at": INSTANT},
    "soft_bounce": {"channel": pl.Int8, "address": pl.String, "count": pl.Int32},
    "member": {"audience": pl.String, "pno": pl.Int64},
    "watched": {"audience": pl.String, "pno": pl.Int64},
    "turn": {"no": pl.Int64, "pno": pl.Int64, "due_at": INSTANT},
    "inside_fence": {"fence": pl.String, "pno": pl.Int64},
    "left": {"doc": pl.Int32, "pno": pl.Int64, "key": pl.String, "left_at": INSTANT},
    "reject": {
        "offset": pl.Int64, "at": INSTANT, "source": pl.String, "line": pl.Int64, "code": pl.String,
        "reason": pl.String, "item": pl.String,
    },
}  # fmt: skip

ATTRIBUTE_TYPES: Final[Mapping[str, tuple[str, pl.DataType | type[pl.DataType]]]] = {
    "string": ("VARCHAR", pl.String),
    "integer": ("BIGINT", pl.Int64),
    "number": ("DOUBLE", pl.Float64),
    "boolean": ("BOOLEAN", pl.Boolean),
    "date": ("DATE", pl.Date),
    "timestamp": ("TIMESTAMPTZ", INSTANT),
    "json": ("VARCHAR", pl.String),
}
"""Each attribute type's SQL type and frame type; `[type]` is a list of these."""


def sql_type(attribute_type: str) -> str:
    """Return the SQL type in which an attribute of this type is stored.

    >>> sql_type("[string]")
    'VARCHAR[]'
    """
    if attribute_type.startswith("["):
        return sql_type(attribute_type[1:-1]) + "[]"
    return ATTRIBUTE_TYPES[attribute_type][0]


def frame_type(attribute_type: str) -> pl.DataType | type[pl.DataType]:
    """Return the Polars type in which an attribute of this type travels.

    >>> frame_type("integer")
    Int64
    """
    if attribute_type.startswith("["):
        return pl.List(frame_type(attribute_type[1:-1]))
    return ATTRIBUTE_TYPES[attribute_type][1]


@cache
def empty(table: str) -> pl.DataFrame:
    """Return a frame without rows that has the columns of a table."""
    return pl.DataFrame(schema=dict(SCHEMAS[table]))


@dataclass(frozen=True)
class Needs:
    """What a program reads of the state, so that a store loads no more than that.

    Attributes
    ----------
    history : frozenset of str
        Incoming event names whose past is counted.
    entities : frozenset of str
        Entities whose rows are counted.
    members : frozenset of str
        Audiences that are not plain conditions.
    """

    history: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    engagement: bool = False
    receipts: bool = False
    left: bool = False
    control: bool = False


@dataclass
class State:
    """The state of the profiles of one batch; every frame is limited to them.

    Attributes
    ----------
    profile : frame
        `_pno`, and those attributes that somebody needed so far; ask by `need`.
    tables : dict
        The tables that somebody asked for so far.
    sources : dict
        Reads a table's rows of these profiles, as they are in the store.
    columns : frozenset of str
        All columns of the profiles.
    fetch : callable or None
        Reads columns of these profiles, with `_pno`.
    lookup : callable or None
        Reads the rows of a table of addresses that are about these addresses, in any case; about any without them.
    added : dict
        Rows that were put into tables before anybody asked for these.
    """

    profile: pl.DataFrame
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    sources: Mapping[str, Callable[[], pl.DataFrame]] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()
    fetch: Callable[[list[str]], pl.DataFrame] | None = None
    lookup: Callable[[str, pl.Series | None], pl.DataFrame] | None = None
    added: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def need(self, names: Iterable[str] | None = None) -> pl.DataFrame:
        """Return the profiles with these columns (all by default), which are read now if nobody needed them before."""
        wanted = self.columns if names is None else self.columns.intersection(names)
        missing = sorted(wanted.difference(self.profile.columns))
        if missing and self.fetch is not None:
            found = self.fetch(missing)
            self.profile = (
                self.profile.hstack(found.drop("_pno"))
                if found["_pno"].equals(self.profile["_pno"])
                else self.profile.join(found, on="_pno", how="left", maintain_order="left")
            )
        return self.profile

    def __getitem__(self, table: str) -> pl.DataFrame:
        """Return a table, which is read now if nobody asked for it before; without a source it is empty."""
        if table not in self.tables:
            loaded = self.sources[table]() if table in self.sources else empty(table)
            self.tables[table] = pl.concat([loaded, *self.added.pop(table, ())])
        return self.tables[table]

    def about(self, table: str, addresses: pl.Series | None = None) -> pl.DataFrame:
        """Return the rows of `suppression` or `soft_bounce` about addresses; without them, only whether there are any.

        An address may have come with this batch, so what is stored is looked up by the addresses themselves.
        """
        stored = self.lookup(table, addresses) if self.lookup else empty(table)
        fresh = self[table]
        return pl.concat([stored.join(fresh, on=["channel", "address"], how="anti"), fresh]) if fresh.height else stored

    def __setitem__(self, table: str, frame: pl.DataFrame) -> None:
        """Replace a table."""
        self.tables[table] = frame

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """Put rows of exactly its columns into a table, which need not be read for that."""
        if table in self.tables:
            here = self.tables[table]
            self.tables[table] = pl.concat([here, rows]) if here.height else rows
        else:
            self.added.setdefault(table, []).append(rows)


@dataclass
class Changes:
    """What a batch changes: rows to append, rows to drop, attributes to write, and numbers used.

    Attributes
    ----------
    append : dict
        Table name to frames to insert.
    drop : dict
        Table name (`passage`, `held`) to numbers whose rows go.
    attributes : frame or None
        `_pno` and the new values of the attributes in `written`.
    replaced : dict
        Rows to write over those with the same key.
    rewritten : dict
        Table name to profiles (`pno`) and all their rows.
    runs : dict
        Lines whose audience was read, and the instant of that run.
    taken : dict
        All members (`pno`) of these runs, where the next one takes only who was not among them.
    """

    append: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    drop: dict[str, list[pl.Series]] = field(default_factory=dict)
    created: list[pl.DataFrame] = field(default_factory=list)
    attributes: pl.DataFrame | None = None
    written: frozenset[str] = frozenset()
    replaced: dict[str, pl.DataFrame] = field(default_factory=dict)
    rewritten: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = field(default_factory=dict)
    runs: dict[int, datetime] = field(default_factory=dict)
    taken: dict[int, pl.DataFrame] = field(default_factory=dict)
    counter: int = 0

    def add(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows to a table; columns that are missing become null."""
        if frame.height:
            self.append.setdefault(table, []).append(conform(table, frame))

    def remove(self, table: str, numbers: pl.Series) -> None:
        """Drop the rows of a table that have these numbers."""
        if numbers.len():
            self.drop.setdefault(table, []).append(numbers)


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give a frame exactly the columns and types of a table."""
    columns = {column.name: column for column in frame.iter_columns()}
    return frame_of([
        columns[name].cast(kind) if name in columns else constant(name, None, kind, frame.height)
        for name, kind in SCHEMAS[table].items()
    ])  # fmt: skip
