"""The activity that unites, intersects or excludes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Gathering, WorkTable, register
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE, PROFILE_KEY
from sojourn.model.errors import Problem
from sojourn.model.names import AttributeName, OutletName

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis import Schema

    from sojourn.campaigns.plan import Rows, Site


@register
class Combine(Gathering):
    """Leave one row per key; `exclusion` is the first input minus the others."""

    type: Literal["combine"]
    op: Literal["union", "intersection", "exclusion"] = Field(
        description="Rows of any input, of all inputs, or of the first one only."
    )
    on: list[AttributeName] | None = Field(
        default=None, description="Columns by which rows are the same; none: the key of the entity."
    )
    complement: OutletName | None = Field(default=None, description="Names the outlet of the rows that are left over.")

    def named_outlets(self) -> Iterable[tuple[str, str]]:
        """Return the complement."""
        if self.complement is not None:
            yield "complement", self.complement

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns of the first input; a union has also what was added to the others on the way."""
        return _together(inputs) if self.op == "union" else super().table(inputs, catalog)

    def outlet_table(self, outlet: str, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns of an outlet: what an intersection leaves over is a union."""
        if self.op == "intersection" and outlet == self.complement:
            return _together(inputs)
        return self.table(inputs, catalog)

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check the complement, and the columns in all inputs."""
        yield from super().check(inputs, catalog)
        if self.op == "union" and self.complement is not None:
            yield Problem("DOC-072", "a union leaves nothing over: it has no complement", "complement")
        if not self.on and len({table.entity for table in inputs}) > 1:
            yield Problem("DOC-073", "the inputs are rows of different entities: say `on` which columns they agree")
        for i, column in enumerate(self.on or []):
            for table in inputs:
                yield from table.unknown(column, f"on[{i}]")

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str] | None:
        """Return those that are compared; rows of different entities become others."""
        return frozenset(self.on or ()) if len({table.entity for table in inputs}) == 1 else None

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the rows, and the complement; a null in a compared column equals nothing."""
        keep, rest = {"union": self._union, "intersection": self._intersection, "exclusion": self._exclusion}[self.op](
            site
        )
        return {WHOLE: keep} if self.complement is None or rest is None else {WHOLE: keep, self.complement: rest}

    def _columns(self, site: Site) -> list[str]:
        return self.on or [site.inputs[0].key]

    def _union(self, site: Site) -> tuple[ir.Table, None]:
        return self._one_each(site, site.inputs), None

    def _one_each(self, site: Site, inputs: Sequence[Rows]) -> ir.Table:
        """Return one row per key: that of the earliest input, then that of the lowest entity key."""
        import ibis

        from sojourn.campaigns.marks import NTH, marked, numbered

        schema, columns = _schema(inputs), self._columns(site)
        full = [numbered(site, _with_number(site, rows)) for rows in inputs]
        ranked = [_ranked(rows, i, schema, columns) for i, rows in enumerate(full)]
        every = ibis.union(*ranked, distinct=False) if len(ranked) > 1 else ranked[0]
        order = [every["_input"], every["_place"]]
        place = ibis.row_number().over(group_by=[every[name] for name in columns], order_by=order)
        has_null = ibis.or_(*(every[name].isnull() for name in columns))
        firsts = every.mutate(_first=(place == 0) | has_null)
        kept = site.run.keep(firsts.filter(firsts["_first"]).select(NTH, "_input"))
        of_each = [_shaped(marked(rows.table, kept.filter(kept["_input"] == i)), schema) for i, rows in enumerate(full)]
        return ibis.union(*of_each, distinct=False) if len(of_each) > 1 else of_each[0]

    def _intersection(self, site: Site) -> tuple[ir.Table, ir.Table | None]:
        columns = self._columns(site)
        common = self._one_each(site, site.inputs[:1])
        for other in site.inputs[1:]:
            common = common.semi_join(other.table, _same(common, other.table, columns))
        common = common.filter(*(common[name].notnull() for name in columns))
        if self.complement is None:
            return common, None
        common = site.run.keep(common)
        every = self._one_each(site, site.inputs)
        return common, every.anti_join(common, _same(every, common, columns))

    def _exclusion(self, site: Site) -> tuple[ir.Table, ir.Table]:
        import ibis

        columns, left = self._columns(site), site.inputs[0].table
        excluded = []
        for other in (rows.table for rows in site.inputs[1:]):
            excluded.append(left.semi_join(other, _same(left, other, columns)))
            left = left.anti_join(other, _same(left, other, columns))
        return left, ibis.union(excluded[0], *excluded[1:], distinct=False)


def _together(inputs: Sequence[WorkTable]) -> WorkTable:
    """Return the columns of the first input, and those that others of its entity have beside them."""
    if not inputs:
        return WorkTable(None)
    first = inputs[0]
    alike = [table for table in inputs[1:] if table.entity == first.entity]
    added = {name: kind for table in reversed(alike) for name, kind in table.columns.items()}
    return WorkTable(first.entity, {**first.columns, **{n: k for n, k in added.items() if n not in first.columns}})


def _schema(inputs: Sequence[Rows]) -> Schema:
    """Return the columns of rows together, as Ibis types."""
    import ibis

    from sojourn.campaigns.plan import ibis_type

    own = inputs[0].table.schema()
    together = _together([rows.shape for rows in inputs]).columns
    added = {name: ibis_type(kind) for name, kind in together.items() if name not in own}
    return ibis.schema({**own.fields, **added})


def _same(left: ir.Table, right: ir.Table, columns: Sequence[str]) -> list[Any]:
    from sojourn.campaigns.plan import matches

    return matches(left, right, {name: name for name in columns})


def _with_number(site: Site, rows: Rows) -> Rows:
    """Give rows that name a profile its number, as profiles' rows have it, if the first input's are profiles."""
    from sojourn.campaigns.plan import NUMBER

    table = rows.table
    if site.inputs[0].shape.entity != PROFILE or NUMBER in table.columns or PROFILE_KEY not in table.columns:
        return rows
    profiles = site.entity(PROFILE).table.select(NUMBER, _id=PROFILE_KEY)
    joined = table.left_join(profiles, [(table[PROFILE_KEY], profiles["_id"])])
    return rows.with_table(joined.select(*(table[name] for name in table.columns), joined[NUMBER]))


def _ranked(rows: Rows, place: int, schema: Schema, columns: Sequence[str]) -> ir.Table:
    """Return the columns that are compared, and the rows' place: which input, and how low their key is."""
    import ibis

    from sojourn.campaigns.marks import NTH

    table = rows.table
    compared = {name: _as(table[name], schema[name]) for name in columns}
    is_compared = rows.key in columns and table[rows.key].type() == schema[rows.key]
    low = ibis.row_number().over(order_by=table[rows.key].asc(nulls_first=False))
    rank = ibis.literal(0, "int64") if is_compared else low  # rows that agree on their key have no lowest one
    return table.select(NTH, **compared, _input=ibis.literal(place), _place=rank)


def _shaped(table: ir.Table, schema: Schema) -> ir.Table:
    """Give rows the columns of the first input."""
    import ibis

    return table.select(
        **{
            name: _as(table[name], kind) if name in table.columns else ibis.null().cast(kind)
            for name, kind in schema.fields.items()
        }
    )


def _as(column: Any, kind: Any) -> Any:
    """Give a column a type; what does not fit is null."""
    return column if column.type() == kind else column.try_cast(kind)
