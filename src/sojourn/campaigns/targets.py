"""Whom a message activity writes to: one row for each message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sojourn.campaigns.activities.activity import WorkTable
from sojourn.campaigns.plan import NUMBER, Compiled, Rows, Site, matches, ordered
from sojourn.expr import Expression, Reads
from sojourn.expr.bucket import quote
from sojourn.expr.names import identifier
from sojourn.model.entity import PROFILE

if TYPE_CHECKING:
    import ibis.expr.types as ir

TO: Final = "_to"
"""Number of the profile that a message is for; null: there is none."""

VARS: Final = "_vars"
"""JSON of what the template sees: ``{"row": {…}}``."""

KEY: Final = "_key"
"""JSON of the key of the secondary entity's row, such as ``{"booking_id": "k1"}``; null for profiles."""

PLACE: Final = "_place"
"""Place of the message in the activity, from 0."""

_OTHER: Final = "_per_"


def targets(site: Site, per: str | None, read: frozenset[str] | None, *, spread: bool) -> ir.Table:
    """Return the work table's columns for each message, with `_to`, `_vars`, `_key` and `_place`.

    Parameters
    ----------
    per : str
        The entity of whose rows each gives a message.
    read : frozenset of str or None
        The columns that the templates read; None for all.
    spread : bool
        Whether they are in the order of their buckets, else in that of their keys.
    """
    table, key, columns = _rows_per(site, per)
    values: dict[str, Compiled] = {VARS: _object(columns, read)}
    if per != PROFILE:
        values[KEY] = _json({_bare(key): (key, columns[_bare(key)][1])})
    if spread:
        values["_bucket"] = site.bucket(key)
    computed = site.computed(Rows(table, WorkTable(None), key), values)
    if per == PROFILE:
        computed = computed.mutate(**{KEY: _null()})
    order = ordered(computed, [("_bucket", False)] if spread else [], key)
    return computed.select(
        *site.rows.table.columns, TO, VARS, KEY, **{PLACE: _row_number().over(order_by=[*order, computed[TO]])}
    )


def _rows_per(site: Site, per: str | None) -> tuple[ir.Table, str, dict[str, tuple[str, str]]]:
    """Return a row for each message, its key, and what a template calls a column: the column and its type."""
    rows = _with_profile(site, site.rows)
    columns = {name: (name, kind) for name, kind in site.rows.shape.columns.items()}
    if per == site.rows.shape.entity:
        return rows, site.rows.key, columns
    if per == PROFILE:
        return _once(rows, [TO], site.rows.key), site.rows.key, columns
    other = site.entity(str(per))
    renamed = _with_profile(site, other).rename(lambda name: f"{_OTHER}{name}")
    on = {here: f"{_OTHER}{there}" for here, there in site.linked(site.rows.shape.entity, str(per)).items()}
    joined = rows.join(renamed, matches(rows, renamed, on))
    joined = joined.mutate(**{TO: joined[TO].coalesce(joined[f"{_OTHER}{TO}"])})
    columns |= {name: (f"{_OTHER}{name}", kind) for name, kind in other.shape.columns.items()}
    key = f"{_OTHER}{other.key}"
    return _once(joined, [TO, key], site.rows.key), key, columns


def _with_profile(site: Site, rows: Rows) -> ir.Table:
    """Add the number of each row's profile."""
    table = rows.table
    if rows.shape.entity == PROFILE:
        return table.mutate(**{TO: table[NUMBER]})
    links = site.run.entities[rows.shape.entity or ""].links.values()
    link = next((link for link in links if link.to == PROFILE), None)
    if link is None:
        return table.mutate(**{TO: _null("int64")})
    profiles = site.entity(PROFILE)
    numbers = _lowest(profiles, list(link.on.values())).select(
        **{TO: NUMBER}, **{f"_on{i}": name for i, name in enumerate(link.on.values())}
    )
    joined = table.left_join(numbers, matches(table, numbers, {name: f"_on{i}" for i, name in enumerate(link.on)}))
    return joined.select(*(table[name] for name in table.columns), joined[TO])


def _lowest(rows: Rows, by: list[str]) -> ir.Table:
    """Keep the row of the lowest key of those that a link by these columns leads to."""
    if rows.key in by:
        return rows.table
    place = _row_number().over(group_by=[rows.table[name] for name in by], order_by=ordered(rows.table, [], rows.key))
    ranked = rows.table.mutate(_at=place)
    return ranked.filter(ranked["_at"] == 0)


def _once(table: ir.Table, by: list[str], key: str) -> ir.Table:
    """Keep the row of the lowest key of those that are equal; a row without a profile is like no other."""
    place = _row_number().over(group_by=[table[name] for name in by], order_by=ordered(table, [], key))
    ranked = table.mutate(_first=(place == 0) | table[TO].isnull())
    return ranked.filter(ranked["_first"]).drop("_first")


def _object(columns: dict[str, tuple[str, str]], read: frozenset[str] | None) -> Expression:
    wanted = {name: column for name, column in columns.items() if read is None or name in read}
    inside = _json(wanted)
    return Expression(
        f"'{{\"row\":' || ({inside.sql}) || '}}'" if wanted else "CAST(NULL AS VARCHAR)", "VARCHAR", Reads(), ""
    )


def _json(columns: dict[str, tuple[str, str]]) -> Expression:
    """Give SQL of a JSON object of columns; instants are RFC 3339, as everywhere."""
    pairs = ", ".join(f"{quote(name)}, {_value(column, kind)}" for name, (column, kind) in columns.items())
    return Expression(f"CAST(json_object({pairs}) AS VARCHAR)", "VARCHAR", Reads(), "")


def _value(column: str, kind: str) -> str:
    sql = f"r.{identifier(column)}"
    if kind == "json":
        return f"CAST({sql} AS JSON)"
    if kind == "timestamp":
        text = f"strftime(timezone('UTC', {sql}), '%Y-%m-%dT%H:%M:%S.%f')"
        return f"regexp_replace({text}, '[.]000000$', '') || 'Z'"
    return sql


def _bare(column: str) -> str:
    return column.removeprefix(_OTHER)


def _null(kind: str = "string") -> ir.Value:
    import ibis

    return ibis.null().cast(kind)


def _row_number() -> ir.IntegerColumn:
    import ibis

    return ibis.row_number()
