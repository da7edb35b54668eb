"""The activity that takes one path for all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.expr import ANYTHING
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import OutletName
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.lookout import Lookout
    from sojourn.campaigns.plan import Site


class TestPath(Model):
    """A path, and when it is taken."""

    id: OutletName = Field(description="Names the outlet.")
    when: Condition = Field(description="A condition that sees `count`, the number of rows.")


@register
class Test(Following):
    """Take the first path that is true, else `otherwise`."""

    category: ClassVar[Category] = "branch"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["test"]
    paths: list[TestPath] = Field(min_length=1, description="The first path that is true is taken.")
    otherwise: OutletName | None = Field(default=None, description="Names the outlet that is taken when none is.")

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the paths, and `otherwise`."""
        yield from ((f"paths[{i}].id", path.id) for i, path in enumerate(self.paths))
        if self.otherwise is not None:
            yield "otherwise", self.otherwise

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the tests, which see `count`."""
        own = replace(names, columns={"count": "integer"}, entity="")
        return (Place(f"paths[{i}].when", path.when, own) for i, path in enumerate(self.paths))

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of paths that one before them is always taken instead of."""
        reasoner = look.reasoner(replace(look.names, columns={"count": "integer"}, entity=""))
        rest = ANYTHING
        for i, path in enumerate(self.paths):
            met = reasoner.met(path.when)
            if not met.impossible and (rest & met).impossible:
                message = "this path is never taken: whenever it is true, one before it is"
                yield Problem("WARN-004", message, f"paths[{i}].when", hint="put the narrower path first")
            rest = rest & reasoner.unmet(path.when)
        if self.otherwise is not None and rest.impossible:
            yield Problem(
                "WARN-005", "`otherwise` is never taken: a path is always true", "otherwise", hint="take it out"
            )

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows on the first path that is true, or on `otherwise`; all others are not taken."""
        met = site.values({path.id: f"paths[{i}].when" for i, path in enumerate(self.paths)})
        taken = next((path.id for path in self.paths if met[path.id]), self.otherwise)
        return {} if taken is None else {taken: site.rows.table}
