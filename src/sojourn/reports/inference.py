"""Whether a variant does better than the control: lift, intervals and tests, from sums alone.

References
----------
Welch (1947), *The generalization of "Student's" problem when several different population variances are involved*.
Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, *Time-uniform central limit theory and asymptotic confidence sequences*
(Annals of Statistics 2024), theorem 2.2: the interval that holds at every look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sojourn.reports.distributions import (
    chi_square_above,
    normal_beyond,
    normal_quantile,
    student_beyond,
    student_quantile,
)

CONFIDENCE: Final = 0.95
SOON: Final = 5_000
"""Profiles at which the interval that holds at every look is narrowest; wider before and after."""
UNEVEN: Final = 0.001
"""Below this probability the sizes of the groups are no chance any more."""


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of a group of profiles.

    Attributes
    ----------
    n : int
        Profiles.
    total, squares : float
        The sum of the outcomes and of their squares; of outcomes that are yes or no the number of yes, twice.
    """

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Return the mean outcome; of yes or no the rate."""
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Return the variance of the outcomes (of a sample)."""
        return max(self.squares - self.total**2 / self.n, 0.0) / (self.n - 1) if self.n > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true difference is, with `CONFIDENCE`."""

    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Effect:
    """A group beside the control.

    Attributes
    ----------
    difference : float
        Of the means.
    lift : float or None
        The difference in relation to the control's mean; None when that is 0.
    fixed : Interval or None
        Holds if it is looked at once, at a size that was chosen before; None when there is too little to tell.
    anytime : Interval or None
        Holds at every look at the same time.
    """

    difference: float
    lift: float | None
    fixed: Interval | None
    anytime: Interval | None


def compare_rates(group: Group, control: Group) -> Effect:
    """Compare outcomes that are yes or no: the z test with a common rate, and the interval without one."""
    error = math.sqrt(
        sum(each.mean * (1 - each.mean) / each.n for each in (group, control)) if group.n and control.n else 0.0
    )
    if not error:
        return _effect(group, control, None, error)
    common = (group.total + control.total) / (group.n + control.n)
    spread = math.sqrt(common * (1 - common) * (1 / group.n + 1 / control.n))
    difference = group.mean - control.mean
    reach = normal_quantile((1 + CONFIDENCE) / 2) * error
    fixed = Interval(difference - reach, difference + reach, normal_beyond(difference / spread))
    return _effect(group, control, fixed, error)


def compare_means(group: Group, control: Group) -> Effect:
    """Compare amounts: Welch's test."""
    parts = [each.variance / each.n if each.n > 1 else 0.0 for each in (group, control)]
    error = math.sqrt(sum(parts))
    if not error or min(group.n, control.n) < 2:
        return _effect(group, control, None, 0.0)
    df = sum(parts) ** 2 / sum(part**2 / (each.n - 1) for part, each in zip(parts, (group, control), strict=True))
    difference = group.mean - control.mean
    reach = student_quantile((1 + CONFIDENCE) / 2, df) * error
    fixed = Interval(difference - reach, difference + reach, student_beyond(difference / error, df))
    return _effect(group, control, fixed, error)


def _effect(group: Group, control: Group, fixed: Interval | None, error: float) -> Effect:
    difference = group.mean - control.mean
    lift = difference / control.mean if control.mean else None
    return Effect(difference, lift, fixed, _anytime(difference, error, group.n + control.n) if error else None)


def _anytime(difference: float, error: float, n: int) -> Interval:
    """Return the confidence sequence of the difference's mean, which is asymptotic in `n`."""
    alpha = 1 - CONFIDENCE
    wide = -2 * math.log(alpha) + math.log(1 - 2 * math.log(alpha))
    known = n * wide / SOON
    reach = error * math.sqrt(2 * (known + 1) / known * math.log(math.sqrt(known + 1) / alpha))
    evidence = known / (known + 1) * (difference / error) ** 2 / 2 - math.log(known + 1) / 2
    return Interval(difference - reach, difference + reach, min(1.0, math.exp(-min(evidence, 700.0))))


def sample_ratio(counts: Sequence[int], expected: Sequence[float]) -> float | None:
    """Return how likely groups are at least as uneven as these; None when nothing was expected.

    Parameters
    ----------
    expected : sequence of float
        Profiles of each group by its share; their sum is that of `counts`.
    """
    pairs = [(count, wanted) for count, wanted in zip(counts, expected, strict=True) if wanted > 0]
    if len(pairs) < 2:
        return None
    return chi_square_above(sum((count - wanted) ** 2 / wanted for count, wanted in pairs), len(pairs) - 1)
