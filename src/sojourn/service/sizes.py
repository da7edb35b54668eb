"""How large each audience was, day by day."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import polars as pl
import structlog

from sojourn.model.errors import SojournError
from sojourn.model.state import INSTANT
from sojourn.reports.population import Population
from sojourn.reports.reading import Cursor, Row, read
from sojourn.store.duckdb.commit import append

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

PATIENCE_S: Final = 300.0
HISTORY: Final = 'SELECT "at", size FROM audience_size WHERE audience = $audience ORDER BY "at"'
_log = structlog.get_logger(__name__)


class AudienceSizes:
    """Counts all audiences now and then, and tells what the counts were.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def measure(self) -> int:
        """Count the members of each audience, and keep that; return how many audiences were counted.

        One that cannot be counted, as it takes too long or names what is not there yet, is left out.
        """
        known, now = self._runtime.engine.processor.audiences, self._runtime.clock.now()
        with closing(self._runtime.cursor()) as cursor:
            cursor.execute("SET TimeZone = 'UTC'")
            population = Population(cursor, known.catalog, known.files, now, PATIENCE_S)
            sizes = {id: size for id in known.catalog.ids("audience") if (size := _size(population, id)) is not None}
        rows = pl.DataFrame(
            {"audience": list(sizes), "size": list(sizes.values())}, {"audience": pl.String, "size": pl.Int64}
        )
        store = self._runtime.store
        self._runtime.engine.call(
            lambda: append(store.statements, "audience_size", rows.with_columns(pl.lit(now).cast(INSTANT).alias("at")))
        )
        return rows.height

    def history(self, cursor: Cursor, audience: str) -> list[Row]:
        """Return what was counted of an audience (`at`, `size`), oldest first."""
        return read(cursor, HISTORY, {"audience": audience})


def _size(population: Population, audience: str) -> int | None:
    try:
        return int(population.count({"in": audience})["count"])
    except SojournError as error:
        _log.warning("an audience cannot be counted", audience=audience, reason=str(error))
        return None
