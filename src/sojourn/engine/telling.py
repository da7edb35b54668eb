"""What happened outside, as items of the log: told by those who deliver and those who call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl
import structlog

from sojourn.engine.lane import Rest
from sojourn.log.port import Log
from sojourn.model.errors import SojournError
from sojourn.model.items import ITEM_SCHEMA

GIVEN: Final = {name: dtype for name, dtype in ITEM_SCHEMA.items() if name != "offset"}
_log = structlog.get_logger(__name__)


def told_frame(
    kind: str, occurred_at: datetime, profile_ids: Sequence[str], names: Sequence[str], data: Sequence[str]
) -> pl.DataFrame:
    """Return items of a kind for the log, without `at`: the log gives it."""
    nothing = pl.Series([None], dtype=pl.Null).new_from_index(0, len(names))
    columns: dict[str, Any] = dict.fromkeys(GIVEN, nothing) | {
        "occurred_at": [occurred_at] * len(names), "kind": [kind] * len(names), "profile_id": profile_ids,
        "name": names, "data": data,
    }  # fmt: skip
    return pl.DataFrame(columns, schema=GIVEN)


async def append_at_last(log: Log, frame: pl.DataFrame, rest: Rest, what: str) -> int:
    """Append items and return the offset of the first; a log that refuses is asked again."""
    failures = 0
    while True:
        try:
            return await log.append_async(frame)
        except (SojournError, OSError) as error:
            failures += 1
            wait_s = rest.after(failures)
            _log.error(f"{what} cannot be logged yet", reason=str(error), wait_s=wait_s)
            await asyncio.sleep(wait_s)
