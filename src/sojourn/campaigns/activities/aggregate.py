"""What an enrichment computes over linked rows, such as ``sum(amount)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sojourn.campaigns.activities.activity import WorkTable, entity_table
from sojourn.expr import ExpressionErrors, Scope, compile_expression
from sojourn.model.document import Catalog
from sojourn.model.entity import PROFILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

METHODS: Final = {"count": "count", "sum": "sum", "avg": "mean", "min": "min", "max": "max"}
"""Functions that are known, with what Ibis calls them."""

NUMERIC: Final = ("sum", "avg")
_AGGREGATE: Final = re.compile(r"(?is)\s*([a-z_]+)\s*\(\s*(distinct\s+)?(.*?)\s*\)\s*")
_KINDS: Final = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp", "BIGINT": "integer", "INTEGER": "integer", "SMALLINT": "integer",
    "HUGEINT": "integer", "DOUBLE": "number", "FLOAT": "number",
}  # fmt: skip


class Aggregate(NamedTuple):
    """A function of the values that an expression has in several rows; ``*`` stands for the rows themselves."""

    function: str
    of: str
    distinct: bool

    def over(self, values: ir.Column) -> ir.Value:
        """Return the aggregate of values."""
        if self.distinct:
            return values.nunique()
        numbers: Any = values.cast("float64") if self.function in NUMERIC else values
        found: ir.Value = getattr(numbers, METHODS[self.function])()
        return found

    def kind(self, rows: WorkTable, catalog: Catalog) -> str:
        """Return its type over rows of a shape."""
        if self.function in NUMERIC:
            return "number"
        return "integer" if self.function == "count" else kind_of(self.of, rows, catalog)


def read_aggregate(text: str) -> Aggregate | None:
    """Read an aggregate; None if it is not one.

    Examples
    --------
    >>> read_aggregate("count(distinct hotel)")
    Aggregate(function='count', of='hotel', distinct=True)
    >>> read_aggregate("sum(*)") is None
    True
    """
    match = _AGGREGATE.fullmatch(text)
    if match is None or match[1].lower() not in METHODS or not match[3]:
        return None
    found = Aggregate(match[1].lower(), match[3], match[2] is not None)
    counts = found.function == "count"
    fits = (counts or not found.distinct) and (found.of != "*" or (counts and not found.distinct))
    return found if fits else None


def kind_of(text: str, rows: WorkTable, catalog: Catalog) -> str:
    """Return the type of an expression over rows; of one that has errors, which are told elsewhere, `number`."""
    if text in rows.columns:
        return rows.columns[text]
    entity: Any = catalog.get("entity", rows.entity or "")
    links = {name: entity_table(link.to, catalog).columns for name, link in entity.links.items()} if entity else {}
    profile = entity_table(PROFILE, catalog).columns
    try:
        found = compile_expression(text, Scope(profile=profile, columns=rows.columns, links=links, nodes={"vars": {}}))
    except ExpressionErrors:
        return "number"
    return "number" if found.type.startswith("DECIMAL") else _KINDS.get(found.type, "string")
