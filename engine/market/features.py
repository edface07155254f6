"""FEATURES: what strategies, voters and learning see of a market. One row each."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from engine.market import indicators
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.feature import DAY_S, Feature, Setup, fixed
from engine.market.technical import TECHNICAL

__all__ = ["FEATURES", "Feature", "Setup", "at_close", "last_value", "over_history"]

WINDOW_BARS = 20  # of bands, z-score and momentum (Bollinger 2001)
SLOW_BARS = 40  # of the trend's straightness
RSI_BARS = 14  # Wilder 1978
BASELINE_BARS = 100  # what counts as the usual volatility
YEAR_S = 365 * DAY_S


def at_close(bars: Bars, setup: Setup) -> Mapping[str, float]:
    """Every feature at the last bar, by name; NaN where the history is too short."""
    found = {name: last_value(feature, bars, setup) for name, feature in FEATURES.items()}
    return MappingProxyType(found)


def over_history(bars: Bars, setup: Setup) -> Mapping[str, Floats]:
    """Every feature that arrays are quick at, at every bar: the very numbers of `at_close`.

    Those computed on a tail (`on_tail`) are left to be asked where they are needed.
    """
    return {
        name: feature.compute(bars, setup)
        for name, feature in FEATURES.items()
        if not feature.on_tail
    }


def last_value(feature: Feature, bars: Bars, setup: Setup) -> float:
    """The feature at the last bar; NaN where the history is too short."""
    needed_bars = feature.warmup_bars(setup)
    if len(bars) < needed_bars:
        return math.nan
    return float(feature.compute(bars.tail(needed_bars), setup)[-1])


def _atr(bars: Bars, setup: Setup) -> Floats:
    return indicators.atr(bars.high, bars.low, bars.close, setup.atr_window_bars)


def _atr_ratio(bars: Bars, setup: Setup) -> Floats:
    return _atr(bars, setup) / bars.close


def _expansion(bars: Bars, setup: Setup) -> Floats:
    usual = indicators.atr(bars.high, bars.low, bars.close, BASELINE_BARS)
    return indicators.ratio(_atr(bars, setup), usual)


def _volatility(bars: Bars, setup: Setup) -> Floats:
    spread = indicators.deviation(indicators.returns(bars.close)[1:], WINDOW_BARS)
    per_year = math.sqrt(YEAR_S / setup.timeframe.seconds)
    return indicators.after_first(spread) * per_year


def _sma_gap(bars: Bars, setup: Setup) -> Floats:
    gap = indicators.sma(bars.close, 10) - indicators.sma(bars.close, 30)
    return indicators.ratio(gap, _atr(bars, setup))


def _volume(bars: Bars, setup: Setup) -> Floats:
    return indicators.rolling_sum(bars.close * bars.volume_base, setup.day_bars)


PLAIN: dict[str, Feature] = {
    "atr_price": Feature(
        _atr, lambda setup: setup.atr_window_bars + 1,
        "price", 0.0, math.inf, "average true range",
    ),
    "atr_ratio": Feature(
        _atr_ratio, lambda setup: setup.atr_window_bars + 1,
        "ratio", 0.0, math.inf, "average true range over the close",
    ),
    "expansion_ratio": Feature(
        _expansion, lambda setup: max(setup.atr_window_bars, BASELINE_BARS) + 1,
        "ratio", 0.0, math.inf, "average true range over its mean of 100 bars; 1 is usual",
    ),
    "volatility_ratio": Feature(
        _volatility, fixed(WINDOW_BARS + 1),
        "ratio", 0.0, math.inf, "standard deviation of 20 returns, per year of 365 days",
    ),
    "band_width_ratio": Feature(
        lambda bars, _: indicators.band_width(bars.close, WINDOW_BARS, 2.0),
        fixed(WINDOW_BARS), "ratio", 0.0, math.inf, "width of the 2-sigma bands over their middle",
    ),
    "z_score": Feature(
        lambda bars, _: indicators.z_score(bars.close, WINDOW_BARS),
        fixed(WINDOW_BARS), "sigma", -math.sqrt(WINDOW_BARS), math.sqrt(WINDOW_BARS),
        "distance of the close from its mean of 20 bars",
    ),
    "momentum_ratio": Feature(
        lambda bars, _: indicators.momentum(bars.close, WINDOW_BARS),
        fixed(WINDOW_BARS + 1), "ratio", -1.0, math.inf, "change over 20 bars",
    ),
    "drift_ratio": Feature(
        lambda bars, _: indicators.momentum(bars.close, SLOW_BARS),
        fixed(SLOW_BARS + 1), "ratio", -1.0, math.inf, "change over 40 bars",
    ),
    "efficiency_ratio": Feature(
        lambda bars, _: indicators.efficiency(bars.close, SLOW_BARS),
        fixed(SLOW_BARS + 1), "ratio", 0.0, 1.0, "straightness of the last 40 bars",
    ),
    "rsi": Feature(
        lambda bars, _: indicators.rsi(bars.close, RSI_BARS),
        fixed(RSI_BARS + 1), "points", 0.0, 100.0, "relative strength, Cutler's",
    ),
    "trend_strength": Feature(
        lambda bars, _: indicators.trend_strength(bars.high, bars.low, bars.close, RSI_BARS),
        fixed(RSI_BARS + 1), "ratio", -1.0, 1.0, "directional movement over true range",
    ),
    "sma_gap_atr": Feature(
        _sma_gap, lambda setup: max(30, setup.atr_window_bars + 1),
        "atr", -math.inf, math.inf, "average of 10 bars less that of 30, in ATR",
    ),
    "volume_24h_quote": Feature(
        _volume, lambda setup: setup.day_bars,
        "quote", 0.0, math.inf, "turnover of the bars of 24 hours",
    ),
}  # fmt: skip

FEATURES: dict[str, Feature] = {**PLAIN, **TECHNICAL}
