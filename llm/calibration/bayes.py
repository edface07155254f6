"""Logistic regression one label at a time: Laplace steps with a strong prior and slow forgetting.

Spiegelhalter and Lauritzen 1990 ("Sequential updating of conditional probabilities"); the
moderated probability is MacKay's (1992, "The evidence framework applied to classification").
Every function also takes a stack of regressions: mean (..., d), precision (..., d, d).
"""

import math

import numpy as np

from engine.market.arrays import Floats

KEEP_RATIO = 0.999  # what a label leaves of what was known before; the rest falls back to the prior
NEWTON_STEPS = 2  # reach the mode: a third changes nothing in the fifth digit
SMALLEST = 1e-4  # no word of a voter counts for more than odds of 1 to 10000


def logit(probability: float) -> float:
    """Log-odds; chances under SMALLEST and over 1 - SMALLEST are drawn in."""
    drawn = min(max(probability, SMALLEST), 1.0 - SMALLEST)
    return math.log(drawn / (1.0 - drawn))


def sigmoid(log_odds: float) -> float:
    """The probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -30.0), 30.0)))


def sigmoids(log_odds: Floats) -> Floats:
    """`sigmoid` of each."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
    return found


def deviation(precision: Floats, x: Floats) -> float:
    """The standard deviation of the log-odds at x."""
    return math.sqrt(max(0.0, float(x @ np.linalg.solve(precision, x))))


def moderated(log_odds: float, sd: float) -> float:
    """The probability, drawn to one half by what is not known about the log-odds."""
    return sigmoid(log_odds / math.sqrt(1.0 + math.pi * sd * sd / 8.0))


def learned(
    mean: Floats,
    precision: Floats,
    x: Floats,
    y: Floats,
    prior: tuple[Floats, Floats],
    offset: float,
) -> tuple[Floats, Floats]:
    """Mean and precision after the labels y (0 or 1) of the features x, used with that offset.

    prior = (mean, precision). Forgetting falls back to it, not to noise.
    """
    prior_mean, prior_precision = prior
    kept = KEEP_RATIO * precision
    lent = (1.0 - KEEP_RATIO) * prior_precision
    anchor = kept + lent
    pull = times(kept, mean) + times(lent, prior_mean)
    start = solved(anchor, pull)
    weights: Floats = start.copy()
    hessian: Floats = anchor.copy()
    outer: Floats = x[..., :, None] * x[..., None, :]
    for _ in range(NEWTON_STEPS):
        chance = sigmoids(offset + np.sum(x * weights, axis=-1))
        curve, missed = np.multiply(chance, 1.0 - chance), np.subtract(y, chance)
        hessian[...] = anchor + curve[..., None, None] * outer
        slope = np.subtract(missed[..., None] * x, times(anchor, weights - start))
        weights += solved(hessian, slope)
    return weights, hessian


def times(matrix: Floats, vector: Floats) -> Floats:
    """matrix (..., d, d) by vector (..., d)."""
    found: Floats = (matrix @ vector[..., None])[..., 0]
    return found


def solved(matrix: Floats, vector: Floats) -> Floats:
    """The vector that `times` the matrix makes this one."""
    return np.asarray(np.linalg.solve(matrix, vector[..., None])[..., 0], dtype=np.float64)
