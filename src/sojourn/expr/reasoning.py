"""What a condition says about the row that meets it, or does not; certain, or silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sojourn.expr.conditions import compile_condition
from sojourn.expr.directory import Directory
from sojourn.expr.expression import Resolved, resolved
from sojourn.expr.facts import ANYTHING, NEVER, Facts, Subject, all_of, any_of, fact
from sojourn.expr.membership import audience_scope
from sojourn.expr.memory import remembered
from sojourn.expr.names import ROWS, Frame
from sojourn.expr.problems import ExpressionErrors
from sojourn.expr.ranges import Bound, Range, only
from sojourn.expr.reads import Reads
from sojourn.expr.scope import Scope
from sojourn.expr.truth import FALSE, MET, NOT_MET, Truth
from sojourn.model.instants import format_duration, parse_duration

Value = str | Mapping[str, Any]
Verdict = Literal["never", "always", "always_if_known"]

DEEPEST = 40
_COUNTS = Range(low=Bound(0, True), whole=True)
_COUNT_RANGES = {
    "at_least": (lambda n: Range(low=Bound(n, True)), lambda n: Range(high=Bound(n, False))),
    "at_most": (lambda n: Range(high=Bound(n, True)), lambda n: Range(low=Bound(n, False))),
    "exactly": (lambda n: only(n), lambda n: Range(excluded=frozenset([n]))),
}


@dataclass(frozen=True)
class Reasoner:
    """Reads conditions that have been compiled without an error.

    Parameters
    ----------
    scope
        The names that they use.
    directory
        The events, audiences and so on that they name.
    frame
        How rows are called; `ROWS.of_event("f.entry")` reads `event` as what becomes `entry`.
    """

    scope: Scope
    directory: Directory
    frame: Frame = ROWS
    depth: int = 0

    def met(self, value: Value) -> Facts:
        """Return the cases in which a condition is met."""
        return self._remembered("met", value, lambda: self._facts(value, True))

    def unmet(self, value: Value) -> Facts:
        """Return the cases in which a condition is not met."""
        return self._remembered("unmet", value, lambda: self._facts(value, False))

    def verdict(self, value: Value) -> tuple[Verdict, str] | None:
        """Tell whether a condition has the same outcome for all rows, and why; None: that is not certain."""
        met = self.met(value)
        if met.impossible:
            return "never", str(met.clash or "")
        if self.unmet(value).impossible:
            return "always", ""
        if isinstance(value, str) and self._remembered("false", value, lambda: self._false(value)).impossible:
            return "always_if_known", ""
        return None

    def _remembered(self, what: str, value: Value, make: Callable[[], Facts]) -> Facts:
        return remembered(what, value, self.scope, self.directory, make, repr((self.frame, self.depth)))

    def _facts(self, value: object, wanted: bool) -> Facts:
        if isinstance(value, bool):
            return ANYTHING if value is wanted else NEVER
        if isinstance(value, str):
            return self._text(value, wanted)
        if not isinstance(value, Mapping) or self.depth > DEEPEST:
            return ANYTHING
        inner = replace(self, depth=self.depth + 1)
        for word, join in (("all", all_of if wanted else any_of), ("any", any_of if wanted else all_of)):
            if word in value:
                return join(inner._facts(each, wanted) for each in value[word])
        if "not" in value:
            return inner._facts(value["not"], not wanted)
        if "in" in value:
            return inner._membership(value, wanted)
        counted = self._counted(value, wanted)
        return self._whole(value, wanted) if counted is None else counted

    def _text(self, text: str, wanted: bool) -> Facts:
        try:
            tree, names = resolved(text, self.scope, self.frame)
            truth = Truth(names)
            found = truth.cases(tree, MET if wanted else NOT_MET)
        except (ExpressionErrors, RecursionError):
            return ANYTHING
        if not wanted and truth.opaque:
            found = ANYTHING  # a part that fails as it runs makes the whole null
        return found & fact(_test(tree.sql("duckdb"), text, names), only(wanted))

    def _false(self, text: str) -> Facts:
        try:
            tree, names = resolved(text, self.scope, self.frame)
            return Truth(names).cases(tree, FALSE)
        except (ExpressionErrors, RecursionError):
            return ANYTHING

    def _membership(self, value: Mapping[str, Any], wanted: bool) -> Facts:
        id = value["in"]
        audience = self.directory.audiences.get(id)
        if audience is None or audience.kind != "where" or audience.where is None:
            return self._whole(value, wanted)
        return replace(self, scope=audience_scope(id, self.scope, self.directory))._facts(audience.where, wanted)

    def _counted(self, value: Mapping[str, Any], wanted: bool) -> Facts | None:
        """Read `did` and `related` as a number that the test bounds; None for others, and for sums."""
        if "sum" in value or not ("did" in value or "related" in value):
            return None
        ((sign, n),) = (value.get("count") or {"at_least": 1}).items()
        rest = {name: given for name, given in value.items() if name != "count"}
        if "within" in rest:
            rest["within"] = format_duration(parse_duration(rest["within"]))
        subject = self._subject(
            {**rest, "count": {"at_least": 1}}, f"number of {value.get('did', value.get('related'))}"
        )
        ranges = _COUNT_RANGES[sign]
        return fact(replace(subject, domain=_COUNTS), ranges[0 if wanted else 1](n))

    def _whole(self, value: Mapping[str, Any], wanted: bool) -> Facts:
        return fact(self._subject(value, _said(value)), only(wanted))

    def _subject(self, value: Mapping[str, Any], label: str) -> Subject:
        compiled = compile_condition(value, self.scope, self.directory)
        return Subject(compiled.sql, label, compiled.reads, Range(points=frozenset([True, False])))


def _test(sql: str, text: str, names: Resolved) -> Subject:
    reads = Reads()
    for name in names.names:
        reads |= name.reads
    return Subject(f"met:{sql}", text[:80], reads, Range(points=frozenset([True, False])))


def _said(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {given}" for name, given in value.items())[:80]


def texts(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield a condition and the conditions inside it, each with its place, the outermost first."""
    yield path, value
    if not isinstance(value, Mapping):
        return
    for word in ("all", "any"):
        for i, each in enumerate(value.get(word, ())):
            yield from texts(each, _inside(path, f"{word}[{i}]"))
    if "not" in value:
        yield from texts(value["not"], _inside(path, "not"))


def _inside(path: str, below: str) -> str:
    return f"{path}.{below}" if path else below
