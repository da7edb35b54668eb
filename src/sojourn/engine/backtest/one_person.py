"""The recorded items as if everybody had been known from the beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from sojourn.engine.backtest.period import Readable

KEPT: Final = """
SELECT i.alias AS id, any_value(p.profile_id) AS kept FROM identity i JOIN profile p ON p._pno = i.pno GROUP BY ALL
"""


class OnePerson:
    """A log whose items name each profile by the id under which the live store keeps it.

    The live store has the history of joined profiles as one, and so must the scratch.

    Parameters
    ----------
    log : Readable
        What was recorded.
    ask : callable
        Runs a query of the live store.
    """

    def __init__(self, log: Readable, ask: Callable[[str], pl.DataFrame]) -> None:
        self._log = log
        found = ask(KEPT)
        self._kept = dict(zip(found["id"], found["kept"], strict=True))

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return items as `Log.read` does; those that join two ids join nothing any more."""
        items = self._log.read(offset, limit)
        if not self._kept:
            return items
        joins = pl.col("kind") == "alias"
        return items.with_columns(
            pl.col("profile_id").replace(self._kept),
            pl.when(joins).then(pl.col("name").replace(self._kept)).otherwise("name").alias("name"),
        )
