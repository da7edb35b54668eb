"""What a benchmark hands back, and the size at which it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

SIZES: Final[Mapping[str, float]] = {"small": 0.01, "medium": 0.1, "full": 1.0}
"""Names of sizes, as parts of the full one."""


@dataclass(frozen=True)
class Size:
    """How much of the full work is done.

    Examples
    --------
    >>> Size(0.01).of(1_000_000)
    10000
    """

    scale: float = 1.0

    def of(self, full: int, least: int = 1) -> int:
        """Return a count at this size, never fewer than `least`."""
        return max(least, round(full * self.scale))


@dataclass(frozen=True)
class Result:
    """One figure of a benchmark.

    Attributes
    ----------
    figure, unit
        What was measured.
    ceiling
        The same work written by hand, in the same unit and run; None where there is none.
    required
        What this version must reach at the full size; None where nothing is required.
    lower_is_better
        For times and memory.
    details
        Other figures of the same run.
    """

    name: str
    figure: float
    unit: str
    ceiling: float | None = None
    required: float | None = None
    lower_is_better: bool = False
    details: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Return how near the ceiling the figure comes: 1 is as fast as by hand."""
        if self.ceiling is None or not self.figure or not self.ceiling:
            return None
        return self.ceiling / self.figure if self.lower_is_better else self.figure / self.ceiling

    def as_json(self) -> dict[str, object]:
        """Return the result as JSON has it."""
        return {
            "name": self.name, "figure": self.figure, "unit": self.unit, "ceiling": self.ceiling, "ratio": self.ratio,
            "required": self.required, "lower_is_better": self.lower_is_better, "details": dict(self.details),
        }  # fmt: skip


Measure = Callable[[Size], list[Result]]
"""A benchmark: runs at a size and returns its figures."""


@dataclass
class Stopwatch:
    """Seconds between the start and the end of a `with` block."""

    seconds: float = 0.0

    def per_second(self, count: int) -> float:
        """Return a rate."""
        return count / self.seconds if self.seconds else 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measure a block."""
    watch = Stopwatch()
    start = perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = perf_counter() - start


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that is not below this share of the values.

    Examples
    --------
    >>> percentile([3.0, 1.0, 2.0, 4.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    place = -(-len(ordered) * share // 1)
    return ordered[max(0, int(place) - 1)]
