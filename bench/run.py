"""Runs benchmarks, shows their figures as a table, and writes them as JSON: ``python -m bench.run --help``."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.result import SIZES, Measure, Result, Size

NAMES: Final = (
    "audience_entry", "events_on_parked", "passages_scale", "many_journeys", "timeouts", "audience_count", "ingestion",
    "latency", "import_events", "import_profiles", "simulate_month", "backtest", "campaign",
    "mails", "whole_journeys", "merging",
)  # fmt: skip
RESULTS: Final = Path(__file__).parent / "results"
LIBRARIES: Final = ("sojourn", "duckdb", "polars", "pyarrow", "uvicorn", "msgspec")
COLUMNS: Final = ("benchmark", "figure", "unit", "by hand", "ratio", "required", "details")


def main(words: Sequence[str] | None = None) -> int:
    """Run what the command line names; return the exit code."""
    chosen = _read(words)
    size = Size(chosen.scale if chosen.scale is not None else SIZES[chosen.size])
    screen = Console(stderr=True, width=None if sys.stderr.isatty() else 160)
    results: list[Result] = []
    for name in chosen.names or NAMES:
        screen.print(f"{name} …", style="dim")
        results += benchmark(name)(size)
    screen.print(_table(results))
    text = json.dumps(report(results, size), indent=2)
    path = _write(text)
    screen.print(f"written to {path}", style="dim", highlight=False, soft_wrap=True)
    print(text)
    return 0


def benchmark(name: str) -> Measure:
    """Return a benchmark by its name."""
    measure: Measure = importlib.import_module(f"bench.{name}").measure
    return measure


def report(results: Sequence[Result], size: Size) -> dict[str, object]:
    """Return the figures as JSON has them, with what they were measured on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": size.scale,
        "machine": {
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
            "system": platform.platform(),
            "python": platform.python_version(),
            "load_1m": round(os.getloadavg()[0], 2),
        },
        "versions": {name: version(name) for name in LIBRARIES},
        "results": [result.as_json() for result in results],
    }


def _read(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"benchmarks; all by default: {', '.join(NAMES)}")
    parser.add_argument("--size", choices=SIZES, default="full", help="small is 1 %%, medium 10 %% of full (default)")
    parser.add_argument("--scale", type=float, help="part of the full size, such as 0.1")
    chosen = parser.parse_args(words)
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"no benchmark `{name}`; there are {', '.join(NAMES)}")
    return chosen


def _table(results: Sequence[Result]) -> Table:
    table = Table(*COLUMNS, title="Speed, and the same work by hand in the same run")
    for result in results:
        ratio = result.ratio
        table.add_row(
            result.name, _number(result.figure), result.unit, _number(result.ceiling),
            "" if ratio is None else f"{ratio:.2f}", _required(result),
            ", ".join(f"{name} {_number(value)}" for name, value in result.details.items()),
        )  # fmt: skip
    return table


def _required(result: Result) -> str:
    if result.required is None:
        return ""
    met = result.figure <= result.required if result.lower_is_better else result.figure >= result.required
    bound = "≤" if result.lower_is_better else "≥"
    return f"[{'green' if met else 'red'}]{bound} {_number(result.required)}[/]"


def _number(value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _write(text: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(text + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
