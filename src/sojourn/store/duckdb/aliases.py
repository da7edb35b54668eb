"""Other ids of profiles: what comes under one of them belongs to the profile that it was joined with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from sojourn.store.duckdb.identity import Entries, hashes

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

RECENT: Final = 4_096
"""So many changes are kept apart before the table is read anew."""

FEW: Final = 64
"""Up to so many ids are faster found one by one."""

NOTE: Final = "INSERT INTO identity SELECT * FROM (SELECT $alias AS alias, $pno AS pno, $at::TIMESTAMPTZ AS t)"
POINT: Final = "UPDATE identity SET pno = $stays WHERE pno = $gone"
RENAME: Final = "UPDATE profile SET profile_id = $id WHERE _pno = $pno"


class Aliases:
    """The table `identity`, in memory: what it says goes before what the ids of profiles say.

    Parameters
    ----------
    store : DuckStore
        Whose table it is; this object is its only writer.
    """

    def __init__(self, store: DuckStore) -> None:
        self._store = store
        self._read: Entries | None = None
        self._recent: dict[str, int] = {}
        self._moved: dict[int, int] = {}

    # ---- reading -------------------------------------------------------------------------------------------------

    def over(self, ids: pl.Series, found: pl.Series) -> pl.Series:
        """Return the profiles' numbers: those of aliases, else those that were found by the ids themselves."""
        if self._is_empty():
            return found
        known = self._numbers(ids)
        return known.zip_with(known.is_not_null(), found)

    def canonical(self, ids: pl.Series) -> pl.Series:
        """Return the ids under which the profiles are kept."""
        if self._is_empty():
            return ids
        known = self._numbers(ids)
        if known.null_count() == known.len():
            return ids
        numbers = known.drop_nulls().unique().to_frame("_pno")
        names = self._store.read(
            "SELECT p._pno, p.profile_id FROM profile p SEMI JOIN given USING (_pno)", given=numbers
        )
        kept = known.to_frame("_pno").join(names, on="_pno", how="left", maintain_order="left")["profile_id"]
        return kept.zip_with(kept.is_not_null(), ids).alias(ids.name)

    def _is_empty(self) -> bool:
        return not self._entries().frame.height and not self._recent

    def _numbers(self, ids: pl.Series) -> pl.Series:
        if ids.len() <= FEW:
            return self._few(ids)
        found = self._entries().find(hashes(ids))
        if self._recent:
            fresh = ids.replace_strict(self._recent, default=None, return_dtype=pl.Int64)
            found = fresh.zip_with(fresh.is_not_null(), found)
        return found.replace(self._moved) if self._moved else found

    def _few(self, ids: pl.Series) -> pl.Series:
        """Return what `_numbers` does, id by id."""
        listed = ids.to_list()
        read = self._entries().find(hashes(ids)).to_list() if self._entries().frame.height else [None] * len(listed)
        found = [self._recent.get(id, known) for id, known in zip(listed, read, strict=True)]
        return pl.Series("pno", [None if pno is None else self._moved.get(pno, pno) for pno in found], dtype=pl.Int64)

    def _entries(self) -> Entries:
        if self._read is None:
            rows = self._store.read("SELECT alias, pno FROM identity")
            self._read = Entries(hashes(rows["alias"]).with_columns(rows["pno"]))
        return self._read

    # ---- writing -------------------------------------------------------------------------------------------------

    def note(self, alias: str, pno: int, at: datetime) -> None:
        """Let an id be one of a profile."""
        self._store.run(NOTE, {"alias": alias, "pno": pno, "at": at})
        self._recent[alias] = pno
        self._settle()

    def rename(self, pno: int, before: str, after: str, at: datetime) -> None:
        """Keep a profile under another id; the one before goes on to be its own."""
        self._store.run(RENAME, {"id": after, "pno": pno})
        self.note(before, pno, at)
        self.note(after, pno, at)

    def point(self, gone: int, stays: int) -> None:
        """Let all ids of a profile be another's."""
        self._store.run(POINT, {"gone": gone, "stays": stays})
        self._moved = {old: stays if new == gone else new for old, new in self._moved.items()} | {gone: stays}
        self._settle()

    def _settle(self) -> None:
        if len(self._recent) + len(self._moved) > RECENT:
            self._read, self._recent, self._moved = None, {}, {}
