"""What an activity's plan is made of: tables as Ibis expressions, and the names that their columns have.

A plan is unbound: it names tables and knows no engine. `Site` is what it may ask; `sojourn.campaigns.workbench` turns
it into SQL and runs it. The expressions of users stand in a plan as SQL that `sojourn.expr` has checked and written,
over the aliases `r` (the row), `p` (its profile) and `f` (the instant), with the parameters `$now` and `$vars`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Protocol

import polars as pl

from sojourn.campaigns.activities.activity import WorkTable
from sojourn.expr import Condition, EntitySpec, Expression, bucket_sql
from sojourn.expr.linked import join_sql, one_each
from sojourn.expr.names import identifier
from sojourn.model.entity import PROFILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

NUMBER: Final = "_pno"
"""Hidden column of profiles: their number in the store."""

ROW: Final = "_row"
"""Hidden column of a file's rows: their place."""

Compiled = Expression | Condition
Ordering = tuple[str, bool]
"""A column and whether it descends."""

_TYPES: Final = {
    "string": "string", "integer": "int64", "number": "float64", "boolean": "boolean", "date": "date",
    "timestamp": "timestamp('UTC')", "json": "string",
}  # fmt: skip


def ibis_type(kind: str) -> str:
    """Return the Ibis type of a document type.

    >>> ibis_type("[integer]")
    'array<int64>'
    """
    return f"array<{_TYPES[kind[1:-1]]}>" if kind.startswith("[") else _TYPES[kind]


@dataclass(frozen=True)
class Rows:
    """A table of rows, and what they are.

    Attributes
    ----------
    key : str
        The column that tells rows apart: the entity's key, or `_row` of a file.
    """

    table: ir.Table
    shape: WorkTable
    key: str

    def hidden(self) -> dict[str, str]:
        """Return the columns that users do not see, with their types."""
        return hidden_columns(self.shape.entity)

    def with_table(self, table: ir.Table) -> Rows:
        """Return the same kind of rows from another table."""
        return Rows(table, self.shape, self.key)


def hidden_columns(entity: str | None) -> dict[str, str]:
    """Return the hidden columns of an entity's rows, with their types; None stands for a file."""
    if entity == PROFILE:
        return {NUMBER: "integer"}
    return {ROW: "integer"} if entity is None else {}


def columns_of(shape: WorkTable) -> dict[str, str]:
    """Return all columns of a work table, with their types."""
    return {**hidden_columns(shape.entity), **shape.columns}


def unbound(name: str, columns: Mapping[str, str]) -> ir.Table:
    """Return a table of the store as an expression."""
    import ibis

    return ibis.table({column: ibis_type(kind) for column, kind in columns.items()}, name=name)


class Surroundings(Protocol):
    """What a run gives its activities."""

    @property
    def campaign(self) -> str:
        """Return the campaign's id."""

    @property
    def entities(self) -> Mapping[str, EntitySpec]:
        """Return the declared entities."""

    def keep(self, table: ir.Table) -> ir.Table:
        """Return the same rows, computed once."""

    def count(self, table: ir.Table) -> int:
        """Return the number of rows."""

    def first(self, table: ir.Table) -> Mapping[str, Any]:
        """Return the first row."""

    def file(self, path: str) -> str:
        """Return the text of a file."""

    def given(self, frame: pl.DataFrame, columns: Mapping[str, str]) -> ir.Table:
        """Return rows from outside the store as a table."""

    def members(self, audience: str) -> Condition:
        """Return membership in an audience now as a condition on profiles."""

    def mark(self, activity: str) -> str | None:
        """Return what the last completed run left for an activity."""

    def leave_mark(self, activity: str, value: str) -> None:
        """Leave a value for the next run, if this one completes."""

    def save_audience(self, audience: str, ids: ir.Table) -> None:
        """Make the profiles of these ids (`profile_id`) the members of an audience; nothing in a preview."""

    def signal(self, campaign: str, parameters: Mapping[str, Any]) -> None:
        """Start another campaign; nothing in a preview."""

    def alert(self, activity: str, title: str, message: str | None, to: Sequence[str], rows: int) -> None:
        """Notify people; nothing in a preview."""


@dataclass(frozen=True)
class Site:
    """The place in which an activity plans: its inputs, and what it may ask.

    Attributes
    ----------
    inputs : sequence of Rows
        In the order of `of`.
    compiled : callable
        The activity's compiled expression at a path such as ``paths[0].where``.
    shape : WorkTable
        The shape of the rows out, as the checks know it.
    """

    run: Surroundings
    activity: str
    inputs: Sequence[Rows]
    compiled: Callable[[str], Compiled]
    shape: WorkTable
    aliases: Iterator[int] = field(default_factory=count, compare=False)

    @property
    def rows(self) -> Rows:
        """Return the only input."""
        return self.inputs[0]

    def entity(self, id: str) -> Rows:
        """Return all rows of an entity."""
        spec = self.run.entities[id]
        columns = {spec.key: "string", **spec.attributes} if id == PROFILE else dict(spec.attributes)
        name = PROFILE if id == PROFILE else f"rows_{id}"
        return Rows(unbound(name, {**hidden_columns(id), **columns}), WorkTable(id, columns), spec.key)

    def linked(self, mine: str | None, theirs: str, via: str | None = None) -> dict[str, str]:
        """Return the columns of a link between two entities, those of the first by those of the second.

        `via` names it; without, it is the only one, where the first's own come first.
        """
        entity = self.run.entities.get(mine or "")
        own = entity.links if entity is not None else {}
        back = self.run.entities[theirs].links
        forth = [dict(link.on) for name, link in own.items() if link.to == theirs and via in (None, name)]
        reverse = [
            {there: here for here, there in link.on.items()}
            for name, link in back.items()
            if link.to == mine and via in (None, name)
        ]
        return [*forth, *reverse][0]

    def members(self, audience: str) -> ir.Table:
        """Return the profiles that are members of an audience now."""
        rows, condition = self.entity(PROFILE), self.run.members(audience)
        query = f"SELECT p.* FROM {{work}} AS p WHERE {condition.population}"
        return _sql(rows.table, query, next(self.aliases), {})

    def computed(self, rows: Rows, values: Mapping[str, Compiled]) -> ir.Table:
        """Return the rows with the values of expressions as further columns."""
        if not values:
            return rows.table
        return _sql(rows.table, _with_values(rows, values, self.run.entities), next(self.aliases), values)

    def meeting(self, rows: Rows, path: str) -> ir.Table:
        """Return the rows that meet the condition at a path."""
        tested = self.computed(rows, {"_met": self.compiled(path)})
        return tested.filter(tested["_met"]).drop("_met")

    def values(self, paths: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the values of expressions that see `count`, the number of rows in; each given by its path."""
        if not paths:
            return {}
        frame = pl.DataFrame({"count": [self.run.count(self.rows.table)]})
        counted = Rows(self.run.given(frame, {"count": "integer"}), WorkTable(None), "count")
        return self.run.first(self.computed(counted, {name: self.compiled(path) for name, path in paths.items()}))

    def orders(self, path: str, text: str | None, prefix: str) -> tuple[dict[str, Compiled], list[Ordering]]:
        """Return an order's expressions as columns to compute, and the ordering by these columns."""
        from sojourn.campaigns.activities.order import read_order

        terms = read_order(text) if text is not None else []
        paths = [path if i == 0 else f"{path}[{i}]" for i in range(len(terms))]
        names = [f"{prefix}{i}" for i in range(len(terms))]
        values = {name: self.compiled(place) for name, place in zip(names, paths, strict=True)}
        return values, [(name, term.descending) for name, term in zip(names, terms, strict=True)]

    def bucket(self, key: str) -> Expression:
        """Return the bucket of (key, campaign, activity)."""
        from sojourn.expr import Reads

        text = f"CAST(r.{identifier(key)} AS VARCHAR)"
        return Expression(bucket_sql(text, self.run.campaign, self.activity), "INTEGER", Reads(), "")


def ordered(table: ir.Table, ordering: Sequence[Ordering], *ties: str) -> list[Any]:
    """Return an ordering as Ibis keys; nulls come last in either direction, `ties` decide what is left."""
    every = [*ordering, *((name, False) for name in ties)]
    return [table[name].desc(nulls_first=False) if down else table[name].asc(nulls_first=False) for name, down in every]


def matches(left: ir.Table, right: ir.Table, on: Mapping[str, str]) -> list[Any]:
    """Return the predicates of a join: columns of the left by columns of the right."""
    return [equal(left[mine], right[theirs]) for mine, theirs in on.items()]


def equal(mine: ir.Column, theirs: ir.Column) -> tuple[ir.Value, ir.Value]:
    """Return the predicate of a join that two columns are equal, of different types as texts; null equals nothing."""
    alike = mine.type() == theirs.type() or (mine.type().is_numeric() and theirs.type().is_numeric())
    return (mine, theirs) if alike else (mine.cast("string"), theirs.cast("string"))


def _sql(table: ir.Table, query: str, number: int, added: Mapping[str, Compiled]) -> ir.Table:
    """Return a query over a table, which it calls `{work}`, with the columns that it adds."""
    import ibis.expr.operations as ops
    import ibis.expr.schema as sch

    alias = f"work{number}"
    schema = sch.Schema({**table.schema().fields, **{name: _result_type(value) for name, value in added.items()}})
    text = query.replace("{work}", alias, 1)
    return ops.SQLStringView(parent=table.alias(alias).op(), query=text, schema=schema).to_expr()


def _with_values(rows: Rows, values: Mapping[str, Compiled], entities: Mapping[str, EntitySpec]) -> str:
    added = ", ".join(f"{value.sql} AS {identifier(name)}" for name, value in values.items())
    reads = [value.reads for value in values.values()]
    entity = entities.get(rows.shape.entity or "")
    links = sorted({name for read in reads for name in read.followed})
    joined = ""
    if entity is not None:
        joined = "".join(join_sql(n, entity.links[n], one_each(entity.links[n], entities)) for n in links)
    needs_profile = any(read.profile or read.tables for read in reads)
    profile = _profile_join(rows, entity, entities) if needs_profile else ""
    number = f"p.{NUMBER}" if profile else "CAST(NULL AS BIGINT)"
    frame = (
        f'SELECT {number} AS pno, CAST($now AS TIMESTAMPTZ) AS "at", CAST($vars AS VARCHAR) AS vars, '
        "CAST(NULL AS BIGINT) AS own"
    )
    return f"SELECT r.*, {added} FROM {{work}} AS r{profile}{joined}, LATERAL ({frame}) AS f"


def _profile_join(rows: Rows, entity: EntitySpec | None, entities: Mapping[str, EntitySpec]) -> str:
    """Return the join that makes the rows' profile readable as `p`."""
    if rows.shape.entity == PROFILE:
        return f" LEFT JOIN profile AS p ON p.{NUMBER} = r.{NUMBER}"
    link = next((link for link in entity.links.values() if link.to == PROFILE), None) if entity is not None else None
    if link is None:
        return " LEFT JOIN profile AS p ON false"
    on = " AND ".join(f"p.{identifier(theirs)} = r.{identifier(mine)}" for mine, theirs in link.on.items())
    return f" LEFT JOIN {one_each(link, entities)} AS p ON {on}"


_RESULTS: Final = {
    "BOOLEAN": "boolean", "VARCHAR": "string", "DATE": "date", "TIMESTAMP WITH TIME ZONE": "timestamp('UTC')",
    "TIMESTAMP": "timestamp", "DOUBLE": "float64", "BIGINT": "int64", "INTEGER": "int32",
}  # fmt: skip


def _result_type(value: Compiled) -> str:
    return _RESULTS.get(value.type, "string")
