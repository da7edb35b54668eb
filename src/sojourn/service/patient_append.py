"""Putting on the log what a person clicked, who waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import polars as pl

from sojourn.log.port import Log
from sojourn.model.errors import SojournError
from sojourn.model.items import ITEM_SCHEMA

PATIENCE_S: Final = 2.0
"""How long a reader waits for the log; after that he gets his answer, and the log what is left of it."""
Lost = Callable[[BaseException], None]


async def appended(log: Log, items: Sequence[dict[str, Any]], lost: Lost) -> bool:
    """Append items; return whether they are durable. `lost` is told why they never will be."""
    names = dict.fromkeys(name for item in items for name in item)
    frame = pl.DataFrame(list(items), schema={name: ITEM_SCHEMA[name] for name in names})
    try:
        waiting = log.append_async(frame)
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.shield(waiting)
    except TimeoutError:
        waiting.add_done_callback(_late(lost))
        return False
    except (SojournError, OSError) as error:
        lost(error)
        return False
    return True


def _late(lost: Lost) -> Callable[[asyncio.Future[int]], None]:
    def finished(waiting: asyncio.Future[int]) -> None:
        error = None if waiting.cancelled() else waiting.exception()
        if error is not None:
            lost(error)

    return finished
