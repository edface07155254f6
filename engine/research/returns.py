"""Returns by the day and the Sharpe ratio: what all luck tools measure by.

Days are those of UTC, and a year has 365 of them: these markets never close. The riskless return
is taken as 0, deviations have one degree of freedom less than points.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.analytics.equity import EquityCurve
from engine.market.arrays import Floats
from engine.research.outcome import Outcome

DAY_S = 86_400.0
YEAR_DAYS = 365.0
FEWEST_DAYS = 2


@dataclass(frozen=True, slots=True)
class Measures:
    """One run in few numbers, for tables that set one against another."""

    trades: int
    net_ratio: float  # of the equity at the first moment
    sharpe_ratio: float  # per year; 0 where nothing moved
    max_drawdown_ratio: float
    equity_quote: float  # at the last moment


def daily_returns(curve: EquityCurve) -> Floats:
    """(days,) the change of equity from day to day, oldest first.

    The first day counts from the curve's first point. Days without a point are left out; from
    the day on that leaves no equity, returns are 0: there is nothing left to lose.
    """
    if not len(curve):
        return np.zeros(0)
    day = np.floor_divide(curve.at_s, DAY_S)
    last = np.append(np.flatnonzero(np.diff(day)), len(curve) - 1)
    levels = np.concatenate((curve.equity_quote[:1], curve.equity_quote[last]))
    before = levels[:-1]
    alive = np.minimum.accumulate(before) > 0.0
    moved = np.divide(levels[1:], before, out=np.ones_like(before), where=alive)
    found: Floats = np.maximum(moved - 1.0, -1.0)
    return found


def sharpe(returns: Floats) -> float:
    """Mean over deviation per period (Sharpe 1994); 0 with under two returns or without any move.

    returns: (periods,).
    """
    if returns.size < FEWEST_DAYS:
        return 0.0
    deviation = float(returns.std(ddof=1))
    return float(returns.mean()) / deviation if deviation > 1e-15 else 0.0


def sharpes(returns: Floats) -> Floats:
    """`sharpe` of each row. returns: (rows, periods) -> (rows,)."""
    if returns.shape[1] < FEWEST_DAYS:
        return np.zeros(returns.shape[0])
    deviation = returns.std(axis=1, ddof=1)
    flat = deviation <= 1e-15
    mean = returns.mean(axis=1)
    return np.where(flat, 0.0, mean / np.where(flat, 1.0, deviation))


def per_year(daily_sharpe: float) -> float:
    """A Sharpe ratio of days as one of years: times the root of 365."""
    return daily_sharpe * math.sqrt(YEAR_DAYS)


def skew_and_kurtosis(returns: Floats) -> tuple[float, float]:
    """Third and fourth standardised moment (a normal's are 0 and 3); those where nothing moved."""
    centred = returns - returns.mean() if returns.size else returns
    variance = float(np.mean(centred**2)) if returns.size else 0.0
    if not variance > 1e-30:
        return 0.0, 3.0
    return float(np.mean(centred**3)) / variance**1.5, float(np.mean(centred**4)) / variance**2


def measures_of(outcome: Outcome) -> Measures:
    """The outcome in few numbers."""
    curve = outcome.curve
    first, last = (float(curve.equity_quote[at]) for at in (0, -1)) if len(curve) else (0.0, 0.0)
    return Measures(
        trades=len(outcome.trades),
        net_ratio=last / first - 1.0 if first > 0.0 else 0.0,
        sharpe_ratio=per_year(sharpe(daily_returns(curve))),
        max_drawdown_ratio=float(curve.drawdown_ratio.max()) if len(curve) else 0.0,
        equity_quote=last,
    )


def yearly_sharpe(outcome: Outcome) -> float:
    """The Score that the tools use where no other is asked for."""
    return per_year(sharpe(daily_returns(outcome.curve)))
