"""SQL of the rows that a link leads to."""

from __future__ import annotations

from collections.abc import Mapping

from sojourn.expr.directory import EntitySpec, LinkSpec
from sojourn.expr.names import identifier


def join_sql(name: str, link: LinkSpec, source: str | None = None) -> str:
    """Give the LEFT JOIN of a link of the rows `r`, as `link_<name>`; `source` stands in for the linked table."""
    alias = identifier(f"link_{name}")
    on = " AND ".join(f"{alias}.{identifier(target)} = r.{identifier(local)}" for local, target in link.on.items())
    return f" LEFT JOIN {source or _table(link)} AS {alias} ON {on}"


def one_each(link: LinkSpec, entities: Mapping[str, EntitySpec]) -> str:
    """Give SQL of the rows that a link leads to, of several for one row that of the lowest key."""
    key = entities[link.to].key
    if key in link.on.values():
        return _table(link)
    columns = ", ".join(identifier(column) for column in link.on.values())
    place = f"row_number() OVER (PARTITION BY {columns} ORDER BY {identifier(key)})"
    return f"(SELECT * FROM {_table(link)} QUALIFY {place} = 1)"


def _table(link: LinkSpec) -> str:
    return "profile" if link.to == "profile" else identifier(f"rows_{link.to}")
