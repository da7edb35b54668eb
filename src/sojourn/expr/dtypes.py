"""Types of Polars and of DuckDB, where values cross from one to the other row by row."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_INSTANT = pl.Datetime("us", "UTC")
_PAIRS: dict[pl.DataType | type[pl.DataType], str] = {
    pl.Int64: "BIGINT",
    pl.Int32: "INTEGER",
    pl.Int16: "SMALLINT",
    pl.Int8: "TINYINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    _INSTANT: "TIMESTAMP WITH TIME ZONE",
    pl.Datetime("us"): "TIMESTAMP",
    pl.String: "VARCHAR",
}
_DTYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    **{sql: dtype for dtype, sql in _PAIRS.items()},
    "JSON": pl.String,
    "INTERVAL": pl.String,
}


def sql_of(dtype: pl.DataType) -> str | None:
    """Give the DuckDB type of a column, None when its values do not cross one by one."""
    if isinstance(dtype, pl.List):
        inner = sql_of(dtype.inner)  # type: ignore[arg-type]
        return f"{inner}[]" if inner else None
    if dtype == pl.Null:
        return "VARCHAR"
    return _PAIRS.get(dtype) or _PAIRS.get(type(dtype))


def dtype_of(sql: str) -> pl.DataType | type[pl.DataType] | None:
    """Give the Polars type of a DuckDB type, None when its values do not cross one by one."""
    if sql.endswith("[]"):
        inner = dtype_of(sql[:-2])
        return pl.List(inner) if inner else None
    return _DTYPES.get(sql)
