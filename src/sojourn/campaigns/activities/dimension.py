"""Activities that go over to another entity: by a link, or by finding the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Following, WorkTable, entity_table, register
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem, did_you_mean
from sojourn.model.expressions import Reference
from sojourn.model.names import AttributeName, EntityId

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


class Turning(Following):
    """An activity whose rows out are those of another entity; what finds none leaves by `unmatched`."""

    fixed_outlets: ClassVar[tuple[str, ...]] = (WHOLE, "unmatched")

    to: EntityId = Field(description="The entity whose rows come out.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns of the other entity."""
        return entity_table(self.to, catalog)

    def outlet_table(self, outlet: str, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the shape of the rows in for `unmatched`."""
        return inputs[0] if outlet == "unmatched" and inputs else self.table(inputs, catalog)

    def references(self) -> Iterable[Reference]:
        """Return the other entity."""
        yield Reference("to", ("entity",), self.to)


@register
class ChangeDimension(Turning):
    """Leave one row per key of the new entity, over a link in either direction."""

    type: Literal["change_dimension"]
    via: AttributeName = Field(description="The link between the two entities, of either.")

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that the link leads from one to the other."""
        mine: Any = catalog.get("entity", inputs[0].entity or "")
        theirs: Any = catalog.get("entity", self.to)
        if theirs is None or (mine is None and inputs[0].entity is not None):
            return
        links = {} if mine is None else {name for name, link in mine.links.items() if link.to == self.to}
        links = {*links, *(name for name, link in theirs.links.items() if link.to == inputs[0].entity)}
        if self.via not in links:
            near = did_you_mean(self.via, links)
            yield Problem("DOC-075", f"no link `{self.via}` between these rows and `{self.to}`{near}", "via")

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the linked rows, each once, and the rows without any."""
        from sojourn.campaigns.plan import matches

        mine, theirs = site.rows.table, site.entity(self.to).table
        on = site.linked(site.rows.shape.entity, self.to, self.via)
        back = {there: here for here, there in on.items()}
        unmatched = mine.anti_join(theirs, matches(mine, theirs, on))
        return {WHOLE: theirs.semi_join(mine, matches(theirs, mine, back)), "unmatched": unmatched}


@register
class Reconcile(Turning):
    """Find the rows of an entity by columns that agree; other columns of the rows come along."""

    type: Literal["reconcile"]
    on: dict[AttributeName, AttributeName] = Field(min_length=1, description="Columns here and there that are equal.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns of the other entity, and those of the rows that it does not have."""
        theirs = entity_table(self.to, catalog)
        return WorkTable(self.to, {**(inputs[0].columns if inputs else {}), **theirs.columns})

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows whose key was found (of several the lowest), and the others."""
        import ibis

        from sojourn.campaigns.plan import columns_of, matches, ordered

        mine, entity = site.rows.table, site.entity(self.to)
        theirs = entity.table
        place = ibis.row_number().over(
            group_by=[theirs[name] for name in self.on.values()], order_by=ordered(theirs, [], entity.key)
        )
        lowest = theirs.mutate(_place=place)
        lowest = lowest.filter(lowest["_place"] == 0).drop("_place")
        own = [name for name in site.rows.shape.columns if name not in lowest.columns]
        keys = {f"_on{i}": mine[name] for i, name in enumerate(self.on)}
        left = mine.select(*own, **keys)
        found = left.join(lowest, matches(left, lowest, dict(zip(keys, self.on.values(), strict=True))))
        unmatched = mine.anti_join(lowest, matches(mine, lowest, self.on))
        return {WHOLE: found.select(*columns_of(site.shape)), "unmatched": unmatched}

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the columns on both sides."""
        theirs = entity_table(self.to, catalog)
        for mine, attribute in self.on.items():
            yield from inputs[0].unknown(mine, f"on.{mine}")
            if theirs.columns:
                yield from theirs.unknown(attribute, f"on.{mine}")
