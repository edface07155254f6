"""Return against risk, of simple returns in equal steps; None where a measure has no meaning.

Conventions: annualised by 365 days (crypto trades on all of them), a risk-free return and a
required return of 0, standard deviations with ddof 1. Losses and drawdowns are positive.
"""

import math

import numpy as np

from engine.market.arrays import Floats

YEAR_DAYS = 365.0
TINY = 1e-12  # deviations under this share of the largest return are rounding, not risk


def sharpe(returns: Floats, steps_a_year: float = YEAR_DAYS) -> float | None:
    """Mean over standard deviation, annualised (Sharpe 1994)."""
    if returns.size < 2:
        return None
    deviation = float(returns.std(ddof=1))
    if not deviation > TINY * float(np.abs(returns).max()):
        return None
    return _known(float(returns.mean()) / deviation * math.sqrt(steps_a_year))


def sortino(returns: Floats, steps_a_year: float = YEAR_DAYS) -> float | None:
    """Mean over the downside deviation, annualised (Sortino and Price 1994).

    The downside deviation is the root of the mean square of all returns, gains counted as 0.
    """
    if returns.size < 2:
        return None
    downside = math.sqrt(float(np.square(np.minimum(returns, 0.0)).mean()))
    if not downside > 0.0:
        return None
    return _known(float(returns.mean()) / downside * math.sqrt(steps_a_year))


def omega(returns: Floats) -> float | None:
    """Gains over losses, all summed (Keating and Shadwick 2002), at a threshold of 0."""
    losses = -float(returns[returns < 0.0].sum())
    if returns.size < 2 or not losses > 0.0:
        return None
    return _known(float(returns[returns > 0.0].sum()) / losses)


def annual_return_ratio(returns: Floats, steps_a_year: float = YEAR_DAYS) -> float | None:
    """The compound growth rate; -1 where everything was lost."""
    if not returns.size:
        return None
    if bool((returns <= -1.0).any()):
        return -1.0
    growth = float(np.log1p(returns).sum()) * steps_a_year / returns.size
    return _known(math.expm1(growth)) if growth < 700.0 else None  # exp would overflow


def annual_volatility_ratio(returns: Floats, steps_a_year: float = YEAR_DAYS) -> float | None:
    """The standard deviation, annualised by the root of time."""
    if returns.size < 2:
        return None
    return _known(float(returns.std(ddof=1)) * math.sqrt(steps_a_year))


def max_drawdown_ratio(returns: Floats) -> float:
    """The deepest fall of compounded returns from their peak, the start counted; 0 without one."""
    if not returns.size:
        return 0.0
    worth = np.concatenate(([1.0], np.cumprod(1.0 + returns)))
    peak = np.maximum.accumulate(worth)
    return max(0.0, float((1.0 - worth / peak).max()))


def calmar(returns: Floats, steps_a_year: float = YEAR_DAYS) -> float | None:
    """The compound growth rate over the deepest drawdown (Young 1991)."""
    deepest_ratio, growth = max_drawdown_ratio(returns), annual_return_ratio(returns, steps_a_year)
    if growth is None or not deepest_ratio > TINY:
        return None
    return _known(growth / deepest_ratio)


def value_at_risk_ratio(returns: Floats, tail_ratio: float = 0.05) -> float | None:
    """The loss of a step that only `tail_ratio` of the past steps exceeded; 0 where all gained.

    Historical, the quantile between two steps by interpolation (Hyndman and Fan 1996, type 7).
    """
    if not returns.size:
        return None
    return _known(max(0.0, -float(np.quantile(returns, tail_ratio))))


def shortfall_ratio(returns: Floats, tail_ratio: float = 0.05) -> float | None:
    """The mean loss of the worst `tail_ratio` of the past steps, at least of one (historical)."""
    if not returns.size:
        return None
    worst = np.sort(returns)[: int((returns.size - 1) * tail_ratio) + 1]
    return _known(max(0.0, -float(worst.mean())))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
