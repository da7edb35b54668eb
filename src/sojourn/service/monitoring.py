"""A thread that takes the pulse of the workspace, and remembers the last hour of it."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import duckdb
import structlog

from sojourn.engine.clock import SystemClock, elapsed_s
from sojourn.engine.threads import background
from sojourn.model.errors import SojournError
from sojourn.reports.pulse import COUNTERS, GAUGES, pulse

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

EVERY_S: Final = 5.0
KEPT_S: Final = 3600.0
RATES: Final = ("appended", "processed", *COUNTERS, "sent")
LEVELS: Final = ("backlog", "lag_s", *GAUGES)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sample:
    """The workspace at one moment.

    Attributes
    ----------
    at : datetime
        By this machine's clock, whatever clock the engine runs on.
    levels : dict
        What is there: `LEVELS`.
    rates : dict
        What happened in a second since the sample before: `RATES`.
    """

    at: datetime
    levels: dict[str, float]
    rates: dict[str, float]


class Monitoring:
    """Takes a sample every few seconds; those of the last hour are kept, in memory only.

    Parameters
    ----------
    runtime : Runtime
        Started.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._samples: deque[Sample] = deque(maxlen=int(KEPT_S / EVERY_S))
        self._before: tuple[float, dict[str, float]] | None = None
        self._end = threading.Event()
        self._thread = background(self._run, "sojourn-monitor")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def since(self, after: datetime | None) -> list[Sample]:
        """Return the samples after an instant (None: all), the oldest first."""
        return [sample for sample in tuple(self._samples) if after is None or sample.at > after]

    def lag_s(self) -> float:
        """Return for how many seconds of the engine's clock the first thing that it has not done has been due."""
        runtime = self._runtime
        now, oldest = runtime.clock.now(), runtime.engine.next_due
        waiting = runtime.log.read(runtime.engine.offset, 1)
        if waiting.height:
            first: datetime = waiting["at"][0]
            oldest = first if oldest is None else min(first, oldest)
        return max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0

    def take(self) -> Sample:
        """Take a sample now and keep it."""
        runtime, at = self._runtime, elapsed_s()
        with closing(runtime.cursor()) as cursor:
            found: dict[str, float] = pulse(cursor)
        appended, processed = runtime.log.end(), runtime.engine.offset
        counters = {name: found[name] for name in COUNTERS} | {"appended": appended, "processed": processed}
        counters["sent"] = found["decided"] - found["failed"] - found["outbox"]
        levels = {"backlog": max(appended - processed, 0), "lag_s": round(self.lag_s(), 3)}
        sample = Sample(
            SystemClock().now(), {**levels, **{name: found[name] for name in GAUGES}}, self._rates(at, counters)
        )
        self._before = (at, counters)
        self._samples.append(sample)
        return sample

    def _rates(self, at: float, counters: dict[str, float]) -> dict[str, float]:
        if self._before is None:
            return dict.fromkeys(RATES, 0.0)
        then, before = self._before
        seconds = max(at - then, 0.001)
        return {name: round(max(counters[name] - before[name], 0) / seconds, 3) for name in RATES}

    def _run(self) -> None:
        while True:
            try:
                self.take()
            except (duckdb.Error, SojournError, OSError) as error:  # the next one must have its chance
                _log.warning("the pulse could not be taken", reason=str(error))
            if self._end.wait(EVERY_S):
                return
