"""Bounces and complaints about messages of this workspace, on their way to the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from sojourn.model.items import ITEM_SCHEMA, compact_json
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.service.access.guard import Guard

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

PATIENCE_S: Final = 60.0
"""How long the engine may take to know what was taken before."""
_COLUMNS: Final = ("occurred_at", "kind", "profile_id", "name", "data")
_ABOUT: Final = """
SELECT m.no, p.profile_id, o.document || coalesce('/' || o.node_id, '') AS of FROM message m
JOIN profile p ON p._pno = m.pno LEFT JOIN origin o ON o.doc = m.doc AND o.node = m.node
WHERE list_contains($numbers, m.no)
"""
_KNOWN: Final = "SELECT message, kind FROM feedback WHERE list_contains($numbers, message)"


class Told(BaseModel):
    """What a mail reports of one message."""

    kind: Literal["bounced", "soft_bounced", "complained"]
    status: str | None = Field(default=None, max_length=20, description="Enhanced status code, such as `5.1.1`.")
    reason: str = Field(default="", max_length=1_000)
    keys: list[str] = Field(max_length=50, description="Keys of messages; the first that was made here is meant.")


class Reports(BaseModel):
    """Reports of a number of mails."""

    reports: list[Told] = Field(max_length=1_000)


class Taken(BaseModel):
    """What came of reports."""

    bounced: int = 0
    soft_bounced: int = 0
    complained: int = 0
    known: int = Field(default=0, description="Told before: they change nothing.")
    foreign: int = Field(default=0, description="About no message of this workspace.")


def take_reports(runtime: Runtime, reports: Sequence[Told]) -> Taken:
    """Put feedback items on the log; return when they are durable.

    A report counts only with a key that this workspace has made: nobody can suppress an address by writing a mail. It
    counts once, however often and by whomever its mail is read: the engine takes first what was told before.

    Raises
    ------
    SojournError
        It does not get there in time; nothing is taken.
    """
    with runtime.telling:
        engine, end = runtime.engine, runtime.log.end()
        if engine.is_running:
            engine.wait_for(end - 1, PATIENCE_S)
        else:
            engine.call(lambda: engine.drain(end))
        return _take(runtime, reports)


def _take(runtime: Runtime, reports: Sequence[Told]) -> Taken:
    numbers = [next((no for no in map(runtime.message_number, told.keys) if no is not None), None) for told in reports]
    about, known = _read(runtime, [no for no in numbers if no is not None])
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    for told, no in zip(reports, numbers, strict=True):
        if no is None or no not in about:
            counts["foreign"] += 1
        elif (no, told.kind) in known:
            counts["known"] += 1
        else:
            known.add((no, told.kind))
            counts[told.kind] += 1
            rows.append(_item(told, no, *about[no]))
    if rows:
        schema = {name: ITEM_SCHEMA[name] for name in _COLUMNS}
        now = runtime.clock.now()
        runtime.log.append(pl.DataFrame([{"occurred_at": now, **row} for row in rows], schema=schema))
    return Taken(**counts)


def _read(runtime: Runtime, numbers: list[int]) -> tuple[dict[int, tuple[str, str]], set[tuple[int, str]]]:
    """Return whose each message is and its origin, and what the store knows of it already."""
    cursor = runtime.cursor()
    try:
        about = cursor.execute(_ABOUT, {"numbers": numbers}).fetchall() if numbers else []
        known = cursor.execute(_KNOWN, {"numbers": numbers}).fetchall() if numbers else []
    finally:
        cursor.close()
    return {no: (profile, of) for no, profile, of in about}, {(no, FEEDBACK_KINDS[kind]) for no, kind in known}


def _item(told: Told, no: int, profile: str, of: str) -> dict[str, Any]:
    said = {"code": told.status, "reason": told.reason[:300]}
    data = {"of": of, "message": no, **{name: value for name, value in said.items() if value}}
    return {"kind": "feedback", "profile_id": profile, "name": told.kind, "data": compact_json(data)}


def bounce_routes(runtime: Runtime, guard: Guard) -> APIRouter:
    """Return the route that takes reports."""
    router = APIRouter(prefix="/api/bounces", tags=["operation"])

    @router.post("", dependencies=[Depends(guard.needs("configure"))])
    def bounces(told: Reports) -> Taken:
        """Take bounces and complaints that were read from mails (`sojourn bounces` does it)."""
        return take_reports(runtime, told.reports)

    return router
