"""Numbers of profiles by their ids, in memory: 32 bytes a profile instead of a join over all ids for every batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

SEEDS: Final = (7_919, 104_729)
"""Of two independent hashes: two ids are the same person only if both agree (128 bits)."""

FEW: Final = 64
"""Up to so many profiles are faster found one by one."""

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
    takes 1 ms, and a binary search 7.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame.sort("first").rechunk()
        self._width = 1 << (64 - max(1, frame.height).bit_length())
        here = (self.frame["first"] // self._width).rle().struct.unnest()
        sizes = pl.Series("size", [0], dtype=pl.UInt32).new_from_index(0, 2**64 // self._width)
        ends = sizes.scatter(here["value"], here["len"]).cum_sum()
        self._starts = pl.concat([ends.clear().append(pl.Series([0], dtype=ends.dtype)), ends])

    def find(self, asked: pl.DataFrame) -> pl.Series:
        """Return the number of each profile of which both hashes are asked for, null where there is none."""
        if asked.height <= FEW:
            return pl.Series("pno", [self._find(*pair) for pair in asked.iter_rows()], dtype=pl.Int64)
        ranges = asked["first"] // self._width
        open_ = asked.with_row_index("row").with_columns(
            self._starts.gather(ranges).alias("place"), self._starts.gather(ranges + 1).alias("end")
        )
        rows, numbers = [], []
        while (open_ := open_.filter(pl.col("place") < pl.col("end"))).height:
            place = open_["place"]
            same = (self.frame["first"].gather(place) == open_["first"]) & (
                self.frame["second"].gather(place) == open_["second"]
            )
            rows.append(open_["row"].filter(same))
            numbers.append(self.frame["pno"].gather(place.filter(same)))
            open_ = open_.filter(~same).with_columns(pl.col("place") + 1)
        found = _NOBODY.new_from_index(0, asked.height)
        return found.scatter(pl.concat(rows), pl.concat(numbers)) if rows else found

    def _find(self, first: int, second: int) -> int | None:
        place = first // self._width
        for i in range(self._starts[place], self._starts[place + 1]):
            if self.frame["first"][i] == first and self.frame["second"][i] == second:
                return int(self.frame["pno"][i])
        return None


class ProfileIndex:
    """Finds the numbers of profiles.

    Profiles are only ever added, with rising numbers, so the index reads what is new before it answers. New ones make
    a part of their own; parts of like size are merged, so that there are few, each less than half as large as the one
    before.
    """

    def __init__(self, store: DuckStore) -> None:
        self.store = store
        self.stale = True
        """Whether profiles may have been added since the index was read."""
        self._parts: list[Entries] = []
        self._newest = 0

    def numbers(self, profile_ids: pl.Series) -> pl.Series:
        """Return the number of each of these profiles, null for one that does not exist."""
        if self.stale:
            self._read_new()
        asked = hashes(profile_ids)
        found = _NOBODY.new_from_index(0, asked.height)
        for part in self._parts:
            if found.has_nulls():
                found = found.zip_with(found.is_not_null(), part.find(asked))
        return self.store.aliases.over(profile_ids, found)

    def _read_new(self) -> None:
        fresh = self.store.read(
            "SELECT _pno AS pno, profile_id FROM profile WHERE _pno > $newest", {"newest": self._newest}
        )
        self.stale = False
        if fresh.height:
            self._newest = int(fresh["pno"].max())  # type: ignore[arg-type]
            self._add(hashes(fresh["profile_id"]).with_columns(fresh["pno"]))

    def _add(self, fresh: pl.DataFrame) -> None:
        while self._parts and self._parts[-1].frame.height < 2 * fresh.height:
            fresh = pl.concat([self._parts.pop().frame, fresh])
        self._parts.append(Entries(fresh))


_NOBODY: Final = pl.Series("pno", [None], dtype=pl.Int64)


def hashes(ids: pl.Series) -> pl.DataFrame:
    """Return two independent hashes of each id."""
    return pl.DataFrame([ids.hash(seed).alias(name) for name, seed in zip(("first", "second"), SEEDS, strict=True)])
