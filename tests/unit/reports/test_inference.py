"""Tests and intervals, against figures of others."""

import math

import pytest

from sojourn.reports.distributions import (
    chi_square_above,
    normal_beyond,
    student_beyond,
    student_quantile,
)
from sojourn.reports.inference import Group, compare_means, compare_rates, sample_ratio


@pytest.mark.parametrize(
    ("t", "df", "p"),
    [(12.706204736432095, 1, 0.05), (2.085963447265837, 20, 0.05), (3.551808343033, 10, 0.0052595), (0.0, 7, 1.0)],
)
def test_student(t: float, df: float, p: float) -> None:
    assert student_beyond(t, df) == pytest.approx(p, abs=1e-5)


def test_student_is_normal_with_many_degrees() -> None:
    assert student_beyond(2.5, 4e6) == pytest.approx(normal_beyond(2.5), abs=1e-7)
    assert student_quantile(0.975, 4e6) == pytest.approx(1.959963984540054, abs=1e-5)


@pytest.mark.parametrize(
    ("x", "df", "p"), [(3.841458820694124, 1, 0.05), (9.487729036781154, 4, 0.05), (0.1, 2, math.exp(-0.05)), (0, 3, 1)]
)
def test_chi_square(x: float, df: int, p: float) -> None:
    assert chi_square_above(x, df) == pytest.approx(p, abs=1e-9)


def test_a_rate_beside_another() -> None:
    # Agresti, Categorical Data Analysis: aspirin and heart attacks, 104 of 11,037 and 189 of 11,034.
    effect = compare_rates(Group(11_034, 189, 189), Group(11_037, 104, 104))
    assert effect.difference == pytest.approx(0.0077, abs=5e-5)
    assert effect.fixed is not None
    assert (effect.fixed.low, effect.fixed.high) == pytest.approx((0.0047, 0.0107), abs=5e-5)
    assert effect.fixed.p == pytest.approx(normal_beyond(5.0014), rel=1e-2)


def test_amounts_beside_others() -> None:
    # The example of equal sizes and unequal variances in the Wikipedia article on Welch's test.
    left = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    right = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    groups = [Group(len(x), sum(x), sum(value**2 for value in x)) for x in (left, right)]
    effect = compare_means(*groups)
    assert effect.fixed is not None
    assert effect.fixed.p == pytest.approx(0.021378001462867, abs=1e-9)


def test_the_interval_for_every_look_is_wider_and_holds_at_every_look() -> None:
    effect = compare_rates(Group(5_000, 300, 300), Group(5_000, 250, 250))
    assert effect.fixed is not None and effect.anytime is not None
    assert effect.anytime.low < effect.fixed.low < effect.fixed.high < effect.anytime.high
    assert effect.anytime.p > effect.fixed.p


@pytest.mark.parametrize("step", [300, 330, 345, 347, 350, 360, 400])
def test_the_interval_for_every_look_leaves_out_0_when_its_p_is_below_5_percent(step: int) -> None:
    effect = compare_rates(Group(5_000, step, step), Group(5_000, 250, 250))
    assert effect.anytime is not None
    assert (effect.anytime.low > 0) == (effect.anytime.p < 0.05)


def test_with_too_little_nothing_is_told() -> None:
    assert compare_rates(Group(3, 0, 0), Group(4, 0, 0)).fixed is None
    assert compare_means(Group(1, 5, 25), Group(10, 5, 25)).anytime is None
    assert compare_rates(Group(10, 5, 5), Group(10, 0, 0)).lift is None


def test_uneven_groups() -> None:
    assert sample_ratio([821_588, 815_482], [818_535, 818_535]) == pytest.approx(1.8e-6, rel=0.1)
    assert sample_ratio([5_000, 5_010], [5_005, 5_005]) == pytest.approx(0.92, abs=0.01)
    assert sample_ratio([10], [10]) is None
