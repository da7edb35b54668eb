"""Numbers of profiles by their ids, in memory: 32 bytes a profile instead of a join over all ids for every batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

SEEDS: Final = (7_919, 104_729)
"""Of two independent hashes: two ids are the same person only if both agree (128 bits)."""

NOBODY: Final = -1
"""Stands for the number of a profile that does not exist."""

Numbers = np.ndarray[tuple[int], np.dtype[Any]]
ENTRY: Final = {"first": pl.UInt64, "second": pl.UInt64, "pno": pl.Int64}


class Entries:
    """Profiles in the order of their first hash, with the place at which each range of hashes begins.

    Parameters
    ----------
    frame : DataFrame
        Of the columns `ENTRY`, in any order.

    Notes
    -----
    There are about twice as many ranges as profiles, so that most have one or none: of 20,000 ids in a million this
    takes 2 ms, and a binary search 7.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame.sort("first").rechunk()
        self._first, self._second, self._pno = (self.frame[name].to_numpy() for name in ENTRY)
        self._shift = np.uint64(64 - max(1, frame.height).bit_length())
        counts = np.bincount(self._ranges(self._first), minlength=2**64 >> int(self._shift))
        self._starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32 if len(counts) < 2**32 else np.uint64)

    def _ranges(self, hashes: Numbers) -> Numbers:
        return (hashes >> self._shift).astype(np.int64)

    def find(self, asked: pl.DataFrame) -> pl.Series:
        """Return the number of each profile of which both hashes are asked for, null where there is none."""
        first, second = (asked[name].to_numpy() for name in ("first", "second"))
        ranges = self._ranges(first)
        place, end = self._starts[ranges].astype(np.int64), self._starts[ranges + 1].astype(np.int64)
        found = np.full(asked.height, NOBODY, dtype=np.int64)
        rows = np.arange(asked.height)
        while True:
            inside = place < end
            rows, place, end = rows[inside], place[inside], end[inside]
            if not rows.size:
                return _numbers(found)
            same = (self._first[place] == first[rows]) & (self._second[place] == second[rows])
            found[rows[same]] = self._pno[place[same]]
            rows, place, end = rows[~same], place[~same] + 1, end[~same]


def _numbers(found: Numbers) -> pl.Series:
    numbers, missing = pl.Series("pno", found), found == NOBODY
    return numbers.set(pl.Series(missing), None) if missing.any() else numbers


class ProfileIndex:
    """Finds the numbers of profiles.

    Profiles are added with rising numbers, so the index reads what is new before it answers; who was erased is left
    out. New ones make
    a part of their own; parts of like size are merged, so that there are few, each less than half as large as the one
    before.
    """

    def __init__(self, store: DuckStore) -> None:
        self.store = store
        self.stale = True
        """Whether profiles may have been added since the index was read."""
        self._parts: list[Entries] = []
        self._newest = 0
        self._removed: set[int] = set()

    def numbers(self, profile_ids: pl.Series) -> pl.Series:
        """Return the number of each of these profiles, null for one that does not exist."""
        if self.stale:
            self._read_new()
        asked = hashes(profile_ids)
        found = _NOBODY.new_from_index(0, asked.height)
        for part in self._parts:
            if found.has_nulls():
                found = found.zip_with(found.is_not_null(), self._present(part.find(asked)))
        return self.store.aliases.over(profile_ids, found)

    def _present(self, found: pl.Series) -> pl.Series:
        if not self._removed:
            return found
        gone = found.is_in(list(self._removed)).fill_null(False)
        return found.set(gone, None) if gone.any() else found

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget profiles that are not there any more; their ids may come again as others."""
        self._removed.update(numbers)

    def learn(self, created: pl.DataFrame) -> None:
        """Note profiles (`_pno`, `profile_id`) that are about to be added, so that they need not be read."""
        if not self.stale:
            self._note(created.select(pl.col("_pno").alias("pno"), "profile_id"))

    def _read_new(self) -> None:
        fresh = self.store.read(
            "SELECT _pno AS pno, profile_id FROM profile WHERE _pno > $newest", {"newest": self._newest}
        )
        self.stale = False
        self._note(fresh)

    def _note(self, fresh: pl.DataFrame) -> None:
        if fresh.height:
            self._newest = int(fresh["pno"].max())  # type: ignore[arg-type]
            self._add(hashes(fresh["profile_id"]).with_columns(fresh["pno"]))

    def _add(self, fresh: pl.DataFrame) -> None:
        if self._removed:
            fresh = fresh.filter(~pl.col("pno").is_in(list(self._removed)))
        while self._parts and self._parts[-1].frame.height < 2 * fresh.height:
            older = self._parts.pop().frame
            fresh = pl.concat([older.filter(~pl.col("pno").is_in(list(self._removed))), fresh])
        self._parts.append(Entries(fresh))


_NOBODY: Final = pl.Series("pno", [None], dtype=pl.Int64)


def hashes(ids: pl.Series) -> pl.DataFrame:
    """Return two independent hashes of each id."""
    return pl.DataFrame([ids.hash(seed).alias(name) for name, seed in zip(("first", "second"), SEEDS, strict=True)])
