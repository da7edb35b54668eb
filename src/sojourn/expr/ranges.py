"""Sets of values that one thing may have: intervals, points, and null."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

MOST_COUNTED = 1_000


class Bound(NamedTuple):
    """An end of an interval, and whether it belongs to it."""

    value: Any
    inclusive: bool


@dataclass(frozen=True)
class Range:
    """Values of one type, all comparable with one another.

    Parameters
    ----------
    low, high
        Ends; None: open.
    points
        The only values; None: all between the ends.
    excluded
        Values that are left out.
    null
        Whether null belongs to it.
    whole
        Whether the values are whole numbers.
    """

    low: Bound | None = None
    high: Bound | None = None
    points: frozenset[Any] | None = None
    excluded: frozenset[Any] = field(default_factory=frozenset)
    null: bool = False
    whole: bool = False

    @property
    def has_values(self) -> bool:
        """Whether any value but null may belong to it; false is certain."""
        if self.points is not None:
            return any(self._holds(point) for point in self.points)
        if self.low is None or self.high is None:
            return True
        if self.low.value > self.high.value:
            return False
        if self.whole:
            return self._has_whole()
        return self.low.value < self.high.value or (self.low.inclusive and self._holds(self.high.value))

    @property
    def is_empty(self) -> bool:
        """Whether nothing belongs to it, not even null."""
        return not self.null and not self.has_values

    def _holds(self, value: Any) -> bool:
        above = self.low is None or value > self.low.value or (self.low.inclusive and value == self.low.value)
        below = self.high is None or value < self.high.value or (self.high.inclusive and value == self.high.value)
        fits = not self.whole or value == math.floor(value)
        return above and below and fits and value not in self.excluded

    def _has_whole(self) -> bool:
        assert self.low is not None and self.high is not None
        first, last = _next_whole(self.low), _last_whole(self.high)
        if last - first >= MOST_COUNTED:
            return True
        return any(value not in self.excluded for value in range(first, last + 1))

    def __and__(self, other: Range) -> Range:
        """Return what belongs to both."""
        points = other.points if self.points is None else self.points
        if self.points is not None and other.points is not None:
            points = self.points & other.points
        return Range(
            _tighter(self.low, other.low, 1),
            _tighter(self.high, other.high, -1),
            points,
            self.excluded | other.excluded,
            self.null and other.null,
            self.whole or other.whole,
        )

    def or_null(self) -> Range:
        """Return the same values and null."""
        return replace(self, null=True)

    def __str__(self) -> str:
        """Return it for people: ``'Seoul'``, ``above 5``, ``null``."""
        said = self._said() if self.has_values else ""
        return " or ".join(part for part in (said, "null" if self.null else "") if part) or "nothing"

    def _said(self) -> str:
        if self.points is not None:
            return " or ".join(_shown(p) for p in sorted(self.points, key=str) if self._holds(p))
        parts = []
        if self.low is not None:
            parts.append(f"{'at least' if self.low.inclusive else 'above'} {_shown(self.low.value)}")
        if self.high is not None:
            parts.append(f"{'at most' if self.high.inclusive else 'below'} {_shown(self.high.value)}")
        parts += [f"not {_shown(value)}" for value in sorted(self.excluded, key=str)]
        return " and ".join(parts) or "some value"


NULL = Range(points=frozenset(), null=True)
KNOWN = Range()
ANY = Range(null=True)


def only(*values: Any) -> Range:
    """Return the range of these values."""
    return Range(points=frozenset(values))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return "'" + (value if len(value) <= 40 else value[:37] + "...") + "'"
    if isinstance(value, Fraction):
        return str(int(value)) if value.denominator == 1 else str(float(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tighter(a: Bound | None, b: Bound | None, sign: int) -> Bound | None:
    if a is None or b is None:
        return a or b
    if a.value == b.value:
        return Bound(a.value, a.inclusive and b.inclusive)
    return a if (a.value > b.value) == (sign > 0) else b


def _next_whole(bound: Bound) -> int:
    value: int = math.ceil(bound.value)
    return value if bound.inclusive or value != bound.value else value + 1


def _last_whole(bound: Bound) -> int:
    value: int = math.floor(bound.value)
    return value if bound.inclusive or value != bound.value else value - 1
