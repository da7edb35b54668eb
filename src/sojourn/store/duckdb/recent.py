"""Changes that were handed over to be written, as rows that a query on another connection may not see yet.

Whether it sees them is never asked: they are laid over what it found such that it makes no difference. So only tables
whose rows have a number of their own can be read like this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from sojourn.model.state import Changes
from sojourn.store.duckdb.behind import Handed, Parts

NUMBERED: Final[Mapping[str, str]] = {
    "passage": "no", "held": "no", "queued": "no", "turn": "no", "message": "no", "event": "offset",
}  # fmt: skip
"""Tables that can be read while changes are being written, and the column that tells their rows apart."""


class Recent:
    """What was handed over and may not be durable yet, in its order."""

    def __init__(self) -> None:
        self._handed: list[Handed] = []

    def put(self, parts: Parts) -> Handed:
        """Note a transaction that is about to be handed over."""
        self._handed.append(Handed(parts))
        return self._handed[-1]

    def clear(self) -> None:
        """Note that all is durable, or lost."""
        self._handed.clear()

    def pending(self) -> list[Changes]:
        """Return the changes that a query which starts after this call may not see."""
        self._handed = [handed for handed in self._handed if not handed.is_durable]
        return [changes for handed in self._handed for changes, _ in handed.parts]


def concerns(changes: Changes, table: str) -> bool:
    """Tell whether changes write to a table."""
    if table == "profile":
        return bool(changes.created or changes.written)
    return any(table in written for written in (changes.append, changes.drop, changes.replaced, changes.rewritten))


def over(rows: pl.DataFrame, table: str, profiles: pl.DataFrame, pending: list[Changes]) -> pl.DataFrame:
    """Return the rows of a `NUMBERED` table as they are after changes.

    Parameters
    ----------
    rows : DataFrame
        What a query found of these profiles, with some of the changes or none, from the first on.
    profiles : DataFrame
        `pno` of the profiles that are asked for.
    """
    number = NUMBERED[table]
    for changes in pending:
        gone = changes.drop.get(table, [])
        fresh = [frame.join(profiles, on="pno", how="semi") for frame in changes.append.get(table, ())]
        fresh = [frame.select(rows.columns) for frame in fresh if frame.height]
        if rows.height and (gone or fresh):
            numbers = pl.concat([*gone, *(frame[number] for frame in fresh)]).alias(number).to_frame()
            rows = rows.join(numbers, on=number, how="anti", maintain_order="left")
        if fresh:
            rows = pl.concat([rows, *fresh])
    return rows


def attributes_over(rows: pl.DataFrame, profiles: pl.DataFrame, pending: list[Changes]) -> pl.DataFrame:
    """Return attributes of profiles (`_pno`, and others) as they are after changes; see `over`."""
    wanted = profiles.rename({"pno": "_pno"})
    for changes in pending:
        for created in changes.created:
            fresh = created.join(wanted, on="_pno", how="semi")
            if fresh.height:
                known = rows.join(fresh.select("_pno"), on="_pno", how="anti", maintain_order="left")
                rows = pl.concat([known, conformed(fresh, rows)])
        written = [name for name in rows.columns if name in changes.written]
        if changes.attributes is not None and written:
            fresh = changes.attributes.select("_pno", *written)
            rows = rows.update(fresh, on="_pno", how="left", include_nulls=True)
    return rows


def left_over(rows: pl.DataFrame, profiles: pl.DataFrame, pending: list[Changes]) -> pl.DataFrame:
    """Return when profiles last left each document (`doc`, `pno`, `key`, `left_at`) after changes; see `over`."""
    fresh = [
        frame.join(profiles, on="pno", how="semi").select(rows.columns)
        for changes in pending
        for frame in changes.append.get("passage_end", ())
    ]
    if not any(frame.height for frame in fresh):
        return rows
    return pl.concat([rows, *fresh]).group_by("doc", "pno", "key").agg(pl.col("left_at").max())


def conformed(frame: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of another frame; those that a frame does not have are null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in like.schema.items()
    )
