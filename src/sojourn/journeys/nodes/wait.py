"""The node that waits for a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

import polars as pl
from pydantic import Field

from sojourn.expr import Expression as Checked
from sojourn.expr import unquoted
from sojourn.expr.bucket import quote
from sojourn.journeys.calendar import days_later, next_clock, next_weekday
from sojourn.journeys.flow import Flow
from sojourn.journeys.nodes.build import Build, Way
from sojourn.journeys.nodes.node import Step, Surroundings, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place
from sojourn.model.instants import ClockTime, Duration, Instant, Weekday
from sojourn.model.palette import Category
from sojourn.model.wallclock import from_local

if TYPE_CHECKING:
    from sojourn.journeys.lookout import Lookout

_FORMS = ("for", "until", "until_expr", "days", "weekday")
_LOCAL_FORMS = ("days", "weekday")
ZONED: Final = r":[0-9]{2}([.][0-9]+)? ?([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)$"
"""Text of an instant that says its offset from UTC."""
LONGEST_SHORTCUT = timedelta(days=1, hours=3)
"""How much less than n days n calendar days may be: from the last minute of a day to a first one, over a clock jump."""


@register
class WaitNode(Step):
    """Wait for a duration, until an instant, for calendar days or until a weekday."""

    category: ClassVar[Category] = "wait"
    waits: ClassVar[bool] = True

    type: Literal["wait"]
    duration: Duration | None = Field(default=None, alias="for", description="So long, from the arrival on.")
    until: Instant | None = Field(default=None, description="Until this instant, the same for everybody.")
    until_expr: Expression | None = Field(
        default=None, description="Until an instant or day that is computed for each profile."
    )
    days: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=None, description="So many calendar days, to the time of day `at`."
    )
    weekday: Weekday | None = Field(default=None, description="Until the next such day, at the time of day `at`.")
    at: ClockTime | None = Field(
        default=None, description="Time of day by the clock of the journey; with `for` the first one after it."
    )

    @property
    def form(self) -> str:
        """Return which form it is: ``for``, ``until``, ``until_expr``, ``days`` or ``weekday``."""
        return self._forms()[0]

    def _forms(self) -> list[str]:
        values = (self.duration, self.until, self.until_expr, self.days, self.weekday)
        return [form for form, value in zip(_FORMS, values, strict=True) if value is not None]

    def durations(self) -> Iterable[tuple[str, timedelta]]:
        """Return `for` and `days`."""
        if self.duration is not None:
            yield "for", self.duration
        if self.days is not None:
            yield "days", timedelta(days=self.days)

    def places(self, names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return `until_expr`."""
        if self.until_expr is not None:
            yield Place("until_expr", self.until_expr, names, condition=False, gives="instant")

    def check(self, journey: Surroundings, catalog: Catalog) -> Iterable[Problem]:
        """Check that there is exactly one form, with `at` where it belongs."""
        forms = self._forms()
        if not forms:
            known = ", ".join(f"`{form}`" for form in _FORMS)
            yield Problem("DOC-002", f"the node `{self.id}` does not say how long to wait; it needs one of {known}")
            return
        for form in forms[1:]:
            yield Problem("DOC-054", f"a wait has one form; this one has `{forms[0]}` and `{form}`", form)
        if forms[0] in _LOCAL_FORMS and self.at is None:
            yield Problem("DOC-002", f'`{forms[0]}` needs `at`, such as "09:00"')
        if self.at is not None and forms[0] not in (*_LOCAL_FORMS, "for"):
            yield Problem("DOC-054", f"`at` goes with `for`, `days` or `weekday`, not with `{forms[0]}`", "at")

    def stays(self) -> list[timedelta]:
        """Return the duration; of calendar days, what is left of them on the shortest way."""
        days = timedelta(days=self.days) - LONGEST_SHORTCUT if self.days is not None else timedelta()
        return [max(self.duration or days, timedelta())]

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of an instant that is past for everybody, or that nobody is there for."""
        starts, ends = look.journey.starts_at, look.journey.ends_at
        if self.until is None:
            return
        if starts is not None and self.until <= starts:
            message = "nobody waits: the instant is not after `starts_at` of the journey, before which nobody enters"
            yield Problem("WARN-011", message, "until", severity="warning", hint="take the node out, or wait longer")
        if ends is not None and look.journey.at_end == "exit" and self.until >= ends and self.next is not None:
            message = (
                f"nobody gets from `{self.id}` to `{self.next}`: all leave at `ends_at`, which is not after `until`"
            )
            yield Problem("WARN-010", message, "until", severity="warning", hint="wait for less, or end later")

    def operator(self, build: Build) -> WaitOperator:
        """Return what runs."""
        ends = _ends_of(build.compiler.expression(self.until_expr)) if self.until_expr is not None else {}
        return WaitOperator(build.index, self.id, self, ends, build.way(self.edges()[0]))


def _ends_of(until: Checked) -> dict[str, Checked]:
    """Return the expressions that give the end: an instant or a day; text without a zone is wall clock."""
    until = unquoted(until)
    if until.type != "VARCHAR":
        return {"end": until}
    zoned = f"regexp_matches({until.sql}, {quote(ZONED)})"
    instant = f"TRY_CAST(CASE WHEN {zoned} THEN {until.sql} END AS TIMESTAMPTZ)"
    wall = f"TRY_CAST(CASE WHEN NOT {zoned} THEN {until.sql} END AS TIMESTAMP)"
    return {
        "end": replace(until, sql=instant, type="TIMESTAMP WITH TIME ZONE"),
        "wall": replace(until, sql=wall, type="TIMESTAMP"),
    }


@dataclass
class WaitOperator:
    """Park each passage until its instant."""

    index: int
    id: str
    node: WaitNode
    ends: dict[str, Checked]
    next: Way

    def arrive(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Park the arrivals; an instant that is not in the future holds nobody, and none at all is a bad wait."""
        ends = self._ends(flow, rows)
        missing = ends.is_null()
        if missing.any():
            flow.leave(self, rows.filter(missing), "exited", "bad_wait")
            rows, ends = rows.filter(~missing), ends.filter(~missing)
        later = ends > rows["at"]
        flow.go(self, rows.filter(~later), *self.next)
        flow.park(self, rows.filter(later), ends.filter(later))

    def wake(self, flow: Flow, rows: pl.DataFrame) -> None:
        """Go on."""
        flow.go(self, rows, *self.next)

    def _ends(self, flow: Flow, rows: pl.DataFrame) -> pl.Series:
        node, now = self.node, rows["at"]
        zones = flow.fold.zones(rows, flow.line.zone, flow.line.fallback_zone)
        if node.duration is not None:
            passed = now + node.duration
            return passed if node.at is None else next_clock(passed, zones, node.at)
        if node.days is not None and node.at is not None:
            return days_later(now, zones, node.days, node.at)
        if node.weekday is not None and node.at is not None:
            return next_weekday(now, zones, node.weekday, node.at)
        if self.ends:
            return self._computed(flow, rows, zones)
        return pl.Series("end", [node.until], dtype=now.dtype).new_from_index(0, rows.height)

    def _computed(self, flow: Flow, rows: pl.DataFrame, zones: pl.Series) -> pl.Series:
        values = flow.fold.values(rows, self.ends)
        found = values["end"]
        if found.dtype == pl.Date:
            found = found.cast(pl.Datetime("us"))
        if isinstance(found.dtype, pl.Datetime) and found.dtype.time_zone is None:
            return from_local(found.cast(pl.Datetime("us")), zones)
        found = found.cast(rows["at"].dtype)
        if "wall" not in values.columns:
            return found
        local = from_local(values["wall"].cast(pl.Datetime("us")), zones)
        return local.zip_with(found.is_null(), found)
