"""The activity that waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.instants import Duration, Instant
from sojourn.model.palette import Category


@register
class Wait(Following):
    """Let the same rows go on later."""

    category: ClassVar[Category] = "wait"
    waits: ClassVar[bool] = True

    type: Literal["wait"]
    duration: Duration | None = Field(default=None, alias="for", description="So long.")
    until: Instant | None = Field(default=None, description="Until this instant.")

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that there is exactly one form."""
        if self.duration is None and self.until is None:
            yield Problem("DOC-002", f"`{self.id}` does not say how long to wait; it needs one of `for` and `until`")
        if self.duration is not None and self.until is not None:
            yield Problem("DOC-054", "a wait has one form; this one has `for` and `until`", "until")

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def until_when(self, began: datetime) -> datetime:
        """Return the end of the wait; an instant in the past is now."""
        end = began + self.duration if self.duration is not None else self.until
        return max(began, end) if end is not None else began
