"""What the outcome of an SQL test says about the row: true, false or null, in every case that is possible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from sojourn.expr.expression import BUCKET, Resolved
from sojourn.expr.facts import ANYTHING, NEVER, Facts, Subject, all_of, any_of, fact
from sojourn.expr.literals import UNKNOWN, as_type, constant
from sojourn.expr.ranges import ANY, KNOWN, NULL, Bound, Range, only
from sojourn.expr.reads import Reads, union
from sojourn.expr.scope import Type
from sojourn.expr.syntax import write

Outcome = bool | None
"""True, false, or null (None)."""

MET: tuple[Outcome, ...] = (True,)
FALSE: tuple[Outcome, ...] = (False,)
NOT_MET: tuple[Outcome, ...] = (False, None)
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE}
_BOOLEAN = Range(points=frozenset([True, False]), null=True)


@dataclass
class Truth:
    """One SQL text, whose names are resolved, as cases.

    Attributes
    ----------
    used : Resolved
        Its names.
    opaque : bool
        Whether a part was not understood, which may then fail as it runs and make the whole null.
    """

    used: Resolved
    opaque: bool = False
    reads: dict[str, Reads] = field(init=False)

    def __post_init__(self) -> None:
        self.reads = {name.sql: name.reads for name in self.used.names}

    def cases(self, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
        """Return the cases in which a boolean tree has one of the wanted outcomes."""
        if len(wanted) == 3:
            return ANYTHING
        read = _READERS.get(type(node))
        if read is not None:
            return read(self, node, wanted)
        found = self.compared(node, wanted)
        return self.whole(node, wanted) if found is None else found

    def whole(self, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
        """Return the cases of a test that is not looked into: the same test has the same outcome everywhere."""
        value = constant(node)
        if value is None or isinstance(value, bool):
            return ANYTHING if value in wanted else NEVER
        self.opaque = True
        demand = Range(points=frozenset(o for o in wanted if o is not None), null=None in wanted)
        return fact(self.subject(node, "boolean", _BOOLEAN), demand)

    def subject(self, node: exp.Expr, type_: Type | None, domain: Range = ANY) -> Subject:
        """Return what a tree is as a subject."""
        sql = write(node)
        reads = union([self.reads[n.name] for n in node.find_all(exp.Var) if n.name in self.reads])
        if type_ == "integer":
            domain = Range(null=True, whole=True)
        if self.used.said.get(sql) == BUCKET:
            domain = Range(Bound(0, True), Bound(9999, True), whole=True)
        return Subject(sql, self.said(node), reads, domain)

    def said(self, node: exp.Expr) -> str:
        """Return a tree as the user wrote it."""
        copy = node.copy()
        for name in [copy, *copy.find_all(exp.Var)]:
            if isinstance(name, exp.Var) and name.name in self.used.said:
                name.set("this", self.used.said[name.name])
        return write(copy)[:80]

    def compared(self, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts | None:
        """Return the cases of a comparison of something typed with a constant; None: it is none."""
        left, right = node.args.get("this"), node.args.get("expression")
        if type(node) not in _RANGES or left is None or right is None:
            return None
        kind = type(node)
        if _typed(left) is None:
            left, right, kind = right, left, _MIRRORED.get(kind, kind)
        type_ = _typed(left)
        value = constant(right) if type_ is not None else UNKNOWN
        if type_ is None or value is UNKNOWN:
            return None
        if value is None:
            return ANYTHING if None in wanted else NEVER
        value = as_type(value, type_)
        if value is UNKNOWN:
            return None
        met, unmet = _RANGES[kind](value)
        return self.one_of(self.subject(left, type_), met, unmet, wanted)

    def one_of(self, subject: Subject, met: Range, unmet: Range, wanted: tuple[Outcome, ...]) -> Facts:
        """Return the cases of a test that is true in one range, false in another, and null for null."""
        ranges = {True: met, False: unmet, None: NULL}
        return any_of(fact(subject, ranges[outcome]) for outcome in wanted)


def _typed(node: exp.Expr) -> Type | None:
    """Return the type of a name, or of a function of a name whose result can be compared like one."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Var):
        return node.args.get("type_")
    if isinstance(node, exp.Lower | exp.Upper) and _typed(node.this) == "string":
        return "string"
    return "integer" if isinstance(node, exp.Length) and _typed(node.this) == "string" else None


_RANGES: dict[type[exp.Expr], Callable[[Any], tuple[Range, Range]]] = {
    exp.EQ: lambda v: (only(v), Range(excluded=frozenset([v]))),
    exp.NEQ: lambda v: (Range(excluded=frozenset([v])), only(v)),
    exp.LT: lambda v: (Range(high=Bound(v, False)), Range(low=Bound(v, True))),
    exp.LTE: lambda v: (Range(high=Bound(v, True)), Range(low=Bound(v, False))),
    exp.GT: lambda v: (Range(low=Bound(v, False)), Range(high=Bound(v, True))),
    exp.GTE: lambda v: (Range(low=Bound(v, True)), Range(high=Bound(v, False))),
}


def _and(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    return _chain(truth, _parts(node), wanted, decisive=False)


def _or(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    return _chain(truth, _parts(node), wanted, decisive=True)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    return list(node.flatten())


def _chain(truth: Truth, parts: list[exp.Expr], wanted: tuple[Outcome, ...], *, decisive: bool) -> Facts:
    """Read tests joined by one word; `decisive` is the outcome of one part that settles the whole."""

    def some(*outcomes: Outcome) -> Facts:
        return any_of(truth.cases(part, outcomes) for part in parts)

    def every(*outcomes: Outcome) -> Facts:
        return all_of(truth.cases(part, outcomes) for part in parts)

    if set(wanted) == {decisive, None}:
        return some(decisive, None)
    if set(wanted) == {not decisive, None}:
        return every(not decisive, None)
    readings: dict[Outcome, Callable[[], Facts]] = {
        decisive: lambda: some(decisive),
        not decisive: lambda: every(not decisive),
        None: lambda: every(not decisive, None) & some(None),
    }
    return any_of(readings[outcome]() for outcome in wanted)


def _not(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    return truth.cases(node.this, _turned(wanted))


def _turned(wanted: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    return tuple(None if outcome is None else not outcome for outcome in wanted)


def _paren(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    return truth.cases(node.this, wanted)


def _is(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    right = node.expression
    if isinstance(right, exp.Boolean):
        outcome = bool(right.this)
        parts = {True: (outcome,), False: (None, not outcome)}
        return any_of(truth.cases(node.this, parts[o]) for o in wanted if o is not None)
    type_ = _typed(node.this)
    if not isinstance(right, exp.Null) or type_ is None:
        return truth.whole(node, wanted)
    subject = truth.subject(node.this, type_, _BOOLEAN if type_ == "boolean" else ANY)
    return any_of(fact(subject, NULL if o else KNOWN) for o in wanted if o is not None)


def _between(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
    high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
    return _chain(truth, [low, high], wanted, decisive=False)


def _in(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    type_ = _typed(node.this)
    values = [constant(each) for each in node.expressions]
    known = [as_type(v, type_) for v in values if v is not None] if type_ is not None else [UNKNOWN]
    if type_ is None or not values or UNKNOWN in known:
        return truth.whole(node, wanted)
    met, others = only(*known), Range(excluded=frozenset(known))
    subject = truth.subject(node.this, type_)
    if None not in values:
        return truth.one_of(subject, met, others, wanted)
    ranges = {True: met, None: others.or_null()}
    return any_of(fact(subject, ranges[outcome]) for outcome in wanted if outcome in ranges)


def _same(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    """Read `is not distinct from`, which is never null."""
    left, right = node.this, node.expression
    if _typed(left) is None:
        left, right = right, left
    type_ = _typed(left)
    value = constant(right) if type_ is not None else UNKNOWN
    value = value if type_ is None or value is None or value is UNKNOWN else as_type(value, type_)
    if type_ is None or value is UNKNOWN:
        return truth.whole(node, wanted)
    same = NULL if value is None else only(value)
    other = KNOWN if value is None else Range(excluded=frozenset([value]), null=True)
    subject = truth.subject(left, type_)
    return any_of(fact(subject, same if outcome else other) for outcome in wanted if outcome is not None)


def _distinct(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    return _same(truth, node, _turned(wanted))


def _name(truth: Truth, node: exp.Expr, wanted: tuple[Outcome, ...]) -> Facts:
    if _typed(node) != "boolean":
        return truth.whole(node, wanted)
    return truth.one_of(truth.subject(node, "boolean", _BOOLEAN), only(True), only(False), wanted)


_READERS: dict[type[exp.Expr], Callable[[Truth, exp.Expr, tuple[Outcome, ...]], Facts]] = {
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Paren: _paren,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.NullSafeEQ: _same,
    exp.NullSafeNEQ: _distinct,
    exp.Var: _name,
}
