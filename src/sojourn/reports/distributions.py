"""Tails of the distributions that tests compare with.

References
----------
Abramowitz and Stegun, Handbook of Mathematical Functions, 6.5 and 26.5: incomplete gamma and beta functions.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

_STEPS: Final = 10_000
_CLOSE: Final = 1e-15
_TINY: Final = 1e-300
_NORMAL: Final = NormalDist()


def normal_beyond(z: float) -> float:
    """Return the probability of a standard normal value farther from 0 than `z`, on either side.

    Examples
    --------
    >>> round(normal_beyond(1.959963984540054), 6)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def normal_quantile(p: float) -> float:
    """Return the value below which a standard normal one is with probability `p`."""
    return _NORMAL.inv_cdf(p)


def student_beyond(t: float, df: float) -> float:
    """Return the probability of a Student's t value farther from 0 than `t`, on either side.

    Examples
    --------
    >>> round(student_beyond(2.2281388519649385, 10), 6)
    0.05
    """
    return _beta(df / 2, 0.5, df / (df + t * t))


def student_quantile(p: float, df: float) -> float:
    """Return the value below which a Student's t one is with probability `p` (0.5 … 1).

    Examples
    --------
    >>> round(student_quantile(0.975, 10), 6)
    2.228139
    """
    low, high = 0.0, 1.0
    while 1 - student_beyond(high, df) / 2 < p:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if 1 - student_beyond(middle, df) / 2 < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chi_square_above(x: float, df: int) -> float:
    """Return the probability of a chi-square value above `x`.

    Examples
    --------
    >>> round(chi_square_above(5.991464547107979, 2), 6)
    0.05
    """
    return _gamma_above(df / 2, x / 2) if x > 0 else 1.0


def _beta(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _apart(1 + term * d)
            c = _apart(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return found


def _gamma_above(a: float, x: float) -> float:
    """Return the regularized upper incomplete gamma function."""
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS):
            term *= x / (a + n)
            total += term
            if term < total * _CLOSE:
                break
        return 1 - front * total
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    found = d
    for n in range(1, _STEPS):
        b += 2
        d = 1 / _apart(n * (a - n) * d + b)
        c = _apart(b + n * (a - n) / c)
        found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return front * found


def _apart(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
