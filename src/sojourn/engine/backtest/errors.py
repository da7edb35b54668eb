"""Why there is no backtest."""

from __future__ import annotations

from datetime import datetime

from sojourn.model.errors import SojournError
from sojourn.model.instants import format_instant


class BadPeriod(SojournError):
    """The period cannot be gone through."""

    code = "BACKTEST-001"


class NothingRecorded(SojournError):
    """Nothing is known of the period."""

    code = "BACKTEST-002"

    def __init__(self, since: datetime, until: datetime, span: tuple[datetime, datetime] | None) -> None:
        period = f"from {format_instant(since)} until {format_instant(until)}"
        known = "the log is empty"
        if span is not None:
            known = f"the log reaches from {format_instant(span[0])} to {format_instant(span[1])}"
        super().__init__(f"nothing was recorded {period}: {known}", hint="choose a period of the log")


class BacktestBusy(SojournError):
    """A server does one backtest at a time."""

    code = "BACKTEST-003"

    def __init__(self) -> None:
        super().__init__("another backtest runs on this server", hint="try again when it is done", retryable=True)
