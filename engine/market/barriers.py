"""The event that voters forecast: which of two barriers around a close is touched first.

Triple barrier labels (Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 3):
a barrier above, one below, each so many ATR away, and a horizon in bars.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from engine.market.arrays import Floats
from engine.market.bars import Bars

PRIOR_BARS = 40.0  # so many bars of "as likely as not" count beside what was seen


class Outcome(StrEnum):
    """What became of a forecast event. The words are stored."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"  # the horizon passed
    BOTH = "both"  # within one bar: a loss for either side, as in the desk's own fills
    LOST = "lost"  # bars are missing: nobody can say; nothing is learned from it


class Touch(NamedTuple):
    """When the event was decided."""

    outcome: Outcome
    bars: int  # so many bars after the close it was asked on


class BaseRates(NamedTuple):
    """How often each barrier was first over a market's past, drawn a little to even chances."""

    up_ratio: float
    down_ratio: float
    bars: int  # closes that were counted


def touched(bars: Bars, up_price: float, down_price: float, horizon_bars: int) -> Touch | None:
    """What the bars after a close did, oldest first; None while that is not decided."""
    above = bars.high[:horizon_bars] >= up_price
    below = bars.low[:horizon_bars] <= down_price
    either = np.flatnonzero(above | below)
    if either.size:
        first = int(either[0])
        if above[first] and below[first]:
            return Touch(Outcome.BOTH, first + 1)
        return Touch(Outcome.UP if above[first] else Outcome.DOWN, first + 1)
    if len(bars) >= horizon_bars:
        return Touch(Outcome.NEITHER, horizon_bars)
    return None


def base_rates(bars: Bars, atr_price: Floats, barrier_atr: float, horizon_bars: int) -> BaseRates:
    """How often the event happened from those of the bars whose horizon has passed.

    atr_price: (bars,) with NaN in its warm-up; such bars are not counted. Known before any vote.
    """
    count = len(bars) - horizon_bars
    if count <= 0:
        return _drawn(0.0, 0.0, 0)
    width = barrier_atr * atr_price[:count]
    up_price, down_price = bars.close[:count] + width, bars.close[:count] - width
    undecided = np.isfinite(width) & (width > 0.0)
    counted = int(np.count_nonzero(undecided))
    ups = downs = 0
    for ahead in range(1, horizon_bars + 1):
        above = undecided & (bars.high[ahead : ahead + count] >= up_price)
        below = undecided & (bars.low[ahead : ahead + count] <= down_price)
        ups += int(np.count_nonzero(above & ~below))
        downs += int(np.count_nonzero(below & ~above))
        undecided &= ~(above | below)
    return _drawn(float(ups), float(downs), counted)


def _drawn(ups: float, downs: float, counted: int) -> BaseRates:
    # the random walk's even chance, for a market without a past; 10 % stay undecided
    whole = counted + PRIOR_BARS
    return BaseRates(
        (ups + 0.45 * PRIOR_BARS) / whole, (downs + 0.45 * PRIOR_BARS) / whole, counted
    )


class Asked(NamedTuple):
    """An event in plain numbers."""

    close_s: int  # when it was asked: the close of a bar, seconds since the epoch
    bar_s: int
    up_price: float
    down_price: float
    horizon_bars: int


def outcome_of(bars: Bars, asked: Asked) -> Touch | None:
    """What became of the event; `bars` may begin anywhere. None while it is not decided.

    LOST where a bar is missing between the close and the decision.
    """
    close_s, bar_s, up_price, down_price, horizon_bars = asked
    first = int(np.searchsorted(bars.open_at_s, close_s))
    if first >= len(bars):
        return None
    after = bars.tail(len(bars) - first)
    found = touched(after, up_price, down_price, horizon_bars)
    seen = min(len(after), horizon_bars) if found is None else found.bars
    if int(after.open_at_s[seen - 1]) != close_s + (seen - 1) * bar_s:
        return Touch(Outcome.LOST, seen)
    return found


def labels(outcome: Outcome) -> tuple[float, float]:
    """1.0 where the barrier above, and where the one below, was first; else 0.0."""
    return float(outcome is Outcome.UP), float(outcome is Outcome.DOWN)
