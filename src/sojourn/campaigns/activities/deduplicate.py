"""The activity that keeps the first rows of each key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Following, WorkTable, register
from sojourn.campaigns.activities.order import order_places
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Expression, Names, Place
from sojourn.model.names import AttributeName, OutletName

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Site


@register
class Deduplicate(Following):
    """Keep the first `keep` rows of equal columns, in an order."""

    type: Literal["deduplicate"]
    by: list[AttributeName] = Field(min_length=1, description="Columns by which rows are the same.")
    keep: Annotated[int, Field(ge=1)] = Field(default=1, description="How many of them stay.")
    order_by: Expression | None = Field(default=None, description="Which of them come first, such as `amount desc`.")
    complement: OutletName | None = Field(default=None, description="Names the outlet of the rows that are left over.")

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the complement."""
        if self.complement is not None:
            yield "complement", self.complement

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the order."""
        return order_places("order_by", self.order_by, inputs[0].names(names))

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the columns."""
        for i, column in enumerate(self.by):
            yield from inputs[0].unknown(column, f"by[{i}]")

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return those by which rows are the same."""
        return frozenset(self.by)

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the first rows of each key, and the others; a row without a value is like no other."""
        import ibis

        from sojourn.campaigns.marks import NTH, marked, numbered
        from sojourn.campaigns.plan import ordered

        values, ordering = site.orders("order_by", self.order_by, "_by")
        every = numbered(site, site.rows)
        table = site.computed(every, values)
        place = ibis.row_number().over(
            group_by=[table[name] for name in self.by], order_by=ordered(table, ordering, site.rows.key)
        )
        has_null = ibis.or_(*(table[name].isnull() for name in self.by))
        ranked = site.run.keep(table.select(NTH, _kept=(place < self.keep) | has_null))
        rows = {WHOLE: marked(every.table, ranked.filter(ranked["_kept"]))}
        if self.complement is not None:
            rows[self.complement] = marked(every.table, ranked.filter(~ranked["_kept"]))
        return rows
