"""What is certain of a row: every case that is still possible, each with the values that its subjects may have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sojourn.expr.ranges import ANY, Range
from sojourn.expr.reads import Reads

MOST_CASES = 100


@dataclass(frozen=True)
class Subject:
    """Something that has a value in every row: an attribute, a property, a count, a whole test.

    Parameters
    ----------
    sql
        SQL over the fixed aliases; what is equal here is the same thing.
    label
        For people.
    reads
        What its value depends on.
    domain
        The values that it can have at all.
    """

    sql: str
    label: str = field(compare=False, default="")
    reads: Reads = field(compare=False, default_factory=Reads)
    domain: Range = field(compare=False, default=ANY)


Case = Mapping[Subject, Range]


@dataclass(frozen=True)
class Clash:
    """A subject that two demands leave no value."""

    subject: Subject
    one: Range
    other: Range

    def __str__(self) -> str:
        """Return the contradiction in words."""
        if self.one == self.subject.domain:
            return f"`{self.subject.label}` is never {self.other}"
        return f"`{self.subject.label}` cannot be {self.one} and {self.other} at once"


@dataclass(frozen=True)
class Facts:
    """All cases in which something may hold; none: it never does.

    The cases are never too few: what is not understood is left open. So "impossible" is certain.
    """

    cases: tuple[Case, ...]
    clash: Clash | None = field(default=None, compare=False)

    @property
    def impossible(self) -> bool:
        """Whether there is no case at all."""
        return not self.cases

    def __and__(self, other: Facts) -> Facts:
        """Return the cases in which both hold."""
        if len(self.cases) * len(other.cases) > MOST_CASES:
            return self if len(self.cases) <= len(other.cases) else other
        merged: list[Case] = []
        clash = self.clash or other.clash
        for one in self.cases:
            for two in other.cases:
                case, found = _merged(one, two)
                clash = clash or found
                if case is not None and case not in merged:
                    merged.append(case)
        return Facts(tuple(merged), None if merged else clash)

    def __or__(self, other: Facts) -> Facts:
        """Return the cases in which one of both holds."""
        cases = [*self.cases, *(case for case in other.cases if case not in self.cases)]
        if len(cases) > MOST_CASES or any(not case for case in cases):
            return ANYTHING
        return Facts(tuple(cases), None if cases else self.clash or other.clash)

    def without(self, forgotten: Callable[[Reads], bool]) -> Facts:
        """Return what is left when nothing is known of the subjects that read such things any more."""
        kept = [{s: r for s, r in case.items() if not forgotten(s.reads)} for case in self.cases]
        return any_of(Facts((case,)) for case in kept)


def _merged(one: Case, two: Case) -> tuple[Case | None, Clash | None]:
    merged = dict(one)
    for subject, demand in two.items():
        known = merged.get(subject)
        both = demand & subject.domain if known is None else known & demand
        if both.is_empty:
            return None, Clash(subject, known or subject.domain, demand)
        merged[subject] = both
    return merged, None


ANYTHING = Facts(({},))
NEVER = Facts(())


def fact(subject: Subject, demand: Range) -> Facts:
    """Return the one fact that a subject has a value of a range."""
    return ANYTHING & Facts(({subject: demand},))


def all_of(facts: Iterable[Facts]) -> Facts:
    """Return the cases in which all hold."""
    found = ANYTHING
    for each in facts:
        found = found & each
    return found


def any_of(facts: Iterable[Facts]) -> Facts:
    """Return the cases in which any holds."""
    found = NEVER
    for each in facts:
        found = found | each
    return found
