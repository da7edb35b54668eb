"""A thread that tells people of alerts, beside everything else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import structlog

from sojourn.engine.alerts import Alerts
from sojourn.engine.threads import background

if TYPE_CHECKING:
    from sojourn.service.runtime import Runtime

POLL_S: Final = 1.0
REST_S: Final = (5.0, 300.0)
"""First and longest pause after a failure."""
_log = structlog.get_logger(__name__)


class Alerting:
    """Looks for alerts every second; one is told again after a crash if its end was not durable.

    Parameters
    ----------
    runtime : Runtime
        Started.
    alerts : Alerts
        Sends them.
    """

    def __init__(self, runtime: Runtime, alerts: Alerts) -> None:
        self._runtime = runtime
        self._alerts = alerts
        self._end = threading.Event()
        self._failures = 0
        self._thread = background(self._run, "sojourn-alerts")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End when what is being sent has been sent."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self._pause_s()):
            try:
                self._failures = 0 if self._look() else self._failures + 1
            except Exception as error:  # whatever it is, the next alert must have its chance
                self._failures += 1
                _log.error("alerts cannot be told yet", reason=str(error))

    def _pause_s(self) -> float:
        return min(REST_S[0] * 2 ** (self._failures - 1), REST_S[1]) if self._failures else POLL_S

    def _look(self) -> bool:
        """Tell what nobody was told of; return whether nothing is left to be tried again."""
        cursor = self._runtime.cursor()
        try:
            untold = self._alerts.untold(cursor)
        finally:
            cursor.close()
        over = self._alerts.tell(untold) if untold else []
        if over:
            self._runtime.engine.call(lambda: self._mark(over))
        return len(over) == len(untold)

    def _mark(self, numbers: list[int]) -> None:
        at = self._runtime.clock.now()
        update = "UPDATE alert SET told_at = $at WHERE list_contains($numbers, no)"
        self._runtime.store.connection.execute(update, {"at": at, "numbers": numbers})
