"""The cost of an event while ever more passages wait, and the memory that the engine has at its peak meanwhile."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.events_on_parked import NO_ITEMS, purchases, take
from bench.result import Result, Size, timed
from bench.shop import START, close, processor_of, waiting_for_a_purchase, workspace
from sojourn.engine.processor import CHUNK

FEW: Final = 100_000
MANY: Final = 10_000_000
EVENTS: Final = 80_000
"""Events that are there when the engine looks; it takes as many at once as it does live."""
LIMIT_MIB: Final = 2_048


def measure(size: Size) -> list[Result]:
    """Compare the cost of an event at 100 k and at 10 M parked passages, each in a process of its own."""
    (few_us, _), (many_us, peak_mib) = (_apart(size.of(count), size.of(EVENTS)) for count in (FEW, MANY))
    details = {"few": size.of(FEW), "µs an event": round(few_us, 2), "many": size.of(MANY),
               "µs an event, many": round(many_us, 2)}  # fmt: skip
    return [
        Result("passages_scale", many_us / few_us, "times the cost", required=2, lower_is_better=True, details=details),
        Result("memory", peak_mib, "MiB at the peak", required=LIMIT_MIB, lower_is_better=True,
               details={"profiles that enter, and wait": size.of(MANY)}),
    ]  # fmt: skip


def _apart(count: int, events: int) -> tuple[float, float]:
    words = [sys.executable, "-m", "bench.passages_scale", str(count), str(events)]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1])


def main(words: Sequence[str]) -> None:
    """Print the microseconds that an event costs, and the peak of memory in MiB."""
    count, events = int(words[0]), int(words[1])
    with TemporaryDirectory(prefix="bench-") as folder:
        processor = processor_of(workspace(waiting_for_a_purchase()), Path(folder) / "store.duckdb", count)
        processor.process(NO_ITEMS, START + timedelta(seconds=1))
        first = max(1, events // 100)
        order = random.Random(7).sample(range(1, count + 1), first + events)
        take(processor, purchases(processor, order[:first], 0))
        frame = purchases(processor, order[first:], first)
        with timed() as watch:
            for start in range(0, frame.height, CHUNK):
                take(processor, frame[start : start + CHUNK], ahead=True)
            processor.store.settle()
        close(processor)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(watch.seconds * 1e6 / events, peak_mib)


if __name__ == "__main__":
    main(sys.argv[1:])
