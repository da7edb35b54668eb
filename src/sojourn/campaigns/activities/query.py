"""Activities that begin: rows of an entity, members of an audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Activity, WorkTable, entity_table, register
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place, Reference
from sojourn.model.names import AttributeName, AudienceId, EntityId

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.lookout import Lookout
    from sojourn.campaigns.plan import Site
    from sojourn.expr import Facts


class Rows(Activity):
    """Rows of an entity that meet a condition."""

    entity: EntityId = Field(description="Whose rows are taken.")
    where: Condition | None = Field(default=None, description="Which of its rows.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the entity's columns."""
        return entity_table(self.entity, catalog)

    def references(self) -> Iterable[Reference]:
        """Return the entity."""
        yield Reference("entity", ("entity",), self.entity)

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the condition, if its entity is known."""
        if self.where is not None and catalog.get("entity", self.entity) is not None:
            yield Place("where", self.where, entity_table(self.entity, catalog).names(names))

    def certainties(self, look: Lookout) -> Mapping[str, Facts]:
        """Return that the rows meet the condition."""
        return {WHOLE: look.met(self.where)} if self.where is not None else {}

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows that meet the condition."""
        rows = site.entity(self.entity)
        return {WHOLE: rows.table if self.where is None else site.meeting(rows, "where")}


@register
class Query(Rows):
    """Take the matching rows of an entity."""

    type: Literal["query"]


@register
class Incremental(Rows):
    """Take the rows newer than those of the last completed run."""

    type: Literal["incremental"]
    on: AttributeName = Field(description="The column of instants that tells which rows are new.")

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that `on` is a column of instants."""
        table = entity_table(self.entity, catalog)
        if table.columns:
            yield from table.unknown(self.on, "on")
        found = table.columns.get(self.on, "timestamp")
        if found != "timestamp":
            yield Problem("DOC-071", f"`{self.on}` is of type {found}; an incremental query needs a timestamp", "on")

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows newer than the mark of the last completed run; without any the branch stops."""
        import ibis

        table = super().plan(site)[WHOLE]
        mark = site.run.mark(site.activity)
        newer = table[self.on].notnull() if mark is None else table[self.on] > ibis.literal(mark, "timestamp('UTC')")
        fresh = site.run.keep(table.filter(newer))
        newest = site.run.first(fresh.aggregate(newest=fresh[self.on].max()))["newest"]
        if newest is None:
            return {}
        site.run.leave_mark(site.activity, newest.isoformat())
        return {WHOLE: fresh}


@register
class ReadAudience(Activity):
    """Take the members of an audience, evaluated now."""

    type: Literal["read_audience"]
    audience: AudienceId = Field(description="Whose members are taken.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the profile's columns."""
        return entity_table(PROFILE, catalog)

    def references(self) -> Iterable[Reference]:
        """Return the audience."""
        yield Reference("audience", ("audience",), self.audience)

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the members' rows."""
        return {WHOLE: site.members(self.audience)}
