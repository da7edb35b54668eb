"""Conditions: SQL text or maps, nestable, to SQL that is met or not met and never null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sojourn.expr.counts import did, engaged, related
from sojourn.expr.directory import Directory
from sojourn.expr.expression import in_frame
from sojourn.expr.membership import audience_scope, in_audience, subscribed
from sojourn.expr.memory import remembered
from sojourn.expr.names import POPULATION, ROWS, Frame
from sojourn.expr.problems import ExpressionErrors, refuse
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.expr.terms import NEVER, Term, Terms, inside
from sojourn.model.errors import Problem, did_you_mean

LONGEST_CHAIN = 40


@dataclass(frozen=True)
class Part:
    """One leaf of a condition, for explaining it: its place, its SQL and its text."""

    path: str
    sql: str
    text: str


@dataclass(frozen=True)
class Condition:
    """A checked condition.

    Parameters
    ----------
    sql
        SQL over the fixed aliases: a boolean, never null.
    reads
        What it reads.
    text
        For people.
    population
        The same over `p` and the parameter `$now` alone, for whole populations; None when it reads an event,
        an entry or a node.
    parts
        Its leaves.
    turns, population_turns
        SQL of instants (null: none), as `sql` and as `population`: time alone changes whether it is met at the
        earliest of them, not before, as long as it does not read `now()`.
    """

    sql: str
    reads: Reads
    text: str
    population: str | None = None
    parts: tuple[Part, ...] = field(default=(), compare=False)
    turns: tuple[str, ...] = ()
    population_turns: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """The DuckDB type."""
        return "BOOLEAN"


def compile_condition(value: str | Mapping[str, Any], scope: Scope, directory: Directory) -> Condition:
    """Read and check a condition.

    Parameters
    ----------
    value
        SQL text, or a map of `all any not in did related engaged subscribed`.
    scope
        The names that it may use.
    directory
        Events, audiences and so on that it may name.

    Raises
    ------
    ExpressionErrors
        With everything that is wrong; `path` of a problem is the place inside the map, such as `any[1].not.in`.
    """
    return remembered("condition", value, scope, directory, lambda: _compiled(value, scope, directory))


def _compiled(value: str | Mapping[str, Any], scope: Scope, directory: Directory) -> Condition:
    builder = _Builder(scope, directory, ROWS)
    term = builder.condition(value, "")
    if builder.problems:
        raise ExpressionErrors(builder.problems)
    parts = tuple(builder.parts)
    if scope.event is None and scope.entry is None and not scope.nodes and scope.columns is None:
        everybody = _Builder(scope, directory, POPULATION)
        whole = everybody.condition(value, "")
        if everybody.problems:
            raise ExpressionErrors(everybody.problems)
        return Condition(term.sql, term.reads, term.text, whole.sql, parts, term.turns, whole.turns)
    return Condition(term.sql, term.reads, term.text, None, parts, term.turns)


@dataclass
class _Builder(Terms):
    scope: Scope
    directory: Directory
    frame: Frame
    chain: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    depth: int = 0

    def condition(self, value: object, path: str) -> Term:
        """Compile a condition; what is wrong is collected, and the term is then never met."""
        self.depth += 1
        try:
            if self.depth > LONGEST_CHAIN:
                raise refuse("EXPR-001", f"conditions are nested more than {LONGEST_CHAIN} levels deep")
            return self._condition(value, path)
        except ExpressionErrors as error:
            self.problems += [replace(p, path=inside(path, p.path)) for p in error.problems]
            return NEVER
        finally:
            self.depth -= 1

    def _condition(self, value: object, path: str) -> Term:
        if isinstance(value, bool | int | float):
            value = str(value).lower()
        if isinstance(value, str):
            return self._leaf(self.text(value, self.scope, self.frame), path)
        if not isinstance(value, Mapping):
            raise refuse("EXPR-020", "a condition is SQL text or a map such as `{in: audience}`")
        kinds = [k for k in value if k in _KINDS]
        if len(kinds) != 1:
            raise self._no_kind(value, kinds)
        term = _KINDS[kinds[0]](self, value, path)
        return term if kinds[0] in {"all", "any", "not"} else self._leaf(term, path)

    def _leaf(self, term: Term, path: str) -> Term:
        if not self.chain:
            self.parts.append(Part(path, term.sql, term.text))
        return term

    def _no_kind(self, value: Mapping[Any, Any], kinds: list[str]) -> ExpressionErrors:
        known = ", ".join(_KINDS)
        if kinds:
            return refuse("EXPR-020", f"a condition map has one of {known}, this one has {' and '.join(kinds)}")
        word = str(next(iter(value), ""))[:60]
        near = did_you_mean(word, _KINDS)
        return refuse("EXPR-020", f"`{word}` is no condition{near or f'; a map has one of {known}'}")

    def text(self, text: str, scope: Scope, frame: Frame) -> Term:
        """Compile SQL text to a term that is never null."""
        expression = in_frame(text, scope, frame, boolean=True)
        return Term(f"coalesce({expression.sql}, false)", expression.reads, text)

    def audience(self, id_: str, value: object, path: str) -> Term:
        """Compile the condition of an audience in place."""
        nested = _Builder(
            audience_scope(id_, self.scope, self.directory), self.directory, self.frame, (*self.chain, id_)
        )
        nested.depth = self.depth
        term = nested.condition(value, "")
        if nested.problems:
            first = nested.problems[0]
            raise refuse(first.code, f"the audience `{id_}` cannot be used: {first.message}"[:500], hint=first.hint)
        return term


def _joined(word: str) -> Callable[[_Builder, Mapping[Any, Any], str], Term]:
    key = {"AND": "all", "OR": "any"}[word]

    def compile_(builder: _Builder, value: Mapping[Any, Any], path: str) -> Term:
        builder.only(value, {key})
        items = value[key]
        if not isinstance(items, list | tuple) or not items:
            raise refuse("EXPR-020", f"`{key}` needs a list of conditions")
        terms = [builder.condition(c, f"{inside(path, key)}[{i}]") for i, c in enumerate(items)]
        text = f" {word.lower()} ".join(f"({t.text})" if " " in t.text else t.text for t in terms)
        turns = tuple(turn for term in terms for turn in term.turns)
        return Term("(" + f" {word} ".join(t.sql for t in terms) + ")", _all_reads(terms), text, turns)

    return compile_


def _all_reads(terms: list[Term]) -> Reads:
    reads = Reads()
    for term in terms:
        reads |= term.reads
    return reads


def _not(builder: _Builder, value: Mapping[Any, Any], path: str) -> Term:
    builder.only(value, {"not"})
    term = builder.condition(value["not"], inside(path, "not"))
    return Term(f"(NOT {term.sql})", term.reads, f"not ({term.text})", term.turns)


_KINDS: dict[str, Callable[[_Builder, Mapping[Any, Any], str], Term]] = {
    "all": _joined("AND"),
    "any": _joined("OR"),
    "not": _not,
    "in": lambda builder, value, path: in_audience(builder, value),
    "did": lambda builder, value, path: did(builder, value),
    "related": lambda builder, value, path: related(builder, value),
    "engaged": lambda builder, value, path: engaged(builder, value),
    "subscribed": lambda builder, value, path: subscribed(builder, value),
}
