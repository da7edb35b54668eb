"""The items that a scratch has taken, to be read like a log."""

from __future__ import annotations

import polars as pl

from sojourn.model.items import ITEM_SCHEMA


class Tape:
    """Items by the offsets that the scratch gave them."""

    def __init__(self) -> None:
        self._items = pl.DataFrame(schema=ITEM_SCHEMA)

    def keep(self, items: pl.DataFrame, first: int) -> None:
        """Note items (by `ITEM_SCHEMA`), of which the first has this offset."""
        offsets = pl.int_range(first, first + items.height, dtype=pl.Int64, eager=True).alias("offset")
        self._items = pl.concat([self._items, items.with_columns(offsets).select(list(ITEM_SCHEMA))])

    def read(self, offset: int, limit: int) -> pl.DataFrame:
        """Return up to `limit` items from `offset` on; see `Log.read`."""
        return self._items.filter(pl.col("offset") >= offset).head(limit)

    def end(self) -> int:
        """Return the offset behind the newest item."""
        return int(self._items["offset"][-1]) + 1 if self._items.height else 0
