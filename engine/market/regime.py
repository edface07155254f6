"""What kind of market it is, from features of the last closed bar. Finite memory, no hysteresis."""

from collections.abc import Mapping

from engine.core.kinds import Regime

VOLATILE_FROM = 1.8  # ranges so many times the usual: direction says little
STRAIGHT_FROM = 0.30  # a random walk of 40 steps has a median straightness of about 0.11


def regime_of(features: Mapping[str, float]) -> Regime:
    """The regime that FEATURES' values speak of; UNDEFINED while one of them is NaN.

    VOLATILE first: in a storm a straight line of 40 bars is one jump.
    """
    expansion_ratio = features["expansion_ratio"]
    straightness_ratio = features["efficiency_ratio"]
    drift_ratio = features["drift_ratio"]
    if expansion_ratio >= VOLATILE_FROM:
        return Regime.VOLATILE
    if not (expansion_ratio < VOLATILE_FROM and straightness_ratio >= 0.0):
        return Regime.UNDEFINED
    if straightness_ratio >= STRAIGHT_FROM:
        return Regime.TREND_UP if drift_ratio > 0.0 else Regime.TREND_DOWN
    return Regime.RANGE
