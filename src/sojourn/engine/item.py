"""One item, as what is taken by itself sees it."""

from __future__ import annotations

from typing import Any

import polars as pl

from sojourn.model.items import ITEM_SCHEMA

Item = dict[str, Any]


def frame_of(item: Item) -> pl.DataFrame:
    """Return the item as a frame of one row."""
    return pl.DataFrame([{name: item.get(name) for name in ITEM_SCHEMA}], schema=dict(ITEM_SCHEMA))
