"""A file of profiles is imported."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb

from bench.live import profiles_file, run, write_workspace
from bench.result import Result, Size, timed

PROFILES: Final = 1_000_000


def measure(size: Size) -> list[Result]:
    """Import CSV; the ceiling is DuckDB's own `CREATE TABLE … AS FROM read_csv` of the same file."""
    count = size.of(PROFILES)
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        path = profiles_file(folder, count)
        cost = run("import", "profiles", path, "--workspace", write_workspace(folder))
        with timed() as by_hand, duckdb.connect(folder / "hand.duckdb") as connection:
            connection.execute(f"CREATE TABLE profile AS FROM read_csv('{path}')")
    details = {"rows": count, "seconds": round(cost.seconds, 2), "peak MiB": round(cost.peak_mib)}
    return [Result("import_profiles", count / cost.seconds, "rows/s", by_hand.per_second(count), details=details)]
