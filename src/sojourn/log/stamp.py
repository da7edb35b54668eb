"""Give items their instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from sojourn.log.errors import LogOrder
from sojourn.model.items import ITEM_SCHEMA

STORED_SCHEMA = pl.Schema({name: dtype for name, dtype in ITEM_SCHEMA.items() if name != "offset"})
INSTANT = pl.Datetime("us", "UTC")
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Return microseconds since 1970.

    >>> to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - BEGINNING) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the instant of microseconds since 1970."""
    return BEGINNING + MICROSECOND * micros


def stored(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with exactly the stored columns, in order; missing ones null."""
    if frame.schema == STORED_SCHEMA:
        return frame
    return frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in STORED_SCHEMA.items()
    )


def stamp(frame: pl.DataFrame, now: datetime, floor: int) -> pl.DataFrame:
    """Give `at` where it is null, and bound `occurred_at` by it.

    Parameters
    ----------
    frame : pl.DataFrame
        Stored columns, at least one row.
    now : datetime
        Instant of items without `at`.
    floor : int
        No item may have an instant before this one (microseconds since 1970); `now` is raised to it.

    Raises
    ------
    LogOrder
        A given `at` lies before `floor` or before the row above.
    """
    default = pl.lit(max(to_micros(now), floor)).cast(INSTANT)  # a literal datetime costs 30 times as much
    given = frame["at"].null_count() < frame.height
    at = pl.col("at").fill_null(default) if given else default
    stamped = frame.with_columns(at=at, occurred_at=pl.min_horizontal("occurred_at", at))
    if given:
        check_order(stamped["at"], floor)
    return stamped


def check_order(at: pl.Series, floor: int) -> None:
    """Raise `LogOrder` unless `at` never decreases and starts at `floor` or later."""
    first: datetime = at[0]
    if to_micros(first) < floor:
        raise LogOrder(
            f"an item has the instant {first.isoformat()}, before the newest of the log, "
            f"{from_micros(floor).isoformat()}"
        )
    if not at.is_sorted():
        raise LogOrder("the items of one append are not in order of `at`")
