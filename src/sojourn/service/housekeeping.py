"""What a workspace does once a day by itself: it counts audiences, deletes what is old, and finishes erasures."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.engine.campaigns.book import RETENTION as RUN_ROWS
from sojourn.engine.campaigns.book import RunBook
from sojourn.engine.clock import elapsed_s, rest
from sojourn.engine.threads import background
from sojourn.model.instants import format_duration, format_instant
from sojourn.model.retention import Retention
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.rights.erasure import Erasure
from sojourn.service.sizes import AudienceSizes
from sojourn.store.duckdb.patience import patience
from sojourn.store.duckdb.pruning import counts, prune
from sojourn.store.inbox import drop_expired

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

POLL_S: Final = 30.0
COUNTING_S: Final = 30.0
LAST: Final = "housekeeping"
"""Name in `meta` of when it was done last, and what it did."""
SORTS: Final = tuple(name for name in Retention.model_fields if name != "log")
_log = structlog.get_logger(__name__)


class Housekeeping:
    """Looks now and then whether a day is over by the engine's clock, and then tidies up.

    Parameters
    ----------
    runtime : Runtime
        Started or opened.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._erasure = Erasure(runtime)
        self._sizes = AudienceSizes(runtime)
        self._end = threading.Event()
        self._turn = threading.Lock()
        self._thread = background(self._run, "sojourn-housekeeping")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the portion that is being deleted."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(POLL_S):
            try:
                if self.is_due(self._runtime.clock.now()):
                    self.tidy()
            except Exception as error:  # whatever it is, tomorrow must have its chance
                _log.error("housekeeping failed; it is tried again", reason=str(error))

    def retention(self) -> Retention:
        """Return how long what is kept, as the documents say that run."""
        settings = next(iter(self._runtime.engine.processor.audiences.catalog.all("workspace").values()), None)
        return Retention() if settings is None else settings.retention

    def last(self) -> dict[str, Any]:
        """Return when it was done last (`at`, None: never) and how many rows of each sort it deleted (`deleted`)."""
        told = self._runtime.engine.call(lambda: self._runtime.store.meta(LAST))
        return json.loads(told) if told else {"at": None, "deleted": {}}

    def is_due(self, now: datetime) -> bool:
        """Tell whether a day has begun (UTC) since it was done last."""
        at = self.last()["at"]
        return at is None or str(at)[:10] != format_instant(now)[:10]

    def tidy(self) -> dict[str, Any]:
        """Delete what is old, finish erasures, and return what was done (`at`, `deleted`)."""
        with self._turn:
            now, kept = self._runtime.clock.now(), self.retention()
            deleted = {sort: self._prune(sort, now - getattr(kept, sort)) for sort in SORTS if getattr(kept, sort)}
            if kept.log is not None:
                deleted["log"] = self._shorten(now - kept.log)
            self._drop_remains(now)
            if not self._end.is_set():
                self._sizes.measure()
                self._erasure.take_late()
                self._erasure.carry_on()
                self._erasure.scrub()
            done = {"at": format_instant(now), "deleted": deleted}
            if not self._end.is_set():
                self._runtime.engine.call(lambda: self._runtime.store.set_meta({LAST: json.dumps(done)}))
            return done

    def forecast(self, kept: Retention) -> list[dict[str, Any]]:
        """Return of each sort of record how many there are, since when, and how many would go now.

        Parameters
        ----------
        kept : Retention
            How long each is kept; need not be what is published.
        """
        now = self._runtime.clock.now()
        limits = {sort: now - getattr(kept, sort) if getattr(kept, sort) else None for sort in Retention.model_fields}
        with closing(self._runtime.cursor()) as cursor, patience(cursor, COUNTING_S, "the count"):
            counted = [{"sort": sort, **counts(cursor, sort, limits[sort])} for sort in SORTS]
        return [*counted, {"sort": "log", **self._log_counts(limits["log"])}]

    def _log_counts(self, before: datetime | None) -> dict[str, Any]:
        log, reached = self._runtime.log, self._runtime.engine.offset
        first = log.read(0, 1)
        if first.is_empty():
            return {"rows": 0, "old": 0, "oldest": None}
        begin = int(first["offset"][0])
        old = 0 if before is None else max(min(log.offset_at(before), reached) - begin, 0)
        return {"rows": log.end() - begin, "old": old, "oldest": first["at"][0]}

    def _prune(self, sort: str, before: datetime) -> int:
        """Delete one sort, a portion between two batches of the engine, with a pause as long after each."""
        store, total = self._runtime.store, 0
        while not self._end.is_set():
            began_s = elapsed_s()
            count = self._runtime.engine.call(lambda: prune(store, sort, before))
            total += count
            if not count:
                break
            rest(min(elapsed_s() - began_s, 1.0))
        return total

    def _drop_remains(self, now: datetime) -> None:
        """Drop what is of use for some days only, whatever is kept: rows of campaigns' runs, messages for pages."""
        store = self._runtime.store

        def drop() -> None:
            with store.transaction():
                RunBook(store).drop_tables(now - RUN_ROWS)

        self._runtime.engine.call(drop)
        drop_expired(self._runtime.places.data, int(now.timestamp()))

    def _shorten(self, before: datetime) -> int:
        """Shorten the log, but by nothing that the engine has not taken; return by how many items."""
        log, reached = self._runtime.log, self._runtime.engine.offset
        [first, *_] = [*log.read(0, 1)["offset"].to_list(), 0]
        left = log.retain(min(log.offset_at(before), reached))
        return max(left - int(first), 0)


class Kept(BaseModel):
    """How long each sort of record is kept, as durations; null: for ever."""

    events: str | None
    steps: str | None
    message_contents: str | None
    calls: str | None
    rejects: str | None
    log: str | None


class Tidied(BaseModel):
    """What the daily run does and did."""

    retention: Kept
    at: str | None = Field(description="When it was done last.")
    deleted: dict[str, int] = Field(description="By sort of record: how many it deleted or emptied.")


class Forecast(BaseModel):
    """What would become of one sort of record."""

    sort: str
    rows: int = Field(description="How many there are.")
    old: int = Field(description="How many of them would go now.")
    oldest: str | None = Field(description="Since when they are kept.")


def housekeeping_routes(housekeeping: Housekeeping, guard: Guard, record: Any) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/housekeeping", tags=["operation"])
    tidies = Depends(guard.needs("configure"))

    def told(done: dict[str, Any]) -> Tidied:
        kept = housekeeping.retention()
        written = {name: _written(getattr(kept, name)) for name in Retention.model_fields}
        return Tidied(retention=Kept(**written), **done)

    @router.get("", dependencies=[Depends(guard.needs("read"))])
    def last() -> Tidied:
        """Return how long what is kept, and what the last daily run did."""
        return told(housekeeping.last())

    @router.post("/forecast", dependencies=[Depends(guard.needs("read"))])
    def forecast(kept: Retention) -> list[Forecast]:
        """Return how much would go if so much were kept, published or not; nothing is deleted."""
        rows = housekeeping.forecast(kept)
        return [Forecast(**{**row, "oldest": row["oldest"] and format_instant(row["oldest"])}) for row in rows]

    @router.post("")
    def tidy(caller: Caller = tidies) -> Tidied:
        """Do now what is done once a day."""
        done = housekeeping.tidy()
        record(caller, "housekeeping.run", "housekeeping", None, done["deleted"])
        return told(done)

    return router


def _written(kept: timedelta | None) -> str | None:
    return None if kept is None else format_duration(kept)
