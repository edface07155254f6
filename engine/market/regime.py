"""What kind of market it is, with hysteresis: a regime is harder to enter than to stay in.

The memory is finite: the last MEMORY_BARS are walked from a fresh start, so that the regime of a
bar is the same from any history that holds them.
"""

from collections.abc import Mapping

from engine.core.kinds import Regime
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.feature import Setup
from engine.market.features import FEATURES

VOLATILE_FROM = 1.8  # ranges so many times the usual: direction says little
CALM_BELOW = 1.5  # a storm is over
STRAIGHT_FROM = 0.30  # a random walk of 40 steps has a median straightness of about 0.11
BENT_BELOW = 0.20  # a trend is over
MEMORY_BARS = 24

MEASURES = ("expansion_ratio", "efficiency_ratio", "drift_ratio")


def regime_of(features: Mapping[str, float], before: Regime = Regime.UNDEFINED) -> Regime:
    """The regime that FEATURES' values speak of after `before`; UNDEFINED while one is NaN."""
    return _next(before, *(features[name] for name in MEASURES))


def regime_at(bars: Bars, setup: Setup) -> Regime:
    """The regime at the last bar; UNDEFINED where the history is too short."""
    needed_bars = max(FEATURES[name].warmup_bars(setup) for name in MEASURES)
    recent = bars.tail(needed_bars + MEMORY_BARS - 1)
    return regime_along([FEATURES[name].compute(recent, setup) for name in MEASURES])


def regime_along(measures: list[Floats]) -> Regime:
    """The regime at the end of the last MEMORY_BARS rows of MEASURES; each is (bars,)."""
    found = Regime.UNDEFINED
    rows = (measure[-MEMORY_BARS:].tolist() for measure in measures)
    for expansion_ratio, straightness_ratio, drift_ratio in zip(*rows, strict=True):
        found = _next(found, expansion_ratio, straightness_ratio, drift_ratio)
    return found


def _next(
    before: Regime, expansion_ratio: float, straightness_ratio: float, drift_ratio: float
) -> Regime:
    # VOLATILE first: in a storm a straight line of 40 bars is one jump
    if not (expansion_ratio >= 0.0 and straightness_ratio >= 0.0):
        return Regime.UNDEFINED
    if expansion_ratio >= (CALM_BELOW if before is Regime.VOLATILE else VOLATILE_FROM):
        return Regime.VOLATILE
    way = Regime.TREND_UP if drift_ratio > 0.0 else Regime.TREND_DOWN
    straight_from = BENT_BELOW if before is way else STRAIGHT_FROM
    return way if straightness_ratio >= straight_from else Regime.RANGE
