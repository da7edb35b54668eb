"""Two ids are one person: who stays, and what becomes of the other (docs/adr/0012)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from sojourn.engine.item import Item, frame_of
from sojourn.engine.merging import Merge, merge, move_rows
from sojourn.model.identity import is_anonymous

if TYPE_CHECKING:
    from sojourn.engine.processor import Processor
    from sojourn.store.duckdb import DuckStore


@dataclass(frozen=True)
class Person:
    """An id, and the profile that is kept for it, if there is one.

    Attributes
    ----------
    id : str
        As the item names it.
    kept : str
        The id under which the profile is kept; the same where there is none.
    pno : int, optional
        Number of the profile.
    """

    id: str
    kept: str
    pno: int | None

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody knows who it is."""
        return is_anonymous(self.kept)


def join(processor: Processor, item: Item) -> None:
    """Take an item of the kind `alias`: `name` is another id of `profile_id`."""
    if not item["name"] or not item["profile_id"]:
        processor.refuse(frame_of(item), "ITEM-013", "does not name two ids")
        return
    other, one = find(processor.store, item["name"]), find(processor.store, item["profile_id"])
    if one.is_anonymous and not other.is_anonymous:
        one, other = other, one
    with processor.store.transaction():
        if not other.is_anonymous and is_anonymous(other.id):
            reason = f"names `{other.id}`, who is `{other.kept}` already"
            processor.refuse(frame_of(item), "ITEM-016", reason)
            one = other = find(processor.store, item["profile_id"])
        kept = unite(processor, one, other, item["at"])
        # The item counts as one of the profile, which it creates where there is none.
        processor.fold_items(frame_of({**item, "profile_id": kept}), item["at"])
        if other.pno is None and other.id != kept:
            note(processor.store, other.id, kept, item["at"])


def unite(processor: Processor, one: Person, other: Person, at: datetime) -> str:
    """Make one profile of two, where there are two; return the id under which it is kept."""
    if other.pno is None or other.pno == one.pno:
        return one.kept
    if one.pno is None:
        processor.store.aliases.rename(other.pno, other.kept, one.id, at)
        move_rows(processor, other.kept, one.id)
        processor.store.changed["profiles"] += 1
        return one.id
    merge(processor, Merge(other.pno, other.kept, one.pno, one.kept, at))
    return one.kept


def find(store: DuckStore, id: str) -> Person:
    """Return what the store knows of an id."""
    ids = pl.Series("profile_id", [id], dtype=pl.String)
    return Person(id, store.aliases.canonical(ids)[0], store.resolve(ids)[0])


def note(store: DuckStore, alias: str, kept: str, at: datetime) -> None:
    """Let what comes under an unknown id go to a profile."""
    pno = find(store, kept).pno
    if pno is not None:
        store.aliases.note(alias, pno, at)


def are_joined(store: DuckStore, items: pl.DataFrame) -> pl.Series:
    """Tell for each item whether it joins two ids that are one profile's already: nothing can change that any more."""
    asked = items["kind"] == "alias"
    if not asked.any():
        return asked
    one, other = store.resolve(items["profile_id"]), store.resolve(items["name"])
    return asked & (one == other).fill_null(False)
