"""How bad a bad day is: value at risk and expected shortfall of the present positions.

Both ways of J.P. Morgan, RiskMetrics (1996): the past's own returns, and a normal distribution of
their variance. Expected shortfall after McNeil, Frey, Embrechts, Quantitative Risk Management
(2015), section 2.2. Longer horizons by the square root of time. Losses are positive.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from engine.market.arrays import Floats

LEAST_RETURNS = 48  # fewer rows say nothing of a tail


@dataclass(frozen=True, slots=True)
class Tail:
    """One level of confidence, in quote, over the horizon asked for; never negative."""

    level_ratio: float  # 0.95, 0.99
    historical_quote: float
    parametric_quote: float
    shortfall_quote: float  # historical: the mean of the losses from value at risk on
    normal_shortfall_quote: float


def results(moves: Floats, signed_quote: Floats) -> Floats:
    """What the present positions would have made at each past step.

    moves: (symbols, steps) returns; signed_quote: (symbols,) notionals, short negative. Steps of
    which a return is missing are left out. Returns (steps,) in quote.
    """
    known = np.isfinite(moves).all(axis=0)
    made: Floats = signed_quote @ moves[:, known]
    return made


def tail(made_quote: Floats, level_ratio: float, steps: float) -> Tail | None:
    """Value at risk over `steps` steps at `level_ratio`; None with too little of a past."""
    if made_quote.size < LEAST_RETURNS:
        return None
    scale = math.sqrt(steps)
    losses = np.sort(-made_quote)
    place = math.ceil(level_ratio * losses.size) - 1  # the smallest loss that covers the level
    worst = losses[place:]
    mean, deviation = float(losses.mean()), float(losses.std(ddof=1))
    normal = NormalDist()
    quantile = normal.inv_cdf(level_ratio)
    beyond = deviation * normal.pdf(quantile) / (1.0 - level_ratio)
    return Tail(
        level_ratio,
        max(0.0, float(worst[0]) * scale),
        max(0.0, mean * steps + deviation * quantile * scale),
        max(0.0, float(worst.mean()) * scale),
        max(0.0, mean * steps + beyond * scale),
    )


def diversification_ratio(moves: Floats, signed_quote: Floats) -> float:
    """1 less the portfolio's volatility over the sum of its parts'; 0: all of it moves as one.

    From the diversification ratio of Choueifaty and Coignard (2008). NaN with too little known or
    where nothing moves.
    """
    rows = moves[:, np.isfinite(moves).all(axis=0)]
    if rows.shape[1] < LEAST_RETURNS:
        return math.nan
    apart = float((np.abs(signed_quote) * rows.std(axis=1)).sum())
    if not apart > 0.0:
        return math.nan
    return max(0.0, 1.0 - float((signed_quote @ rows).std()) / apart)
