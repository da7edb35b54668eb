"""What arrived lately: items of the log, and what could not be taken."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

import polars as pl

from sojourn.log.port import Log
from sojourn.model.instants import format_instant
from sojourn.reports.reading import Cursor, Row, one_moment, read
from sojourn.reports.runs import plain

SCANNED: Final = 5_000
"""Items that one question looks at."""
SHOWN: Final = 20_000
"""Letters of a value that are shown."""
REJECTS: Final = """
SELECT r.rowid AS id, * EXCLUDE (item), left(item, 20000) AS item FROM reject r
WHERE ($before IS NULL OR r.rowid < $before) AND ($code IS NULL OR code = $code)
ORDER BY r.rowid DESC LIMIT $limit
"""
CODES: Final = "SELECT code, count(*) AS count FROM reject GROUP BY code ORDER BY count DESC, code"


def incoming(
    log: Log, after: int | None = None, before: int | None = None, kinds: Collection[str] = (), name: str | None = None,
    profile: str | None = None, limit: int = 50,
) -> Row:  # fmt: skip
    """Return items of the log, the newest first.

    Parameters
    ----------
    after : int, optional
        Only items from this offset on: `end` of the answer before.
    before : int, optional
        Only items before this offset: `next` of the page before.
    kinds, name, profile : optional
        Only items of these kinds, of this name, of this profile.

    Returns
    -------
    dict
        `rows`; `end`: the offset that the next item gets; `next`: where older items go on, None at the log's
        beginning; `skipped`: items that came after `after` and are too many to look at. One question looks at
        `SCANNED` items at most, so a page may have few rows, or none, and still a `next`.
    """
    end = log.end()
    until = end if before is None else min(before, end)
    start = max(until - SCANNED, 0)
    skipped = 0 if after is None else max(start - after, 0)
    start = max(start, after or 0)
    found = log.read(start, until - start) if until > start else pl.DataFrame()
    if found.is_empty():
        return {"rows": [], "end": end, "next": None, "skipped": skipped}
    lowest = int(found["offset"][0])
    wanted = _wanted(found.filter(pl.col("offset") < until), kinds, name, profile)
    left_out = max(wanted.height - limit, 0)
    rows = wanted.tail(limit).reverse()
    going_on = int(rows["offset"][-1]) if left_out else start
    is_done = after is not None or going_on <= 0 or (not left_out and lowest > start)
    return {
        "rows": [_item(row) for row in rows.iter_rows(named=True)], "end": end,
        "next": None if is_done else going_on, "skipped": skipped + (left_out if after is not None else 0),
    }  # fmt: skip


def _wanted(found: pl.DataFrame, kinds: Collection[str], name: str | None, profile: str | None) -> pl.DataFrame:
    tests = [pl.col("kind").is_in(list(kinds))] if kinds else []
    tests += [pl.col("name") == name] if name is not None else []
    tests += [pl.col("profile_id") == profile] if profile is not None else []
    return found.filter(*tests) if tests else found


def _item(row: Row) -> Row:
    return {
        "offset": row["offset"], "at": format_instant(row["at"]), "occurred_at": format_instant(row["occurred_at"]),
        "kind": row["kind"], "profile": row["profile_id"], "name": row["name"], "data": _value(row["data"]),
        "traits": _value(row["traits"]), "message_id": row["message_id"],
    }  # fmt: skip


def _value(text: str | None) -> Any:
    """Return JSON as a value; what is too long to be shown is a text, cut."""
    if text is None:
        return None
    return json.loads(text) if len(text) <= SHOWN else text[:SHOWN] + "…"


def rejects(cursor: Cursor, before: int | None = None, code: str | None = None, limit: int = 50) -> Row:
    """Return what could not be taken, the newest first.

    Parameters
    ----------
    before : int, optional
        `next` of the page before.
    code : str, optional
        Only those of this code.

    Returns
    -------
    dict
        `rows`: `id`, `at`, `source`, `line`, `offset`, `code`, `reason`, `item` (as text, cut); `next`: None on the
        last page; `codes`: on the first page how many there are of each code.
    """
    with one_moment(cursor):
        found = read(cursor, REJECTS, {"before": before, "code": code, "limit": limit + 1})
        codes = read(cursor, CODES) if before is None else None
    more = len(found) > limit
    return {
        "rows": [plain(row) for row in found[:limit]],
        "next": found[limit - 1]["id"] if more else None,
        "codes": codes,
    }
