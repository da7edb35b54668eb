"""The activity that adds columns of other entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from sojourn.campaigns.activities.activity import WHOLE, Following, WorkTable, entity_table, register
from sojourn.campaigns.activities.aggregate import METHODS, NUMERIC, Aggregate, kind_of, read_aggregate
from sojourn.campaigns.activities.order import order_places
from sojourn.model.delivery import check_exists
from sojourn.model.document import Catalog
from sojourn.model.errors import Problem
from sojourn.model.expressions import Condition, Expression, Names, Place
from sojourn.model.forms import Model
from sojourn.model.names import AttributeName, EntityId
from sojourn.model.palette import Category

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from sojourn.campaigns.plan import Rows, Site


class Addition(Model):
    """Columns of the linked rows, or one aggregate over them."""

    source: EntityId = Field(alias="from")
    on: dict[AttributeName, AttributeName] | None = None
    take: Annotated[int, Field(ge=1, le=100)] | None = None
    order_by: Expression | None = None
    columns: list[AttributeName] | None = None
    where: Condition | None = None
    aggregate: Expression | None = None

    def entity(self, input: WorkTable, catalog: Catalog) -> str:
        """Return the entity whose rows are read; `from` may name a link of the rows' entity."""
        own: Any = catalog.get("entity", input.entity or "")
        link = own.links.get(self.source) if own is not None else None
        return link.to if link is not None else self.source

    @property
    def aggregated(self) -> Aggregate | None:
        """Return the aggregate; None if there is none, or it is not one."""
        return read_aggregate(self.aggregate) if self.aggregate is not None else None

    def result(self, name: str, input: WorkTable, catalog: Catalog) -> dict[str, str]:
        """Return the types of the columns that are added under a name."""
        rows = entity_table(self.entity(input, catalog), catalog)
        if self.aggregate is not None:
            return {name: self.aggregated.kind(rows, catalog) if self.aggregated is not None else "number"}
        theirs = rows.columns
        taken = self.take or 1
        prefixes = [name] if taken == 1 else [f"{name}_{i + 1}" for i in range(taken)]
        columns = {column: theirs.get(column, "json") for column in self.columns or theirs}
        return {f"{prefix}_{column}": kind for prefix in prefixes for column, kind in columns.items()}


@register
class Enrich(Following):
    """Add columns, the rows stay the same."""

    category: ClassVar[Category] = "data"

    type: Literal["enrich"]
    add: dict[AttributeName, Addition] = Field(min_length=1, description="The new columns, by name.")

    def table(self, inputs: Sequence[WorkTable], catalog: Catalog) -> WorkTable:
        """Return the columns with those that are added."""
        added: dict[str, str] = {}
        for name, addition in self.add.items():
            added |= addition.result(name, inputs[0], catalog)
        return WorkTable(inputs[0].entity, {**inputs[0].columns, **added})

    def places(self, inputs: Sequence[WorkTable], names: Names, catalog: Catalog) -> Iterable[Place]:
        """Return the conditions, the orders and what is aggregated, over the linked rows."""
        for name, addition in self.add.items():
            own = entity_table(addition.entity(inputs[0], catalog), catalog).names(names)
            if not own.columns:
                continue
            if addition.where is not None:
                yield Place(f"add.{name}.where", addition.where, own)
            yield from order_places(f"add.{name}.order_by", addition.order_by, own)
            aggregate = addition.aggregated
            if aggregate is not None and aggregate.of != "*":
                yield Place(f"add.{name}.aggregate", aggregate.of, own, condition=False)

    def check(self, inputs: Sequence[WorkTable], catalog: Catalog) -> Iterable[Problem]:
        """Check what is read, the columns on both sides, and the aggregate."""
        for name, addition in self.add.items():
            entity = addition.entity(inputs[0], catalog)
            path = f"add.{name}"
            yield from check_exists("entity", entity, f"{path}.from", catalog)
            theirs = entity_table(entity, catalog)
            for column, mine in (addition.on or {}).items() if theirs.columns else ():
                yield from theirs.unknown(column, f"{path}.on.{column}")
                yield from inputs[0].unknown(mine, f"{path}.on.{column}")
            for i, column in enumerate(addition.columns or [] if theirs.columns else []):
                yield from theirs.unknown(column, f"{path}.columns[{i}]")
            taken = [column for column in addition.result(name, inputs[0], catalog) if column in inputs[0].columns]
            if taken:
                message = f"the rows have a column `{taken[0]}` already"
                yield Problem("DOC-003", message, path, hint="give the addition another name")
            yield from _check_form(addition, theirs, path, catalog)
            if addition.on is None and theirs.columns:
                yield from _check_link(inputs[0], entity, addition.source, path, catalog)

    def columns_read(self, inputs: Sequence[WorkTable]) -> frozenset[str]:
        """Return those by which the linked rows are found."""
        return frozenset(mine for addition in self.add.values() for mine in (addition.on or {}).values())

    def plan(self, site: Site) -> Mapping[str, ir.Table]:
        """Return the same rows with the columns that are added."""
        table = site.rows.table
        for name, addition in self.add.items():
            table = _attach(table, *_found(site, name, addition))
        aggregates = {name: addition.aggregated for name, addition in self.add.items()}
        counts = [name for name, found in aggregates.items() if found is not None and found.function == "count"]
        return {WHOLE: table.fill_null(dict.fromkeys(counts, 0)) if counts else table}


def _check_form(addition: Addition, theirs: WorkTable, path: str, catalog: Catalog) -> Iterable[Problem]:
    if addition.aggregate is None:
        return
    if addition.columns is not None or addition.take is not None:
        yield Problem("DOC-054", "an addition has `columns` or an `aggregate`, not both", f"{path}.aggregate")
    aggregate = addition.aggregated
    if aggregate is None:
        message = f"`{addition.aggregate:.80}` is not an aggregate; write one of {', '.join(METHODS)}"
        yield Problem("DOC-074", message, f"{path}.aggregate", hint="such as `sum(amount)` or `count(*)`")
    elif aggregate.function in NUMERIC and kind_of(aggregate.of, theirs, catalog) not in ("number", "integer"):
        kind = kind_of(aggregate.of, theirs, catalog)
        message = f"`{aggregate.function}` is of numbers, `{aggregate.of:.80}` is of type {kind}"
        yield Problem("DOC-074", message, f"{path}.aggregate", hint="`cast(… as double)` makes a number of it")


def _check_link(input: WorkTable, entity: str, source: str, path: str, catalog: Catalog) -> Iterable[Problem]:
    mine: Any = catalog.get("entity", input.entity or "")
    theirs: Any = catalog.get("entity", entity)
    if mine is not None and source in mine.links:
        return
    there = [link for link in theirs.links.values() if link.to == input.entity] if theirs is not None else []
    here = [link for link in mine.links.values() if link.to == entity] if mine is not None else []
    if len(there) + len(here) != 1:
        count = "no link" if not there + here else "more than one link"
        message = f"there is {count} between `{entity}` and these rows; say `on` which columns agree"
        yield Problem("DOC-075", message, path)


def _found(site: Site, name: str, addition: Addition) -> tuple[ir.Table, dict[str, str]]:
    """Return the columns of an addition with the keys `_on…` that find their row, and the keys' columns of the rows."""
    source, on = _source(site, addition)
    rows = site.entity(source)
    if addition.where is not None:
        rows = rows.with_table(site.meeting(rows, f"add.{name}.where"))
    keys = {f"_on{i}": column for i, column in enumerate(on)}
    found = _aggregated if addition.aggregate is not None else _taken
    return found(site, name, addition, rows, keys), {key: on[column] for key, column in keys.items()}


def _source(site: Site, addition: Addition) -> tuple[str, dict[str, str]]:
    """Return the entity, and its columns by which it is found with those of the rows."""
    entity = site.run.entities.get(site.rows.shape.entity or "")
    link = entity.links.get(addition.source) if entity is not None else None
    source = link.to if link is not None else addition.source
    if addition.on is not None:
        return source, dict(addition.on)
    if link is not None:
        return source, {there: here for here, there in link.on.items()}
    return source, {there: here for here, there in site.linked(site.rows.shape.entity, source).items()}


def _aggregated(site: Site, name: str, addition: Addition, rows: Rows, keys: Mapping[str, str]) -> ir.Table:
    from sojourn.campaigns.plan import ibis_type

    aggregate = addition.aggregated
    assert aggregate is not None
    if aggregate.of == "*":
        table = rows.table
        value: ir.Value = table.count()
    else:
        table = site.computed(rows, {"_of": site.compiled(f"add.{name}.aggregate")})
        value = aggregate.over(table["_of"]).cast(ibis_type(site.shape.columns[name]))
    return table.group_by(**{key: table[column] for key, column in keys.items()}).aggregate(**{name: value})


def _taken(site: Site, name: str, addition: Addition, rows: Rows, keys: Mapping[str, str]) -> ir.Table:
    import ibis

    from sojourn.campaigns.plan import ordered

    values, ordering = site.orders(f"add.{name}.order_by", addition.order_by, "_by")
    table = site.computed(rows, values)
    grouped = [table[column] for column in keys.values()]
    place = ibis.row_number().over(group_by=grouped, order_by=ordered(table, ordering, rows.key))
    ranked = site.run.keep(table.mutate(_place=place))
    columns = addition.columns or list(rows.shape.columns)
    taken = addition.take or 1
    if taken == 1:
        first = ranked.filter(ranked["_place"] == 0)
        return first.select(**_named(first, keys), **{f"{name}_{column}": first[column] for column in columns})
    near = ranked.filter(ranked["_place"] < taken)
    wide = {
        f"{name}_{i + 1}_{column}": near[column].arbitrary(where=near["_place"] == i)
        for i in range(taken)
        for column in columns
    }
    return near.group_by(**_named(near, keys)).aggregate(**wide)


def _named(table: ir.Table, keys: Mapping[str, str]) -> dict[str, Any]:
    return {key: table[column] for key, column in keys.items()}


def _attach(table: ir.Table, found: ir.Table, keys: Mapping[str, str]) -> ir.Table:
    """Add columns to rows, null where nothing was found."""
    from sojourn.campaigns.plan import equal

    joined = table.left_join(found, [equal(table[column], found[key]) for key, column in keys.items()])
    added = [name for name in found.columns if name not in keys]
    return joined.select(*(table[name] for name in table.columns), *(joined[name] for name in added))
