"""The activity that declares an audience and overwrites it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.names import AttributeName, Id
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


@register
class SaveAudience(Following):
    """Save the profiles of the rows."""

    category: ClassVar[Category] = "data"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["save_audience"]
    audience: Id = Field(description="The id of the audience that the rows become.")
    key: AttributeName | None = Field(
        default=None, description="The column with the profile's id; none: the rows lead to profiles."
    )

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the column, and that the audience is not declared otherwise."""
        if self.key is not None:
            yield from inputs[0].unknown(self.key, "key")
        elif inputs[0].entity is None:
            yield Problem("DOC-002", f"`{self.id}` saves rows of a file: say `key`, the column with the profile's id")
        if self.audience in catalog.all("audience"):
            message = f"the audience `{self.audience}` is a document; a campaign saves one of its own"
            yield Problem("DOC-003", message, "audience")

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Save the profiles."""
        table = site.rows.table
        site.run.save_audience(self.audience, table.select(profile_id=table[self.key or site.rows.key].cast("string")))
        return {}
