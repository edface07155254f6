"""Breadth: how much of the market takes part."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.core.kinds import Regime
from engine.market.bars import Bars
from engine.market.feature import Setup
from engine.market.indicators import sma_ending
from engine.market.regime import regime_at
from engine.market.weekly import weekly_trend

AVERAGE_BARS = 50


class Breadth(NamedTuple):
    """Shares of the symbols that could be measured; 0 of none."""

    measured_count: int
    above_average_ratio: float  # closed above their average of 50 bars
    trend_up_ratio: float
    trend_down_ratio: float
    volatile_ratio: float


class Pulse(NamedTuple):
    """The state of the whole market at one moment."""

    regimes: Mapping[str, Regime]  # by symbol
    weekly: Mapping[str, int]  # +1 the week rises, -1 it falls, 0 neither or unknown
    breadth: Breadth


def pulse(series: Mapping[str, Bars], setup: Setup) -> Pulse:
    """Regime and weekly trend of every symbol, and the breadth over them."""
    regimes = {symbol: regime_at(bars, setup) for symbol, bars in series.items()}
    weekly = {symbol: weekly_trend(bars, setup.timeframe) for symbol, bars in series.items()}
    return Pulse(regimes, weekly, breadth(series, regimes))


def breadth(series: Mapping[str, Bars], regimes: Mapping[str, Regime]) -> Breadth:
    """The breadth over the symbols whose regime is known and whose average has its bars."""
    known = {
        symbol: bars
        for symbol, bars in series.items()
        if len(bars) >= AVERAGE_BARS and regimes[symbol] is not Regime.UNDEFINED
    }
    count = len(known)
    if not count:
        return Breadth(0, 0.0, 0.0, 0.0, 0.0)
    above = sum(
        float(bars.close[-1]) > sma_ending(bars.close, AVERAGE_BARS, len(bars))
        for bars in known.values()
    )
    found = [regimes[symbol] for symbol in known]
    return Breadth(
        count,
        above / count,
        found.count(Regime.TREND_UP) / count,
        found.count(Regime.TREND_DOWN) / count,
        found.count(Regime.VOLATILE) / count,
    )
