"""Which columns the rows of a draft need to be counted: wide rows that nobody reads take most of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp

from sojourn.campaigns.activities.activity import WorkTable
from sojourn.engine.campaigns.line import Plans
from sojourn.expr import EntitySpec

Columns = frozenset[str] | None
"""Names of columns; None: all of them."""

ROW: Final = "r"
"""The alias of the row under test in the SQL of expressions."""


def kept_columns(plans: Plans, order: Sequence[int], entities: Mapping[str, EntitySpec]) -> dict[str, Columns]:
    """Return for each transition the columns that its counted rows have.

    What is left out is the entity's own, as it is: whoever looks at a row finds it by the row's key. Columns that were
    added on the way stay.

    Parameters
    ----------
    order : sequence of int
        The activities, each behind those that it takes rows of.
    """
    needed: dict[str, Columns] = {}
    kept: dict[str, Columns] = {}
    for index in reversed(order):
        activity, shapes = plans.activities[index], plans.inputs[index]
        outlets = [".".join(filter(None, (activity.id, outlet))) for outlet in activity.outlets()]
        own = activity.columns_read(shapes)
        behind = [needed.get(name, frozenset()) for name in outlets]
        for name, wanted in zip(outlets, behind, strict=True):
            kept[name] = None if own is None else _kept(plans.shapes[index], wanted, entities)
        said = columns_of_sql(value.sql for value in plans.compiled_in(index).values())
        for _, transition in activity.inputs():
            needed[transition] = _union([needed.get(transition, frozenset()), own, said, *behind])
    return kept


def narrowed(shape: WorkTable, columns: Columns) -> WorkTable:
    """Return the shape of rows that have only some of their columns."""
    if columns is None:
        return shape
    return WorkTable(shape.entity, {name: kind for name, kind in shape.columns.items() if name in columns})


def _kept(shape: WorkTable, needed: Columns, entities: Mapping[str, EntitySpec]) -> Columns:
    entity = entities.get(shape.entity or "")
    if needed is None or entity is None:
        return None
    added = frozenset(shape.columns) - frozenset(entity.attributes)
    return (needed | added | {entity.key} | _linking(shape.entity or "", entities)) & frozenset(shape.columns)


def _linking(id: str, entities: Mapping[str, EntitySpec]) -> frozenset[str]:
    """Return the columns of an entity by which its rows and those of others find each other."""
    own = (here for link in entities[id].links.values() for here in link.on)
    theirs = (
        there for one in entities.values() for link in one.links.values() if link.to == id for there in link.on.values()
    )
    return frozenset([*own, *theirs])


def _union(parts: Iterable[Columns]) -> Columns:
    found: frozenset[str] = frozenset()
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def columns_of_sql(texts: Iterable[str]) -> Columns:
    """Return the columns of the row that SQL reads."""
    return _union(_read(text) for text in texts)


@lru_cache(maxsize=2_000)
def _read(sql: str) -> Columns:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    columns = [column for column in tree.find_all(exp.Column) if column.table == ROW]
    if any(isinstance(column.this, exp.Star) for column in columns):
        return None
    return frozenset(column.name for column in columns)
