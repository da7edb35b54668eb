"""Columns put together one by one: for the small frames of one document this is many times as fast as expressions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import polars as pl

Kind = pl.DataType | type[pl.DataType]


@lru_cache(maxsize=4096)
def _one(name: str, value: object, kind: Kind) -> pl.Series:
    return pl.Series(name, [value], dtype=kind)


def constant(name: str, value: object, kind: Kind, height: int) -> pl.Series:
    """Return a column that has one value in all its rows.

    >>> constant("node", 3, pl.Int16, 2).to_list()
    [3, 3]
    """
    return _one(name, value, kind).new_from_index(0, height)


def frame_of(columns: Sequence[pl.Series]) -> pl.DataFrame:
    """Return a frame of these columns, of which there is at least one.

    >>> frame_of([pl.Series("a", [1]), pl.Series("b", [2])]).columns
    ['a', 'b']
    """
    return columns[0].to_frame().hstack(list(columns[1:]))


def replaced(frame: pl.DataFrame, *columns: pl.Series) -> pl.DataFrame:
    """Return a frame with these columns in place of those of the same names, or behind all others.

    >>> replaced(pl.DataFrame({"a": [1], "b": [2]}), pl.Series("a", [3]), pl.Series("c", [4])).row(0)
    (3, 2, 4)
    """
    made = frame.clone()
    places = {name: place for place, name in enumerate(frame.columns)}
    fresh = []
    for column in columns:
        if column.name in places:
            made.replace_column(places[column.name], column)
        else:
            fresh.append(column)
    return made.hstack(fresh) if fresh else made
