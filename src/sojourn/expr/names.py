"""Names to columns: what `profile.a`, `event.p`, `entry.p`, `<node>.p` and bare columns are in SQL."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from sojourn.expr.bucket import quote
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope, Type, Types, sql_type
from sojourn.model.external import Answer

VARIABLES = "vars"


def identifier(name: str) -> str:
    """Write a name as an SQL identifier.

    Examples
    --------
    >>> identifier("first-mail") == chr(34) + "first-mail" + chr(34)
    True
    """
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Frame:
    """How the rows under test are called in SQL.

    Parameters
    ----------
    pno, at, own
        Profile number, instant, and offset of the event that must not be counted (None: there is none).
    event
        JSON of the event that `event.p` reads.
    population
        Whether the instant is the same for all rows, so that subqueries need no correlation.
    """

    pno: str = "f.pno"
    at: str = 'f."at"'
    own: str | None = "f.own"
    event: str = "f.event"
    population: bool = False

    def of_event(self, data: str) -> Frame:
        """Give the same frame, where `event` is another event."""
        return replace(self, event=data)


ROWS = Frame()
POPULATION = Frame(pno="p._pno", at="CAST($now AS TIMESTAMPTZ)", own=None, population=True)


@dataclass(frozen=True)
class Name:
    """What a name is in SQL.

    Parameters
    ----------
    sql
        SQL of the value.
    type
        Type of the document, `json` for what is not declared.
    reads
        What must be there for it.
    column
        Alias and column that it needs in a sample, None when the frame has it.
    """

    sql: str
    type: Type
    reads: Reads = field(default_factory=Reads)
    column: tuple[str, str] | None = None


@dataclass(frozen=True)
class UnknownName(Exception):
    """A name that the scope does not have; `what` has braces where the name belongs."""

    what: str
    name: str
    known: tuple[str, ...]


def resolve(parts: list[str], scope: Scope, frame: Frame) -> Name:
    """Find what a dotted name is.

    Raises
    ------
    UnknownName
        With the names that would have been known.
    """
    root, *rest = parts
    if not rest:
        return _bare(root, scope)
    if root == "profile":
        return _profile(rest, scope)
    if root == "event" and scope.event is not None:
        return _document(frame.event, [], rest, scope.event, Reads(event=True))
    if root == "entry" and scope.entry is not None:
        return _document("f.entry", [], rest, scope.entry, Reads(entry=True))
    if root in scope.nodes:
        return _node(root, rest, scope.nodes[root])
    if root in scope.links:
        return _link(root, rest, scope.links[root])
    if scope.columns is not None and root in scope.columns:
        return _column("r", root, rest, scope.columns, "no column {}", Reads())
    raise UnknownName(f"{{}} is not known here, in `{'.'.join(parts)}`", root, tuple(roots(scope)))


def roots(scope: Scope) -> list[str]:
    """List the names that may stand before a dot."""
    optional = {"event": scope.event, "entry": scope.entry}
    return ["profile", *(n for n, types in optional.items() if types is not None), *scope.nodes, *scope.links]


def _bare(name: str, scope: Scope) -> Name:
    if scope.columns is None:
        known = [*(f"profile.{a}" for a in _attributes(scope)), *(f"event.{p}" for p in scope.event or ())]
        near = next((k for k in known if k.endswith(f".{name}")), None)
        what = f"{{}} needs what it belongs to; did you mean `{near}`?" if near else "{} is not known here"
        raise UnknownName(what, name, () if near else tuple(known))
    return _column("r", name, [], scope.columns, "no column {}", Reads())


def _attributes(scope: Scope) -> Types:
    return {"profile_id": "string", **scope.profile}


def _profile(parts: list[str], scope: Scope) -> Name:
    if not scope.has_profile:
        raise UnknownName("{} cannot be read here: these rows have no link to `profile`", "profile", ())
    own = parts[0] == "profile_id"
    reads = Reads(profile_id=True) if own else Reads(attributes=frozenset([parts[0]]))
    return _column("p", parts[0], parts[1:], _attributes(scope), "no attribute {} on `profile`", reads)


def _link(link: str, parts: list[str], types: Types) -> Name:
    what = f"no attribute {{}} on `{link}`"
    return _column(f"link_{link}", parts[0], parts[1:], types, what, Reads(links=frozenset([f"{link}.{parts[0]}"])))


def _column(alias: str, name: str, path: list[str], types: Types, what: str, reads: Reads) -> Name:
    if name not in types:
        raise UnknownName(what, name, tuple(types))
    source = alias if alias in {"p", "r"} else identifier(alias)
    sql = f"{source}.{identifier(name)}"
    value = f"CAST({sql} AS JSON)" if types[name] == "json" else sql
    if not path:
        return Name(value, types[name], reads, (alias, name))
    _must_be_json(name, path, types)
    return Name(_extract(value, path, "json"), "json", reads, (alias, name))


def _must_be_json(name: str, path: list[str], types: Types) -> None:
    if types.get(name, "json") != "json":
        raise UnknownName(f"`{name}` is of type {types[name]} and has no part {{}}", path[0], ())


def _document(source: str, prefix: list[str], parts: list[str], types: Types, reads: Reads) -> Name:
    whole = ".".join(parts)
    if whole not in types and len(parts) > 1:
        _must_be_json(parts[0], parts[1:], types)
    type_ = types.get(whole, "json")
    return Name(_extract(source, prefix + parts, type_), type_, reads)


def _node(node: str, parts: list[str], types: Types) -> Name:
    if node == VARIABLES:
        types = {".".join(parts): "string", **types}
    if isinstance(types, Answer) and types.keys().isdisjoint({parts[0], ".".join(parts)}):
        raise UnknownName(f"no field {{}} in the answer of `{node}`", parts[0], tuple(types))
    return _document("f.vars", [node], parts, types, Reads(vars=frozenset([node])))


def _extract(source: str, path: list[str], type_: Type) -> str:
    pointer = quote("$" + "".join('."' + p.replace("\\", "\\\\").replace('"', '\\"') + '"' for p in path))
    if type_ == "json":
        return f"json_extract({source}, {pointer})"
    if type_.startswith("["):
        return f"TRY_CAST(json_extract({source}, {pointer}) AS {sql_type(type_)})"
    text = f"json_extract_string({source}, {pointer})"
    return text if type_ == "string" else f"TRY_CAST({text} AS {sql_type(type_)})"


@cache
def zones() -> frozenset[str]:
    """Give the names of all time zones."""
    return frozenset(zoneinfo.available_timezones())


def safe_zone(zone_sql: str, fallback: str) -> str:
    """Give SQL of a zone's name, or the fallback (SQL) when there is none or it is no zone.

    DuckDB raises for an unknown zone in a way that TRY does not catch; a cast to an instant tells without raising.
    """
    well_formed = f"regexp_full_match({zone_sql}, '[A-Za-z]{{3}}[A-Za-z0-9_+/-]{{0,60}}')"
    known = f"TRY_CAST('2000-01-01 00:00:00 ' || {zone_sql} AS TIMESTAMPTZ) IS NOT NULL"
    return f"CASE WHEN {well_formed} AND {known} THEN {zone_sql} ELSE {fallback} END"


def local_now(scope: Scope, frame: Frame) -> Name:
    """Give the wall clock in the scope's zone, a TIMESTAMP."""
    fallback = next((z for z in (scope.zone, scope.fallback_zone) if z in zones()), "UTC")
    if scope.zone == "profile" and "timezone" in scope.profile and scope.has_profile:
        zone = safe_zone('p."timezone"', quote(fallback))
        reads = Reads(time=True, clock=True, attributes=frozenset(["timezone"]))
        return Name(f"timezone({zone}, {frame.at})", "timestamp", reads, ("p", "timezone"))
    return Name(f"timezone({quote(fallback)}, {frame.at})", "timestamp", Reads(time=True, clock=True))


def sample(type_: Type) -> str:
    """Give SQL of a value of a type, for trying an expression."""
    values: Mapping[str, str] = {"integer": "1", "number": "1.5", "boolean": "true", "json": "'{}'"}
    dates = {"date": "'2026-01-05'", "timestamp": "'2026-01-05 10:00:00+00'"}
    text = "[]" if type_.startswith("[") else {**values, **dates}.get(type_, "''")
    return f"CAST({text} AS {sql_type(type_)})"
