"""The activity that starts another campaign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place, Reference
from sojourn.model.names import AttributeName, CampaignId
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


@register
class Signal(Following):
    """Start another campaign, with parameters."""

    category: ClassVar[Category] = "flow"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["signal"]
    campaign: CampaignId = Field(description="The campaign to start.")
    arguments: dict[AttributeName, Expression] = Field(
        default_factory=dict, alias="with", description="Its parameters, as expressions that see `count`."
    )

    def references(self) -> Iterable[Reference]:
        """Return the campaign."""
        yield Reference("campaign", ("campaign",), self.campaign)

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the arguments, which see `count`."""
        own = replace(names, columns={"count": "integer"}, entity="")
        return (Place(f"with.{name}", text, own, condition=False) for name, text in self.arguments.items())

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that the other campaign starts by a signal."""
        target: Any = catalog.get("campaign", self.campaign)
        if target is not None and target.signal is None:
            yield Problem("DOC-077", f"the campaign `{self.campaign}` does not start by a signal", "campaign")

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Start the other campaign."""
        site.run.signal(self.campaign, site.values({name: f"with.{name}" for name in self.arguments}))
        return {}
