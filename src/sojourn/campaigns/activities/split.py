"""The activity that divides rows over paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sojourn.campaigns.activities.activity import Following, WorkTable, register
from sojourn.campaigns.activities.order import order_places
from sojourn.expr import ANYTHING, NEVER, Facts
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import OutletName
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.lookout import Lookout
    from sojourn.campaigns.plan import Compiled, Ordering, Site

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")


def _read_limit(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if match is not None and float(match[1]) <= 100:
        return match[0]
    raise ValueError(f'`{value!s:.40}` is not a limit; write a number of rows, or a percentage such as "10%"')


RowLimit = Annotated[
    int | str,
    BeforeValidator(_read_limit),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)?%$"}]}),
]


class SplitPath(Model):
    """Rows that match, at most `limit` of them, in an order or by chance."""

    id: OutletName = Field(description="Names the outlet.")
    where: Condition | None = Field(default=None, description="Which rows go this way.")
    limit: RowLimit | None = Field(default=None, description="How many at most.")
    order_by: Expression | None = Field(default=None, description="Which of them come first, such as `spend desc`.")
    sample: Literal["random"] | None = Field(default=None, description="Choose by chance, always the same rows.")


@register
class Split(Following):
    """Give each row to the first path that it matches (`overlap`: to all)."""

    category: ClassVar[Category] = "branch"
    fixed_outlets: ClassVar[tuple[str, ...]] = ()

    type: Literal["split"]
    paths: list[SplitPath] = Field(min_length=1, description="Rows that match go this way, path by path.")
    complement: OutletName | None = Field(default=None, description="Names the outlet of the rows that match no path.")
    overlap: bool = Field(default=False, description="Give a row to all paths that it matches.")

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the paths, and the complement."""
        yield from ((f"paths[{i}].id", path.id) for i, path in enumerate(self.paths))
        if self.complement is not None:
            yield "complement", self.complement

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the conditions and the orders."""
        own = inputs[0].names(names)
        for i, path in enumerate(self.paths):
            if path.where is not None:
                yield Place(f"paths[{i}].where", path.where, own)
            yield from order_places(f"paths[{i}].order_by", path.order_by, own)

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check that an order has a limit, and that a sample has none other."""
        for i, path in enumerate(self.paths):
            if path.order_by is not None and path.sample is not None:
                message = "a path takes rows in an order (`order_by`) or by chance (`sample`), not both"
                yield Problem("DOC-054", message, f"paths[{i}].sample")
            if path.order_by is not None and path.limit is None:
                yield Problem("DOC-054", "`order_by` has no effect without a `limit`", f"paths[{i}].order_by")

    def certainties(self, look: Lookout) -> Mapping[str, Facts]:
        """Return that the rows of a path meet it, and none before it that takes all who do; the complement's none."""
        found, rest = {}, look.rows[0]
        for path in self.paths:
            found[path.id] = rest & (look.met(path.where) if path.where is not None else ANYTHING)
            if path.limit is None and not self.overlap:
                rest = rest & (look.unmet(path.where) if path.where is not None else NEVER)
        return {**found, **({self.complement: rest} if self.complement is not None and not self.overlap else {})}

    def warn(self, look: Lookout) -> Iterable[Problem]:
        """Warn of paths that no row can take."""
        for i, (path, facts) in enumerate(zip(self.paths, self.certainties(look).values(), strict=False)):
            alone = look.met(path.where) if path.where is not None else ANYTHING
            if not facts.impossible or alone.impossible or look.rows[0].impossible:
                continue
            if (look.rows[0] & alone).impossible:
                message = f"no row of `{self.of}` takes this path: {(look.rows[0] & alone).clash}"
                yield Problem("WARN-003", message, f"paths[{i}]", hint="take the path out, or take other rows in")
            else:
                message = "no row takes this path: whatever meets it is on one before it"
                yield Problem("WARN-004", message, f"paths[{i}]", hint="put the narrower path first")

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return none."""
        return frozenset()

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows of each path, and those of none."""
        import ibis

        from sojourn.campaigns.marks import NTH, numbered

        values, orders = self._values(site)
        rows = numbered(site, site.rows)
        table = site.computed(rows, values)
        none_yet = ibis.literal(True)
        for i, path in enumerate(self.paths):
            fits = table[f"_met{i}"] if path.where is not None else ibis.literal(True)
            if not self.overlap:
                fits = fits & none_yet
            table = table.mutate(**{f"_fits{i}": fits})
            table = table.mutate(**{f"_in{i}": _limited(table, i, path.limit, orders[i], site.rows.key)})
            none_yet = ibis.and_(*(~table[f"_in{n}"] for n in range(i + 1)))
        decided = table.mutate(_rest=none_yet).select(NTH, *(f"_in{i}" for i in range(len(self.paths))), "_rest")
        return self._outlets(rows.table, site.run.keep(decided))

    def _values(self, site: Site) -> tuple[dict[str, Compiled], list[list[Ordering]]]:
        values: dict[str, Compiled] = {}
        orders: list[list[Ordering]] = []
        for i, path in enumerate(self.paths):
            if path.where is not None:
                values[f"_met{i}"] = site.compiled(f"paths[{i}].where")
            terms, ordering = site.orders(f"paths[{i}].order_by", path.order_by, f"_by{i}_")
            values |= terms
            if path.limit is not None and not ordering:
                values["_bucket"] = site.bucket(site.rows.key)
                ordering = [("_bucket", False)]
            orders.append(ordering)
        return values, orders

    def _outlets(self, table: ir.Table, decided: ir.Table) -> dict[str, ir.Table]:
        from sojourn.campaigns.marks import marked

        rows = {path.id: marked(table, decided.filter(decided[f"_in{i}"])) for i, path in enumerate(self.paths)}
        if self.complement is not None:
            rows[self.complement] = marked(table, decided.filter(decided["_rest"]))
        return rows


def _limited(table: ir.Table, index: int, limit: int | str | None, ordering: list[Ordering], key: str) -> Any:
    """Tell which of the rows that fit a path are within its limit."""
    import ibis

    from sojourn.campaigns.plan import ordered

    fits = table[f"_fits{index}"]
    if limit is None:
        return fits
    place = ibis.row_number().over(group_by=fits, order_by=ordered(table, ordering, key))
    if isinstance(limit, int):
        return fits & (place < limit)
    millionths = round(float(limit.rstrip("%")) * 1_000_000)
    return fits & (place < fits.cast("int64").sum().as_scalar() * millionths // 100_000_000)
