"""Numbers of profiles by their ids, in memory: 24 bytes a profile instead of a join over all ids for every batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

SEEDS: Final = (7_919, 104_729)
"""Of two independent hashes: two ids are the same person only if both agree (128 bits)."""

MERGE_AT: Final = 200_000
"""So many recent profiles are put in order with the others."""

ENTRY: Final = {"first": pl.UInt64, "second": pl.UInt64, "pno": pl.Int64}


class ProfileIndex:
    """Finds the numbers of profiles.

    Profiles are only ever added, with rising numbers, so the index reads what is new before it answers.
    """

    def __init__(self, store: DuckStore) -> None:
        self.store = store
        self._sorted = pl.DataFrame(schema=ENTRY)
        self._recent = pl.DataFrame(schema=ENTRY)
        self._newest = 0
        self._count = 0

    def numbers(self, profile_ids: pl.Series) -> pl.DataFrame:
        """Return `profile_id` and `pno` of those of these ids that exist, each once."""
        self._read_new()
        asked = _entries(pl.DataFrame({"profile_id": profile_ids.unique().drop_nulls()}))
        places = self._sorted["first"].search_sorted(asked["first"], side="left") if self._sorted.height else None
        if places is not None:
            at = self._sorted[places.clip(0, self._sorted.height - 1)]
            same = (at["first"] == asked["first"]) & (at["second"] == asked["second"])
            asked = asked.with_columns(pl.select(pl.when(same).then(at["pno"])).to_series().alias("pno"))
        else:
            asked = asked.with_columns(pl.lit(None, pl.Int64).alias("pno"))
        if self._recent.height:
            found = asked.join(
                self._recent, on=["first", "second"], how="left", suffix="_recent", maintain_order="left"
            )
            asked = found.with_columns(pl.coalesce("pno", "pno_recent").alias("pno"))
        return asked.filter(pl.col("pno").is_not_null()).select("profile_id", "pno")

    def _read_new(self) -> None:
        [(count,)] = self.store.connection.execute("SELECT count(*) FROM profile").fetchall()
        if count == self._count:
            return
        self._count = count
        fresh = self.store.read(
            "SELECT _pno AS pno, profile_id FROM profile WHERE _pno > $newest", {"newest": self._newest}
        )
        self._newest = int(fresh["pno"].max())  # type: ignore[arg-type]
        self._recent = pl.concat([self._recent, _entries(fresh).select(list(ENTRY))])
        if self._recent.height > MERGE_AT:
            self._sorted = pl.concat([self._sorted, self._recent]).sort("first").rechunk()
            self._recent = self._recent.clear()


def _entries(frame: pl.DataFrame) -> pl.DataFrame:
    ids = frame["profile_id"]
    return frame.with_columns(ids.hash(seed).alias(name) for name, seed in zip(("first", "second"), SEEDS, strict=True))
