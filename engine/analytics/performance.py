"""An equity curve in one set of measures, from its daily closes."""

import math
from dataclasses import dataclass

import numpy as np

from engine.analytics import ratios
from engine.analytics.equity import EquityCurve, deepest
from engine.market.arrays import Floats

DAY_S = 86_400
LEAST_DAYS = 30  # fewer would be blown up to a year that nobody has seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """Of one curve; None where a measure has no meaning or too few days to be annualised."""

    days: int  # daily returns behind it
    return_ratio: float | None  # over the whole curve
    annual_return_ratio: float | None
    annual_volatility_ratio: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    omega: float | None
    day_var_ratio: float | None  # value at risk of one day, 95 %
    day_shortfall_ratio: float | None  # expected shortfall of one day, 95 %
    max_drawdown_ratio: float
    max_drawdown_s: float  # its length, from the peak to the recovery or the end
    recovered: bool  # from the deepest drawdown; True without one
    recovery_factor: float | None  # the whole return over the deepest drawdown


def performance(curve: EquityCurve) -> Performance:
    """The measures of `curve`, whose points stand in order of time."""
    returns = daily_returns(curve)
    enough = returns if returns.size >= LEAST_DAYS else np.zeros(0)
    worst = deepest(curve)
    whole = _whole_return_ratio(curve)
    return Performance(
        days=int(returns.size),
        return_ratio=whole,
        annual_return_ratio=ratios.annual_return_ratio(enough),
        annual_volatility_ratio=ratios.annual_volatility_ratio(enough),
        sharpe=ratios.sharpe(enough),
        sortino=ratios.sortino(enough),
        calmar=ratios.calmar(enough),
        omega=ratios.omega(enough),
        day_var_ratio=ratios.value_at_risk_ratio(enough),
        day_shortfall_ratio=ratios.shortfall_ratio(enough),
        max_drawdown_ratio=worst.ratio if worst else 0.0,
        max_drawdown_s=worst.duration_s if worst else 0.0,
        recovered=worst is None or worst.recovered,
        recovery_factor=whole / worst.ratio if worst and whole is not None else None,
    )


def daily_returns(curve: EquityCurve) -> Floats:
    """The change from day's end to day's end (UTC), the first point counted as a day's end.

    A day without a point kept the equity of the day before. Empty where equity was not positive.
    """
    equity = curve.equity_quote
    if equity.size < 2 or not bool((equity > 0.0).all()):
        return np.zeros(0)
    day = (curve.at_s // DAY_S).astype(np.int64)
    wanted = np.arange(day[0], day[-1] + 1)
    last = np.searchsorted(day, wanted, side="right") - 1
    closes = np.concatenate((equity[:1], equity[last]))
    returns: Floats = closes[1:] / closes[:-1] - 1.0
    return returns


def _whole_return_ratio(curve: EquityCurve) -> float | None:
    if len(curve) < 2 or not curve.equity_quote[0] > 0.0:
        return None
    change = float(curve.equity_quote[-1] / curve.equity_quote[0]) - 1.0
    return change if math.isfinite(change) else None
