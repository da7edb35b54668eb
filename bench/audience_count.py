"""The exact count of an audience's rule over a large population and its history."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.result import Result, Size, timed
from bench.shop import PROFILE, START, populate
from sojourn.engine.audiences import Audiences
from sojourn.expr import population_sql
from sojourn.store.duckdb import DuckStore
from sojourn.workspace import read_workspace

PROFILES: Final = 10_000_000
EVENTS: Final = 50_000_000
RUNS: Final = 3
DOCUMENTS: Final[list[dict[str, Any]]] = [
    {"kind": "workspace", "id": "bench", "timezone": "Europe/London"},
    PROFILE,
    {"kind": "event", "id": "purchase", "properties": {"amount": "number"}},
    {"kind": "event", "id": "visit"},
    {"kind": "audience", "id": "good", "where": {"all": [
        "profile.orders >= 4 and profile.country = 'GB'",
        {"did": "purchase", "within": "30d", "count": {"at_least": 2}},
        {"not": {"did": "visit", "within": "2d"}},
    ]}},
]  # fmt: skip
HISTORY: Final = """
INSERT INTO event SELECT i AS "offset", 1 + hash(i) % $profiles AS pno, if(i % 3 = 0, 'purchase', 'visit') AS name,
    $at::TIMESTAMPTZ - to_seconds((i * 7919) % 7776000) AS "at", '{"amount":' || (i % 100) || '}' AS data
FROM range($events) t(i)
"""
BY_HAND: Final = """
SELECT count(*) FROM profile p
    JOIN (SELECT pno FROM event e WHERE name = 'purchase' AND e.at > $now - INTERVAL 30 DAY AND e.at <= $now
          GROUP BY pno HAVING count(*) >= 2) b ON b.pno = p._pno
WHERE p.orders >= 4 AND p.country = 'GB' AND p._pno NOT IN (
    SELECT pno FROM event e WHERE name = 'visit' AND e.at > $now - INTERVAL 2 DAY AND e.at <= $now)
"""


def measure(size: Size) -> list[Result]:
    """Count the members; the ceiling is the same rule written by hand in SQL."""
    profiles, events = size.of(PROFILES), size.of(EVENTS)
    workspace = read_workspace(DOCUMENTS, {})
    with TemporaryDirectory(prefix="bench-") as folder:
        store = DuckStore(Path(folder) / "store.duckdb")
        store.declare(workspace.directory.entities["profile"].attributes, {})
        populate(store, profiles)
        store.connection.execute(HISTORY, {"profiles": profiles, "events": events, "at": START})
        store.connection.execute("CHECKPOINT")
        rule = population_sql(Audiences(store, workspace.catalog, workspace.directory, {}).condition("good"))
        counted = f"SELECT count(*) FROM ({rule})"
        ours, hand = [], []
        found = set()
        for _ in range(RUNS):
            found.add(_timed(store, BY_HAND, hand))
            found.add(_timed(store, counted, ours))
        store.close()
    if len(found) != 1:
        raise AssertionError(f"the counts differ: {found}")
    details = {"profiles": profiles, "events": events, "members": found.pop()}
    return [Result("audience_count", median(ours), "s", median(hand), 1.2 * median(hand), lower_is_better=True,
                   details=details)]  # fmt: skip


def _timed(store: DuckStore, query: str, seconds: list[float]) -> int:
    with timed() as watch:
        [(count,)] = store.connection.execute(query, {"now": START + timedelta(seconds=1)}).fetchall()
    seconds.append(watch.seconds)
    return int(count)
