"""Types of attributes that change: what is stored is converted, or the change is refused, so that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sojourn.expr.names import identifier
from sojourn.model.errors import SojournError
from sojourn.model.state import sql_type

if TYPE_CHECKING:
    from sojourn.store.duckdb.store import DuckStore

KEY_TYPES: Final = "types:"
"""Begins the name in `meta` of the declared types of a table."""


class TypeRefused(SojournError):
    """Stored values do not fit the new type of an attribute."""

    code = "STORE-010"


def evolve(store: DuckStore, table: str, attributes: Mapping[str, str]) -> None:
    """Convert the columns of a table whose declared types have changed; the caller holds the transaction.

    Raises
    ------
    TypeRefused
        Stored values would be lost; nothing is converted.
    """
    name = f"{KEY_TYPES}{table}"
    told = store.meta(name)
    before: dict[str, str] = json.loads(told) if told else {}
    for column, kind in attributes.items():
        if before.get(column, kind) != kind:
            _convert(store, table, column, before[column], kind)
    if {**before, **attributes} != before:
        store.set_meta({name: json.dumps({**before, **attributes})})


def _convert(store: DuckStore, table: str, column: str, before: str, after: str) -> None:
    field = identifier(column)
    using = conversion(field, before, after)
    lossy = f"SELECT count(*), any_value({field}) FROM {identifier(table)} WHERE {lost(field, before, after)}"
    [(count, example)] = store.connection.execute(lossy).fetchall()
    if count:
        owner = table.removeprefix("rows_")
        raise TypeRefused(
            f"`{column}` of `{owner}` cannot become {after}: {count:,} stored values that are {before} would be lost, "
            f"such as `{example!s:.60}`",
            hint=f"keep {before}, or give the new data another name",
        )
    if sql_type(before) == sql_type(after):
        store.connection.execute(f"UPDATE {identifier(table)} SET {field} = {using} WHERE {field} IS NOT NULL")
    else:
        store.connection.execute(
            f"ALTER TABLE {identifier(table)} ALTER COLUMN {field} SET DATA TYPE {sql_type(after)} USING {using}"
        )
    store.forget()


def conversion(field: str, before: str, after: str) -> str:
    """Return SQL of a stored value in its new type.

    Examples
    --------
    >>> conversion("a", "integer", "number"), conversion("a", "string", "[string]")
    ('TRY_CAST(a AS DOUBLE)', 'CASE WHEN a IS NOT NULL THEN [a] END')
    """
    if after == "json":
        return f"CAST(to_json({field}) AS VARCHAR)"
    if before == "json":
        return f"TRY_CAST(json_extract_string(TRY_CAST({field} AS JSON), '$') AS {sql_type(after)})"
    if after == f"[{before}]":
        return f"CASE WHEN {field} IS NOT NULL THEN [{field}] END"
    return f"TRY_CAST({field} AS {sql_type(after)})"


def lost(field: str, before: str, after: str) -> str:
    """Return SQL that tells whether a stored value would not survive."""
    fresh = conversion(field, before, after)
    tests = [f"{fresh} IS NULL"]
    if before in ("integer", "number") and after in ("integer", "number"):
        tests.append(f"CAST({field} AS DECIMAL(38, 6)) <> CAST({fresh} AS DECIMAL(38, 6))")
    if before == "string" and after == "integer":
        tests.append(f"TRY_CAST({field} AS DOUBLE) <> {fresh}")
    if (before, after) == ("timestamp", "date"):
        tests.append(f"{field} <> CAST({fresh} AS TIMESTAMPTZ)")
    return f"{field} IS NOT NULL AND ({' OR '.join(tests)})"
