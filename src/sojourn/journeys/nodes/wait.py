"""The node that waits for a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sojourn.journeys.nodes.node import Step, Surroundings, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place
from sojourn.model.instants import ClockTime, Duration, Instant, Weekday

_FORMS = ("for", "until", "until_expr", "days", "weekday")
_LOCAL_FORMS = ("days", "weekday")


@register
class WaitNode(Step):
    """Wait for a duration, until an instant, for calendar days or until a weekday."""

    waits: ClassVar[bool] = True

    type: Literal["wait"]
    duration: Duration | None = Field(default=None, alias="for")
    until: Instant | None = None
    until_expr: Expression | None = None
    days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    weekday: Weekday | None = None
    at: ClockTime | None = None

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
            yield Place("until_expr", self.until_expr, names, condition=False)

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
