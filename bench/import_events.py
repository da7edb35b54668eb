"""A file of past events is imported."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from bench.live import events_file, run, write_workspace
from bench.result import Result, Size, timed

EVENTS: Final = 1_000_000
PROFILES: Final = 100_000


def measure(size: Size) -> list[Result]:
    """Import NDJSON; the ceiling is DuckDB's own `CREATE TABLE … AS FROM read_json` of the same file."""
    count = size.of(EVENTS)
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        path = events_file(folder, count, size.of(PROFILES))
        megabytes = round(path.stat().st_size / 1e6)
        cost = run("import", "events", path, "--workspace", write_workspace(folder))
        with timed() as by_hand, duckdb.connect(folder / "hand.duckdb") as connection:
            connection.execute(f"CREATE TABLE event AS FROM read_json('{path}', format = 'newline_delimited')")
    details = {"events": count, "MB": megabytes}
    return [
        Result("import_events", cost.seconds, "s", by_hand.seconds, 20, lower_is_better=True, details=details),
        Result("import_events_memory", cost.peak_mib, "MiB", None, 1024, lower_is_better=True, details=details),
    ]
