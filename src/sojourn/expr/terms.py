"""Terms: the compiled pieces of a condition, and what their compilers share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from sojourn.expr.directory import Directory
from sojourn.expr.names import Frame
from sojourn.expr.problems import ExpressionErrors, refuse, unknown
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.model.errors import did_you_mean
from sojourn.model.instants import parse_duration

T = TypeVar("T")


@dataclass(frozen=True)
class Term:
    """SQL that is true or false, what it reads, and a text for people.

    Parameters
    ----------
    turns
        SQL of instants (null: none) of which the earliest is the next at which a window of time may change the result.
    """

    sql: str
    reads: Reads
    text: str
    turns: tuple[str, ...] = ()


NEVER = Term("false", Reads(), "never")


class Terms(Protocol):
    """What the compiler of one map needs from the whole."""

    scope: Scope
    directory: Directory
    frame: Frame
    chain: tuple[str, ...]

    def text(self, text: str, scope: Scope, frame: Frame) -> Term:
        """Compile SQL text to a term that is never null."""
        ...

    def audience(self, id_: str, value: object, path: str) -> Term:
        """Compile the condition of an audience in place."""
        ...

    def only(self, value: Mapping[Any, Any], fields: Collection[str]) -> None:
        """Refuse fields that this map does not have."""
        for name in value:
            if name not in fields:
                near = did_you_mean(str(name), fields) or f"; it has {', '.join(sorted(fields))}"
                raise at(str(name), refuse("EXPR-020", f"unknown field `{str(name)[:60]}`{near}"))

    def known(self, field: str, name: object, names: Mapping[str, T], what: str, code: str) -> T:
        """Look a name up, or refuse it with the one that was probably meant."""
        if not isinstance(name, str):
            raise at(field, refuse("EXPR-020", f"`{field}` needs the id of {what}"))
        if name not in names:
            raise at(field, ExpressionErrors([unknown(code, f"no {what} {{}}", name[:80], names)]))
        return names[name]

    def about_profile(self, field: str) -> None:
        """Refuse a condition about a profile on rows that have none."""
        if not self.scope.has_profile:
            message = f"`{field}` is about a profile, and these rows have no link to `profile`"
            raise at(field, refuse("EXPR-028", message, hint="declare a link `to: profile` on the entity"))


def at(path: str, error: ExpressionErrors) -> ExpressionErrors:
    """Give the error with its place inside the map."""
    return ExpressionErrors([replace(p, path=inside(path, p.path)) for p in error.problems])


def inside(path: str, below: str) -> str:
    """Join two paths.

    Examples
    --------
    >>> inside("any[1]", "not"), inside("", "in"), inside("all", "[0]")
    ('any[1].not', 'in', 'all[0]')
    """
    return path + below if not path or not below or below.startswith("[") else f"{path}.{below}"


def placed(path: str, terms: Terms, text: object, scope: Scope, frame: Frame) -> Term:
    """Compile the SQL text of a field, with its place in what is wrong."""
    if isinstance(text, bool):
        text = str(text).lower()
    if not isinstance(text, str):
        raise at(path, refuse("EXPR-020", f"`{path}` needs an SQL expression as text"))
    try:
        return terms.text(text, scope, frame)
    except ExpressionErrors as error:
        raise at(path, error) from error


def window_sql(value: Mapping[Any, Any], column: str, frame: Frame) -> tuple[str, str]:
    """Give the SQL and the text of `within`: (now - duration, now]."""
    until = f"{column} <= {frame.at}"
    if "within" not in value:
        return until, ""
    since = f"{column} > {frame.at} - {length_sql(value['within'])}"
    return f"{until} AND {since}", f" in the last {value['within']}"


def length_sql(within: object) -> str:
    """Give the SQL of a window's length, an interval."""
    try:
        duration = parse_duration(within)
    except ValueError as error:
        raise at("within", refuse("EXPR-029", str(error))) from error
    microseconds = duration.days * 86_400_000_000 + duration.seconds * 1_000_000 + duration.microseconds
    return f"to_microseconds({microseconds})"
