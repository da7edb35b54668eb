"""The activity that waits for all its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Gathering, Transition, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


@register
class Join(Gathering):
    """Go on with the primary's rows when all have come."""

    category: ClassVar[Category] = "flow"

    type: Literal["join"]
    primary: Transition = Field(description="The rows that go on when all have come.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the primary's columns."""
        if self.primary not in self.of:
            return super().table(inputs, catalog)
        return inputs[self.of.index(self.primary)]

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that the primary is an input."""
        yield from super().check(inputs, catalog)
        if self.primary not in self.of:
            near = did_you_mean(self.primary, self.of)
            yield Problem("DOC-076", f"the primary `{self.primary}` is not one of `of`{near}", "primary")

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the primary's rows."""
        return {WHOLE: site.inputs[self.of.index(self.primary)].table}
