"""Why a condition is met or not: each of its leaves with the values that it saw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sojourn.expr import Condition, Expression, Part, Scope, compile_condition
from sojourn.model.reasons import FEEDBACK_KINDS
from sojourn.reports.subject import Subject
from sojourn.reports.wording import NOT_KEPT, listed, phrase, plural, shown, when

TOKEN = re.compile(r"(all|any|not)(?:\[(\d+)\])?\.?")
"""A step of a leaf's path."""


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
        said = [phrase("{} is {}", name, shown(value)) for name, value in self.values.items()]
        return listed([*said, *([self.note] if self.note else [])])

    def say(self) -> str:
        """Say whether it is met, and what was seen."""
        why = self.why()
        return phrase("`{}` is {}", self.text, phrase("met") if self.met else phrase("not met")) + (
            phrase(" ({})", why) if why else ""
        )

    def needed(self) -> str:
        """Say what would have had to hold."""
        return phrase("`{}` had {}", self.text, phrase("been met") if self.wanted else phrase("not been met"))

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
    prefix = phrase("{}.", part.path) if part.path else ""
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
        if parts[0] == "profile" and parts[1] in subject.unknown:
            value = NOT_KEPT
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
    if word == "did":
        return _events(subject, rest, row["own"][0])
    return _consent(subject, rest) if word == "subscribed" else None


def _events(subject: Subject, rest: str, own: int | None) -> str:
    event = rest.split(" ", 1)[0]
    names = [rule.match for rules in subject.program.events.values() for rule in rules if rule.id == event]
    every = subject.events(names[0] if names else event)
    events = [each for each in every if each["offset"] != own]
    but = phrase(" but the one that came") if len(events) < len(every) else ""
    if not events:
        return phrase("{} has no `{}`{}", subject.id, event, but or phrase(" at all"))
    return phrase(
        "{} has {} in all{}, the last at {}",
        subject.id,
        phrase("{} `{}`" if len(events) == 1 else "{} `{}`s", f"{len(events):,}", event),
        but,
        when(events[-1]["at"]),
    )


def _consent(subject: Subject, rest: str) -> str:
    topic = rest.removeprefix("to ")
    said = subject.consent(f"channel:{topic}", f"group:{topic}")
    if not said:
        return phrase("{} has said nothing about {}", subject.id, topic)
    return listed(
        phrase("{} is {} since {}", row["topic"].replace(":", " "), phrase(row["status"]), when(row["at"]))
        for row in said
    )


def _feedback(subject: Subject, kind: str, rest: str) -> str:
    about = rest.split(" in the last ")[0]
    document, _, node = about.partition("/")
    found = subject.fold.engagement().filter(pl.col("kind") == kind)
    if about != "any message":
        found = found.filter((pl.col("document") == document) & ((pl.col("node") == node) | (node == "")))
    if not found.height:
        return phrase("{} has not {} {} so far", subject.id, phrase(kind), about)
    last = when(found["at"].max())  # type: ignore[arg-type]
    return phrase("{} has {} {} {}, last at {}", subject.id, phrase(kind), about, plural(found.height, "time"), last)
