"""The routes that give reports as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator

from sojourn.model.instants import parse_instant, parse_zone
from sojourn.reports.breakdown import By, breakdown
from sojourn.reports.document import report
from sojourn.reports.experiment import experiment
from sojourn.reports.inside import Number
from sojourn.reports.nodes import versions
from sojourn.reports.reading import Row
from sojourn.service.access.audit import Audit
from sojourn.service.access.caller import Caller
from sojourn.service.access.guard import Guard
from sojourn.service.runtime import Runtime
from sojourn.service.studio.numbers import number_of
from sojourn.service.studio.people import People
from sojourn.service.studio.sheets import columns_of, flat, sheet
from sojourn.store.duckdb.patience import patience

PATIENCE_S = 60.0
PAGE = 10_000
"""Profiles that are read at once: memory stays the same however many there are."""
Table = Literal["nodes", "refused", "channels", "messages", "links", "conversions"]
Zone = Annotated[str, BeforeValidator(parse_zone)]
Instant = Annotated[datetime, BeforeValidator(parse_instant)]
AS_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A table, with names of columns."}
}
PEOPLE = ["profile", "at", "version", "node", "key", "until", "name", "detail"]


def export_routes(runtime: Runtime, people: People, audit: Audit, guard: Guard) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/documents/{id}/export", tags=["reports"])
    reads, exporter = [Depends(guard.needs("read"))], Depends(guard.needs("read", "profiles"))

    @router.get("/breakdown.csv", dependencies=reads, response_class=StreamingResponse, responses=AS_CSV)
    def export_breakdown(
        id: str, by: By, zone: Zone = "UTC", since: Instant | None = None, until: Instant | None = None
    ) -> StreamingResponse:
        """Return `GET /api/documents/{id}/breakdown` as a table."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the report"):
            rows = breakdown(cursor, runtime.engine.processor.program, id, by, zone, since, until)["rows"]
        return _table(f"{id}-by-{by}", [{by: row["key"], **row["counts"]} for row in rows])

    @router.get("/experiment.csv", dependencies=reads, response_class=StreamingResponse, responses=AS_CSV)
    def export_experiment(id: str, value: str | None = None) -> StreamingResponse:
        """Return `GET /api/documents/{id}/experiment` as a table, a row for each group of each goal."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the report"):
            found = experiment(cursor, runtime.engine.processor.program, id, value)
        rows = [
            flat({"goal": goal["goal"], "measure": goal["measure"], **group})
            for goal in found["goals"]
            for group in goal["groups"]
        ]
        return _table(f"{id}-experiment", rows)

    @router.get("/people.csv", response_class=StreamingResponse, responses=AS_CSV)
    def export_people(id: str, number: Number = Depends(number_of), caller: Caller = exporter) -> StreamingResponse:
        """Return all profiles behind a number (`GET /api/documents/{id}/inside`); who did it is recorded."""
        first = _page(people, id, number, None)
        line = versions(runtime.engine.processor.program, id)[0]
        wanted = {name: str(value) for name, value in asdict(number).items() if value is not None}
        audit.record(caller, "profiles.export", f"{line.kind}/{id}", None, wanted)
        return _csv(f"{id}-{number.behind}", sheet(PEOPLE, _people(people, id, number, first)))

    @router.get("/{table}.csv", dependencies=reads, response_class=StreamingResponse, responses=AS_CSV)
    def export_table(id: str, table: Table) -> StreamingResponse:
        """Return a table of `GET /api/documents/{id}/report`."""
        with closing(runtime.cursor()) as cursor, patience(cursor, PATIENCE_S, "the report"):
            found = report(cursor, runtime.engine.processor.program, id, runtime.clock.now())[table]
        if table == "refused":
            found = [{"reason": reason, "entries": n} for reason, n in found.items()]
        return _table(f"{id}-{table}", [flat(row) for row in found])

    return router


def _page(people: People, id: str, number: Number, after: int | None) -> Row:
    with closing(people.cursor()) as cursor:
        return people.who(cursor, id, number, after, PAGE)


def _people(people: People, id: str, number: Number, page: Row) -> Iterator[Row]:
    while True:
        yield from page["rows"]
        if page["next"] is None:
            return
        page = _page(people, id, number, page["next"])


def _table(name: str, rows: list[Row]) -> StreamingResponse:
    return _csv(name, sheet(columns_of(rows), rows))


def _csv(name: str, lines: Iterator[str]) -> StreamingResponse:
    file = re.sub(r"[^A-Za-z0-9_-]+", "-", name)
    headers = {"Content-Disposition": f'attachment; filename="{file}.csv"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
