"""What closed trades say about the next one: records in R, and what may be concluded from them.

Few trades say little: every conclusion is drawn towards "nothing known" by so many imaginary
trades (Laplace's rule of succession, generalised: Gelman et al. 2013, "Bayesian Data Analysis",
section 2.4).
"""

import math
from enum import IntEnum
from typing import NamedTuple

from engine.rules.registry import rule

MICRO = 1e6
LOWEST_MULTIPLIER = 0.5
HIGHEST_MULTIPLIER = 1.5
MAX_RESULT_R = 1000.0  # of one trade: an absurd result does not drown the record


class RegimeCode(IntEnum):
    """`engine.core.kinds.Regime` for rules, by the same names."""

    TREND_UP = 0
    TREND_DOWN = 1
    RANGE = 2
    VOLATILE = 3
    UNDEFINED = 4


RANGE = int(RegimeCode.RANGE)
VOLATILE = int(RegimeCode.VOLATILE)


class Tally(NamedTuple):
    """What a group of closed trades came to. Whole numbers: their sums know no order."""

    wins: float
    losses: float
    won_micro_r: float  # sum of the gains, in millionths of R
    lost_micro_r: float  # sum of the losses, positive


NO_TALLY = Tally(0.0, 0.0, 0.0, 0.0)


@rule
def noted(tally: Tally, result_r: float) -> Tally:
    """The record with one more trade in it; a result of 0 or less is a loss, NaN is not noted."""
    if not -math.inf < result_r < math.inf:
        return tally
    size_r = abs(result_r)
    if size_r > MAX_RESULT_R:
        size_r = MAX_RESULT_R
    micro_r = float(math.floor(size_r * MICRO + 0.5))
    if result_r > 0.0:
        return Tally(
            tally.wins + 1.0, tally.losses, tally.won_micro_r + micro_r, tally.lost_micro_r
        )
    return Tally(tally.wins, tally.losses + 1.0, tally.won_micro_r, tally.lost_micro_r + micro_r)


@rule
def weighed(sum_: float, count: float, prior: float, prior_trades: float) -> float:
    """The mean of `count` values that sum to `sum_`, drawn to `prior` by `prior_trades` more."""
    whole = count + prior_trades
    if not whole > 0.0:
        return prior
    return (sum_ + prior * prior_trades) / whole


@rule
def win_ratio(tally: Tally, prior_ratio: float, prior_trades: float) -> float:
    """The share of winners, drawn to `prior_ratio`."""
    return weighed(tally.wins, tally.wins + tally.losses, prior_ratio, prior_trades)


@rule
def win_ratio_low(tally: Tally, prior_ratio: float, prior_trades: float) -> float:
    """`win_ratio` less one standard error: what may be relied on. 0.0 where nothing is."""
    ratio = win_ratio(tally, prior_ratio, prior_trades)
    whole = tally.wins + tally.losses + prior_trades
    if not (0.0 <= ratio <= 1.0 and whole > 0.0):
        return 0.0
    low_ratio = ratio - math.sqrt(ratio * (1.0 - ratio) / whole)
    if not low_ratio > 0.0:
        return 0.0
    return low_ratio


@rule
def payoff_ratio(tally: Tally, prior_trades: float) -> float:
    """The mean gain over the mean loss, both drawn to 1R."""
    mean_gain_r = weighed(tally.won_micro_r / MICRO, tally.wins, 1.0, prior_trades)
    mean_loss_r = weighed(tally.lost_micro_r / MICRO, tally.losses, 1.0, prior_trades)
    if not (mean_gain_r > 0.0 and mean_loss_r > 0.0):
        return 0.0
    return mean_gain_r / mean_loss_r


@rule
def expectancy_r(tally: Tally, prior_trades: float) -> float:
    """The mean result, drawn to 0."""
    net_r = (tally.won_micro_r - tally.lost_micro_r) / MICRO
    return weighed(net_r, tally.wins + tally.losses, 0.0, prior_trades)


@rule
def multiplier(tally: Tally, prior_trades: float) -> float:
    """How much of a size the record supports: 1 + its shrunk expectancy, from 0.5 to 1.5.

    1.0 without trades, and where the record is not a number.
    """
    wanted = 1.0 + expectancy_r(tally, prior_trades)
    if wanted < LOWEST_MULTIPLIER:
        return LOWEST_MULTIPLIER
    if wanted > HIGHEST_MULTIPLIER:
        return HIGHEST_MULTIPLIER
    if wanted > 0.0:
        return wanted
    return 1.0


@rule
def kelly_ratio(probability_ratio: float, payoff: float) -> float:
    """The share of capital to risk on one bet: p - (1 - p) / b, never negative.

    Kelly 1956, "A new interpretation of information rate"; b is the gain per unit lost. 0.0 where
    p is no probability or b not positive.
    """
    if not (0.0 <= probability_ratio <= 1.0 and payoff > 0.0):
        return 0.0
    share_ratio = probability_ratio - (1.0 - probability_ratio) / payoff
    if not share_ratio > 0.0:
        return 0.0
    return share_ratio


@rule
def regime_stop_atr(regime: int) -> float:
    """How many ATR away a stop belongs: 2.0 in trends, 1.5 in ranges, 2.5 in storms."""
    if regime == RANGE:
        return 1.5
    if regime == VOLATILE:
        return 2.5
    return 2.0
