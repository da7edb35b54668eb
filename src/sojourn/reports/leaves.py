"""Why a condition is met or not: each of its leaves with the values that it saw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sojourn.expr import Condition, Expression, Part, Scope, compile_condition
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.subject import Subject
from sojourn.reports.wording import listed, plural, shown, when

TOKEN = re.compile(r"(all|any|not)(?:\[(\d+)\])?\.?")


@dataclass(frozen=True)
class Leaf:
    """One test of a condition.

    Attributes
    ----------
    wanted : bool
        Whether it must be met for the condition to be met: False below a `not`.
    values : dict
        What it read, by name.
    note : str or None
        What it counted, in words.
    inside : tuple of Leaf
        The leaves of the audience that it names.
    """

    path: str
    text: str
    met: bool
    wanted: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    note: str | None = None
    inside: tuple[Leaf, ...] = ()

    def why(self) -> str:
        """Say what was seen: ``profile.city is 'Boston'``."""
        said = [f"{name} is {shown(value)}" for name, value in self.values.items()]
        return listed([*said, *([self.note] if self.note else [])])

    def say(self) -> str:
        """Say whether it is met, and what was seen."""
        why = self.why()
        return f"`{self.text}` is {'met' if self.met else 'not met'}" + (f" ({why})" if why else "")

    def needed(self) -> str:
        """Say what would have had to hold."""
        return f"`{self.text}` had {'been met' if self.wanted else 'not been met'}"

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "text": self.text, "met": self.met, "wanted": self.wanted, "text_of_values": self.why(),
            "values": {name: shown(value) for name, value in self.values.items()},
            "inside": [leaf.as_dict() for leaf in self.inside],
        }  # fmt: skip


def leaves_of(subject: Subject, condition: Condition | Expression, row: pl.DataFrame) -> list[Leaf]:
    """Evaluate the leaves of a condition over one candidate, each by itself."""
    whole = [Part("", condition.sql, condition.text)]
    given = whole if isinstance(condition, Expression) else condition.parts or whole
    parts = [each for part in given for each in conjuncts(part)]
    tests = {str(i): Expression(sql, "BOOLEAN", condition.reads, text) for i, (_, sql, text) in enumerate(parts)}
    met = subject.values(row, tests)
    return [_leaf(subject, path, text, bool(met[str(i)]), row) for i, (path, _, text) in enumerate(parts)]


Piece = tuple[str, str, str]
"""Path, SQL and text of a leaf."""


def conjuncts(part: Part) -> list[Piece]:
    """Divide an SQL text at its ANDs, so that one can tell which half failed.

    >>> conjuncts(Part("", "coalesce(TRY(a AND b), false)", "x and y"))
    [('all[0]', 'coalesce(TRY(a), false)', 'x'), ('all[1]', 'coalesce(TRY(b), false)', 'y')]
    """
    inner = part.sql.removeprefix("coalesce(TRY(").removesuffix("), false)")
    sqls, texts = _divided(inner), _divided(part.text)
    if inner == part.sql or len(sqls) != len(texts) or len(sqls) < 2:
        return [(part.path, part.sql, part.text)]
    prefix = f"{part.path}." if part.path else ""
    pairs = enumerate(zip(sqls, texts, strict=True))
    return [(f"{prefix}all[{i}]", f"coalesce(TRY({sql}), false)", text) for i, (sql, text) in pairs]


def _divided(sql: str) -> list[str]:
    try:
        tree = sqlglot.parse_one(sql, read="duckdb").unnest()
    except (SqlglotError, RecursionError):
        return []
    return [node.unnest().sql("duckdb") for node in tree.flatten()] if isinstance(tree, exp.And) else []


def _leaf(subject: Subject, path: str, text: str, met: bool, row: pl.DataFrame) -> Leaf:
    wanted = sum(word == "not" for word, _ in TOKEN.findall(path)) % 2 == 0
    values, note = dict(values_read(subject, text, row)), note_of(subject, text, row)
    return Leaf(path, text, met, wanted, values, note, tuple(_audience(subject, text, row)))


def _audience(subject: Subject, text: str, row: pl.DataFrame) -> list[Leaf]:
    audience = subject.directory.audiences.get(text[3:]) if subject.directory and text.startswith("in ") else None
    if audience is None or audience.kind != "where" or subject.directory is None:
        return []
    zone = subject.directory.zone
    profile = subject.directory.entities["profile"].attributes
    scope = Scope(profile=profile, document=text[3:], zone=zone, fallback_zone=zone)
    return leaves_of(subject, compile_condition(audience.where, scope, subject.directory), row)  # type: ignore[arg-type]


# ---- what a leaf saw -------------------------------------------------------------------------------------------------


def values_read(subject: Subject, text: str, row: pl.DataFrame) -> Iterator[tuple[str, Any]]:
    """Yield the names that an SQL text reads and their values; nothing for the maps, which are no SQL."""
    objects = {"profile": subject.attributes, **_payloads(row)}
    for parts in dict.fromkeys(names_in(text)):
        value: Any = objects.get(parts[0])
        if parts[0] not in objects:
            continue
        for part in parts[1:]:
            value = value.get(part) if isinstance(value, dict) else None
        yield ".".join(parts), value


def _payloads(row: pl.DataFrame) -> dict[str, Any]:
    given = row.row(0, named=True)
    found = {name: json.loads(given[name]) for name in ("event", "entry") if given.get(name)}
    return {**(json.loads(given["vars"]) if given.get("vars") else {}), **found}


def names_in(text: str) -> list[tuple[str, ...]]:
    """Return the dotted names in an SQL expression.

    >>> names_in("profile.city = 'x' and event.amount > 1")
    [('profile', 'city'), ('event', 'amount')]
    """
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except (SqlglotError, RecursionError):
        return []
    columns = [tuple(str(part.name) for part in column.parts) for column in tree.find_all(exp.Column, bfs=False)]
    return [column for column in columns if len(column) > 1]


def note_of(subject: Subject, text: str, row: pl.DataFrame) -> str | None:
    """Say in words what a map counted: events, rows, consent, feedback."""
    word, _, rest = text.partition(" ")
    if not rest:
        return None
    if word in FEEDBACK_KINDS:
        return _feedback(subject, word, rest)
    return {"did": _events, "subscribed": _consent}.get(word, _silent)(subject, rest)


def _silent(_: Subject, __: str) -> None:
    return None


def _events(subject: Subject, rest: str) -> str:
    event = rest.split(" ", 1)[0]
    names = [rule.match for rules in subject.program.events.values() for rule in rules if rule.id == event]
    events = subject.events(names[0] if names else event)
    if not events:
        return f"{subject.id} has no `{event}` at all"
    return f"{subject.id} has {plural(len(events), f'`{event}`')} in all, the last at {when(events[-1]['at'])}"


def _consent(subject: Subject, rest: str) -> str:
    topic = rest.removeprefix("to ")
    query = """SELECT topic, status, c."at" FROM consent c WHERE pno = $pno AND topic IN ($channel, $group)"""
    said = subject.read(query, channel=f"channel:{topic}", group=f"group:{topic}")
    if not said:
        return f"{subject.id} has said nothing about {topic}"
    return listed(f"{row['topic'].replace(':', ' ')} is {row['status']} since {when(row['at'])}" for row in said)


def _feedback(subject: Subject, kind: str, rest: str) -> str:
    about = rest.split(" in the last ")[0]
    document, _, node = about.partition("/")
    found = subject.fold.engagement().filter(pl.col("kind") == kind)
    if about != "any message":
        found = found.filter((pl.col("document") == document) & ((pl.col("node") == node) | (node == "")))
    if not found.height:
        return f"{subject.id} has not {kind} {about} so far"
    return f"{subject.id} has {kind} {about} {plural(found.height, 'time')}, last at {when(found['at'].max())}"  # type: ignore[arg-type]


# ---- which leaf is to blame ------------------------------------------------------------------------------------------


def blamed(leaves: list[Leaf]) -> list[Leaf]:
    """Return the leaves of which one would have had to differ: the first that fails, or all of an `any`."""
    return [deep for leaf in _blame(_tree(leaves), True) for deep in _deeper(leaf)]


def _deeper(leaf: Leaf) -> list[Leaf]:
    return blamed(list(leaf.inside)) or [leaf] if leaf.inside and leaf.wanted else [leaf]


def _tree(leaves: list[Leaf]) -> Leaf | tuple[str, list[Any]]:
    """Build the nesting of a condition anew from the paths of its leaves, such as ``all[1].not``."""
    return _nest([(TOKEN.findall(leaf.path), leaf) for leaf in leaves])


def _nest(paths: list[tuple[list[tuple[str, str]], Leaf]]) -> Leaf | tuple[str, list[Any]]:
    first, leaf = paths[0]
    if not first:
        return leaf
    branches: dict[str, list[tuple[list[tuple[str, str]], Leaf]]] = {}
    for tokens, each in paths:
        branches.setdefault(tokens[0][1], []).append((tokens[1:], each))
    return first[0][0], [_nest(branch) for branch in branches.values()]


def _holds(tree: Leaf | tuple[str, list[Any]]) -> bool:
    if isinstance(tree, Leaf):
        return tree.met
    word, parts = tree
    met = [_holds(part) for part in parts]
    return {"all": all(met), "any": any(met), "not": not met[0]}[word]


def _blame(tree: Leaf | tuple[str, list[Any]], wanted: bool) -> list[Leaf]:
    if _holds(tree) == wanted:
        return []
    if isinstance(tree, Leaf):
        return [replace(tree, wanted=wanted)]
    word, parts = tree
    if word == "not":
        return _blame(parts[0], not wanted)
    found = [leaves for part in parts if (leaves := _blame(part, wanted))]
    return found[0] if (word == "all") == wanted else [leaf for leaves in found for leaf in leaves]
