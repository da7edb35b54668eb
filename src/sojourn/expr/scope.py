"""The names that an expression may use, and the types behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Type = str
"""`string integer number boolean date timestamp json`, or a list of one of these: `[string]`."""

Types = Mapping[str, Type]

_SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "json": "JSON",
}


def sql_type(type_: Type) -> str:
    """Give the DuckDB type of a document type.

    Examples
    --------
    >>> sql_type("number"), sql_type("[string]")
    ('DOUBLE', 'VARCHAR[]')
    """
    if type_.startswith("["):
        return sql_type(type_[1:-1].strip()) + "[]"
    return _SQL_TYPES[type_]


@dataclass(frozen=True)
class Scope:
    """What stands around an expression: the names that it may use.

    Parameters
    ----------
    profile
        Attributes of the profile; `profile_id` is always there.
    event, entry
        Properties of the event under test and of what started the passage; None where there is none.
    nodes
        Payloads by node id; `vars` holds the parameters of a signal, where an undeclared one is text.
    columns
        Columns that are named bare (rows of an entity or of a work table); None where there are none.
    links
        Columns of the many-to-one links of these rows, by link: `guest.city`.
    document
        The id that `bucket()` hashes.
    zone
        An IANA name, or `profile`: the wall clock of `local_now()`.
    fallback_zone
        The zone of a profile without a valid one.
    has_profile
        False for rows of an entity that has no link to `profile`.
    """

    profile: Types
    event: Types | None = None
    entry: Types | None = None
    nodes: Mapping[str, Types] = field(default_factory=dict)
    columns: Types | None = None
    links: Mapping[str, Types] = field(default_factory=dict)
    document: str | None = None
    zone: str = "UTC"
    fallback_zone: str = "UTC"
    has_profile: bool = True
