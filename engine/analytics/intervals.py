"""How sure a share or a mean is: intervals, tests, and what many tests at once are worth."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.market.arrays import Floats

Z_95 = 1.959963984540054  # of the normal distribution, two-sided
STEPS = 200  # of the continued fraction; it ends far earlier


class Interval(NamedTuple):
    """95 %: the truth lies between, 19 times out of 20."""

    low: float
    high: float


def share_interval(hits: int, count: int) -> Interval | None:
    """Of a share (Wilson 1927), sound for few and for one-sided counts; None of nothing."""
    if count < 1:
        return None
    share, square = hits / count, Z_95 * Z_95
    middle = (share + square / (2 * count)) / (1.0 + square / count)
    spread = math.sqrt(share * (1.0 - share) / count + square / (4.0 * count * count))
    half = Z_95 * spread / (1.0 + square / count)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def mean_interval(values: Floats) -> Interval | None:
    """Of the mean of independent values (Student 1908); None under two or where all are equal.

    Too narrow where few results are much larger than the rest.
    """
    error = standard_error(values)
    if error is None:
        return None
    half = t_quantile(0.975, values.size - 1) * error
    middle = float(values.mean())
    return Interval(middle - half, middle + half)


def standard_error(values: Floats) -> float | None:
    """The standard deviation of the mean; None under two values or where all are equal."""
    if values.size < 2:
        return None
    error = float(values.std(ddof=1)) / math.sqrt(values.size)
    return error if error > 1e-12 * float(np.abs(values).max()) else None


def chance_of_loss_by_luck(values: Floats) -> float | None:
    """The chance of a mean this low when the true one is 0 or more (one-sided t test)."""
    error = standard_error(values)
    if error is None:
        return None
    return t_below(float(values.mean()) / error, values.size - 1)


def corrected(chances: Sequence[float]) -> tuple[float, ...]:
    """Each chance after all of them were looked at (Holm 1979): as many tries, as much luck.

    Holds for tests that depend on each other.
    """
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    found = [1.0] * len(chances)
    floor = 0.0
    for rank, place in enumerate(order):
        floor = max(floor, min(1.0, chances[place] * (len(chances) - rank)))
        found[place] = floor
    return tuple(found)


def t_below(value: float, freedom: float) -> float:
    """The chance that Student's t with `freedom` degrees is below `value`.

    By the incomplete beta function (Abramowitz and Stegun 1964, 26.7.1).
    """
    square = value * value
    if square < freedom:  # near the middle the share of the tail would be rounded away
        tail = 0.5 - 0.5 * _beta_share(square / (freedom + square), 0.5, 0.5 * freedom)
    else:
        tail = 0.5 * _beta_share(freedom / (freedom + square), 0.5 * freedom, 0.5)
    return tail if value < 0.0 else 1.0 - tail


def t_quantile(chance: float, freedom: float) -> float:
    """Where Student's t stays below with this chance; by bisection, 0.5 < chance < 1."""
    low, high = 0.0, 1.0
    while t_below(high, freedom) < chance:
        high *= 2.0
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if t_below(middle, freedom) < chance else (low, middle)
    return 0.5 * (low + high)


def _beta_share(x: float, a: float, b: float) -> float:
    # the regularised incomplete beta function; the fraction converges fast on one side only
    if x <= 0.0 or x >= 1.0:
        return min(1.0, max(0.0, x))
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    # Lentz' method (Press et al., Numerical Recipes, 2007, section 6.4)
    tiny = 1e-300
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0) or tiny)
    found = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for part in (even, odd):
            d = 1.0 / (1.0 + part * d or tiny)
            c = 1.0 + part / c or tiny
            found *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return found
