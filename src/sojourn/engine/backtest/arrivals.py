"""Profiles that an import brought during the period: they are not in the log, and appear when they did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import polars as pl

from sojourn.engine.backtest.live import Live
from sojourn.engine.backtest.past import overlaid
from sojourn.engine.backtest.period import Period
from sojourn.engine.scratch import Scratch

IMPORTED: Final = """
SELECT l.* FROM bt_live l LEFT JOIN (SELECT profile_id, min("at") AS "at" FROM bt_seen GROUP BY ALL) s
ON s.profile_id = l.profile_id WHERE s."at" IS NULL OR s."at" > l._created_at
"""


class Arrivals:
    """Imported profiles of a period, by the instant of their import.

    Parameters
    ----------
    scratch : Scratch
        With `bt_seen` and `bt_touched` (see `changed`).
    """

    def __init__(self, scratch: Scratch, live: Live, period: Period) -> None:
        self._scratch = scratch
        declared = scratch.workspace.directory.entities["profile"].attributes
        known = [name for name in declared if name in live.columns("profile") and name != "profile_id"]
        columns = ", ".join(f'"{name}"' for name in ("_pno", "profile_id", "_created_at", *known))
        live.copy(
            scratch.store, f"SELECT {columns} FROM profile WHERE _created_at >= $since AND _created_at <= $until",
            f"CREATE TABLE bt_arrival AS {IMPORTED}", {"since": period.since, "until": period.until},
        )  # fmt: skip
        flags = set(scratch.store.columns("bt_flag")) - {"profile_id"}
        self._fresh = overlaid(known, dict(declared), flags).replace("bt_live", "bt_arrived")
        instants = scratch.store.read("SELECT DISTINCT _created_at FROM bt_arrival ORDER BY 1")
        self._instants: list[datetime] = instants["_created_at"].to_list()
        self.count = int(scratch.store.read("SELECT count(*) FROM bt_arrival").item())

    def parts(self, items: pl.DataFrame, until: datetime) -> Iterator[tuple[pl.DataFrame, datetime]]:
        """Yield items in parts, each with the instant it reaches; who is imported at that appears when it is done."""
        while self._instants and self._instants[0] <= until:
            at = self._instants.pop(0)
            yield items.filter(pl.col("at") < at), at
            self.arrive(at)
            items = items.filter(pl.col("at") >= at)
        yield items, until

    def arrive(self, at: datetime) -> None:
        """Let the profiles of an import appear."""
        processor, store = self._scratch.processor, self._scratch.store
        rows = store.read("SELECT * FROM bt_arrival WHERE _created_at = $at ORDER BY _pno", {"at": at})
        first = int(rows["_pno"].min())  # type: ignore[arg-type]
        if first < processor.next_pno:
            first = processor.next_pno
            rows = rows.with_columns(pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True).alias("_pno"))
        with store.frames(bt_arrived=rows):
            store.connection.execute(f"INSERT INTO profile BY NAME {self._fresh}")
        store.inserted("profile", rows)
        processor.next_pno = int(rows["_pno"].max()) + 1  # type: ignore[arg-type]
        processor.watch(at)
