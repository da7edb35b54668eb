"""The activity that notifies people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Following, WorkTable, register
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


@register
class Alert(Following):
    """Notify, the same rows go on."""

    category: ClassVar[Category] = "flow"

    type: Literal["alert"]
    title: str = Field(description="What the notification is called.")
    message: str | None = Field(default=None, description="What it says.")
    to: str | list[str] | None = Field(default=None, description="Addresses that get it by e-mail.")

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Notify, and return the same rows."""
        to = [self.to] if isinstance(self.to, str) else self.to or []
        site.run.alert(site.activity, self.title, self.message, to, site.run.count(site.rows.table))
        return {WHOLE: site.rows.table}
