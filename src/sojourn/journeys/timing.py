"""When a triggered message is due, and whether that instant is allowed: delay, duration, window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

import polars as pl

from sojourn.journeys.calendar import days_later, next_clock, next_weekday, within_clock, within_local
from sojourn.journeys.fold import Fold
from sojourn.journeys.triggered_document import (
    BestTimeDelay,
    DaysDelay,
    Delay,
    During,
    ForDelay,
    LocalDuring,
    Triggered,
    WeekdayDelay,
    Window,
)
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.model.wallclock import to_local

ENOUGH_REACTIONS = 5
"""Opens and clicks from which on a profile's best hour is known."""

Failing = Callable[[pl.DataFrame], pl.Series]
SendTest = Callable[["Timing", Fold, pl.DataFrame], pl.Series]


@dataclass(frozen=True)
class Timing:
    """The times of a triggered campaign."""

    delay: Delay | None
    during: During | None
    window: Window | None
    zone: str
    fallback: str

    def due(self, fold: Fold, rows: pl.DataFrame) -> pl.Series:
        """Return the send instant of each trigger (`pno`, `at`), moved into the window where that is asked for."""
        return self.moved(fold, rows, self.delayed(fold, rows))

    def moved(self, fold: Fold, rows: pl.DataFrame, instants: pl.Series) -> pl.Series:
        """Return each instant, or the window's next opening after one outside it, where that is asked for."""
        if self.window is None or self.window.if_missed == "skip":
            return instants
        zones = self._zones(fold, rows, self.window.timezone)
        opening = next_clock(instants, zones, self.window.start)
        return instants.zip_with(within_clock(instants, zones, self.window.start, self.window.until), opening)

    def tests(self) -> list[tuple[str, SendTest]]:
        """Return the tests of the send instant at the trigger, each with its reason."""
        tests: list[tuple[str, SendTest]] = []
        if self.during is not None:
            tests.append(
                ("outside_duration", lambda timing, fold, rows: ~timing.lasts(fold, rows, timing.delayed(fold, rows)))
            )
        if self.window is not None:
            tests.append(("outside_window", lambda timing, fold, rows: timing.misses(fold, rows)))
        if self.during is not None and self.window is not None:
            tests.append(
                ("outside_duration", lambda timing, fold, rows: ~timing.lasts(fold, rows, timing.due(fold, rows)))
            )
        return tests

    def tests_at_send(self, fold: Fold) -> list[tuple[str, Failing]]:
        """Return the tests of a send that goes on after a pause, at its own `at`.

        `entered_at` is its trigger's instant; without it, the trigger counts as inside the window.
        """
        tests: list[tuple[str, Failing]] = []
        if self.during is not None:
            tests.append(("outside_duration", lambda rows: ~self.lasts(fold, rows, rows["at"])))
        if self.window is not None:
            tests.append(("outside_window", lambda rows: self._misses_again(fold, rows)))
        if self.during is not None and self.window is not None:
            tests.append(("outside_duration", lambda rows: ~self.lasts(fold, rows, self.moved(fold, rows, rows["at"]))))
        return tests

    def _misses_again(self, fold: Fold, rows: pl.DataFrame) -> pl.Series:
        assert self.window is not None
        missed = ~self._open(fold, rows, rows["at"])
        if self.window.if_missed == "skip":
            return missed
        outside = ~self._open(fold, rows, rows["entered_at"]) if "entered_at" in rows.columns else False
        return missed & outside

    def triggered_outside(self, fold: Fold, rows: pl.DataFrame) -> pl.Series:
        """Tell for each trigger whether it falls outside the duration."""
        return ~self.lasts(fold, rows, rows["at"])

    def lasts(self, fold: Fold, rows: pl.DataFrame, instants: pl.Series) -> pl.Series:
        """Tell for each instant whether it falls in the duration."""
        during = self.during
        assert during is not None
        if isinstance(during, LocalDuring):
            zones = self._zones(fold, rows, during.local.timezone)
            return within_local(instants, zones, during.local.start, during.local.until)
        return (instants >= during.start) & (instants < during.until)

    def _open(self, fold: Fold, rows: pl.DataFrame, instants: pl.Series) -> pl.Series:
        window = self.window
        assert window is not None
        return within_clock(instants, self._zones(fold, rows, window.timezone), window.start, window.until)

    def misses(self, fold: Fold, rows: pl.DataFrame) -> pl.Series:
        """Tell for each trigger whether its send would miss the window."""
        assert self.window is not None
        missed = ~self._open(fold, rows, self.delayed(fold, rows))
        return missed if self.window.if_missed == "skip" else missed & ~self._open(fold, rows, rows["at"])

    def _zones(self, fold: Fold, rows: pl.DataFrame, zone: str | None) -> pl.Series:
        fallback = self.zone if self.zone != "profile" else self.fallback
        return fold.zones(rows, zone or self.zone, fallback)

    def delayed(self, fold: Fold, rows: pl.DataFrame) -> pl.Series:
        """Return the instant of each trigger after the delay alone."""
        match self.delay:
            case None:
                return rows["at"]
            case ForDelay():
                return rows["at"] + self.delay.duration
            case DaysDelay():
                return days_later(rows["at"], self._zones(fold, rows, None), self.delay.days, self.delay.at)
            case WeekdayDelay():
                return next_weekday(rows["at"], self._zones(fold, rows, None), self.delay.weekday, self.delay.at)
            case BestTimeDelay():
                return self._best(fold, rows, self.delay)

    def _best(self, fold: Fold, rows: pl.DataFrame, delay: BestTimeDelay) -> pl.Series:
        zones = self._zones(fold, rows, None)
        hours = rows.select("pno").join(best_hours(fold, rows, zones), on="pno", how="left", maintain_order="left")[
            "hour"
        ]
        due = next_clock(rows["at"], zones, delay.fallback)
        for hour in hours.drop_nulls().unique().to_list():
            due = next_clock(rows["at"], zones, time(hour)).zip_with((hours == hour).fill_null(False), due)
        return due


def best_hours(fold: Fold, rows: pl.DataFrame, zones: pl.Series) -> pl.DataFrame:
    """Return `pno` and `hour` (0 … 23, local) of most past opens and clicks, where there are enough of them."""
    kinds = [FEEDBACK_KINDS.index("opened"), FEEDBACK_KINDS.index("clicked")]
    reactions = fold.state["feedback"].filter(pl.col("kind").is_in(kinds)).select("pno", "at")
    mine = reactions.join(rows.select("pno").with_columns(zones.alias("zone")), on="pno", how="inner")
    if not mine.height:
        return pl.DataFrame(schema={"pno": pl.Int64, "hour": pl.Int8})
    counted = (
        mine.with_columns(to_local(mine["at"], mine["zone"]).dt.hour().alias("hour")).group_by("pno", "hour").len()
    )
    enough = counted.filter(pl.col("len").sum().over("pno") >= ENOUGH_REACTIONS)
    return (
        enough.sort("pno", pl.col("len"), "hour", descending=[False, True, False])
        .unique("pno", keep="first", maintain_order=True)
        .select("pno", "hour")
    )


def timing_of(document: Triggered, fallback: str) -> Timing:
    """Return the times of a triggered campaign."""
    return Timing(document.delay, document.during, document.window, document.timezone, fallback)
