"""Rows of entities as frames of their declared types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from sojourn.model.state import frame_type


def typed_rows(rows: Sequence[Mapping[str, object]], attributes: Mapping[str, str]) -> pl.DataFrame:
    """Return rows (JSON values by attribute) as a frame; what does not fit its type is null.

    Examples
    --------
    >>> typed_rows([{"nights": "2"}], {"nights": "integer"})["nights"].to_list()
    [2]
    """
    return pl.DataFrame([_column(name, kind, [row.get(name) for row in rows]) for name, kind in attributes.items()])


def _column(name: str, kind: str, values: list[object]) -> pl.Series:
    if kind.startswith("["):
        lists = [value if isinstance(value, list) else None for value in values]
        return pl.Series(name, lists, dtype=frame_type(kind), strict=False)
    texts = [_text(value, kind) for value in values]
    column = pl.Series(name, texts, dtype=pl.String)
    if kind in ("string", "json"):
        return column
    if kind == "boolean":
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if kind == "timestamp":
        return column.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    if kind == "date":
        return column.str.slice(0, 10).str.to_date(strict=False)
    number = column.cast(pl.Float64, strict=False)
    return number.cast(pl.Int64, strict=False) if kind == "integer" else number


def _text(value: object, kind: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if kind == "json" or isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
