"""Voters that need no model: three analysts who read the snapshot's features.

Each forecasts whether +1 ATR is reached before -1 ATR. Their chances are opinions within
0.5 +- MAX_EDGE_RATIO, not measured ones; calibration belongs to the record of their votes.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.core.advice import Snapshot, Vote
from engine.core.kinds import Regime

MAX_EDGE_RATIO = 0.25  # no analyst may sound surer than 75 to 25

TREND_SIGNS = {Regime.TREND_UP: 1, Regime.TREND_DOWN: -1}

Opinion = tuple[float, str]  # lean: -1 sure of a fall .. +1 sure of a rise, NaN none; and why
Analyst = Callable[[Snapshot], Opinion]


@dataclass(frozen=True, slots=True)
class RuleVoter:
    """An analyst under the name that the settings gave it."""

    name: str
    analyst: Analyst

    async def vote(self, snapshot: Snapshot) -> Vote:
        return cast_vote(self.name, self.analyst, snapshot)


def cast_vote(name: str, analyst: Analyst, snapshot: Snapshot) -> Vote:
    """The analyst's vote; an abstention where it has no opinion. Pure: backtests call it too."""
    lean, reason = analyst(snapshot)
    if math.isnan(lean):
        return Vote(voter=name, p_up=0.0, p_down=0.0, reason=reason, abstained=True)
    p_up = 0.5 + MAX_EDGE_RATIO * _clipped(lean)
    return Vote(voter=name, p_up=p_up, p_down=1.0 - p_up, reason=reason)


def trend(snapshot: Snapshot) -> Opinion:
    """Goes with the trend where there is one, and with directional movement and averages."""
    gap_atr = snapshot.features["sma_gap_atr"]
    strength_ratio = snapshot.features["trend_strength"]
    if math.isnan(gap_atr + strength_ratio):
        return math.nan, "warming up"
    # a cross starts from a gap near zero: direction of movement weighs more than the gap
    along = 0.5 * TREND_SIGNS.get(snapshot.regime, 0)
    lean = along + 2.0 * strength_ratio + 0.25 * _clipped(gap_atr)
    return lean, f"directional movement {strength_ratio:+.2f}, averages {gap_atr:+.1f} ATR apart"


def reversion(snapshot: Snapshot) -> Opinion:
    """Bets on a way back where the price is stretched, on a little more of it where it is not."""
    z_score = snapshot.features["z_score"]
    rsi = snapshot.features["rsi"]
    if math.isnan(z_score + rsi):
        return math.nan, "warming up"
    # a trend stays stretched longer
    stretched_from = 2.5 if snapshot.regime in TREND_SIGNS else 1.8
    if abs(z_score) >= stretched_from:
        return -0.4 * z_score, f"stretched by {z_score:+.1f} sigma, RSI {rsi:.0f}"
    if 35.0 <= rsi <= 65.0:
        return (rsi - 50.0) / 50.0, f"not stretched, RSI {rsi:.0f}"
    return math.nan, f"between the fields: {z_score:+.1f} sigma, RSI {rsi:.0f}"


def volatility(snapshot: Snapshot) -> Opinion:
    """Trusts moves out of calm; in a storm it sees no edge, which is an answer for nobody."""
    expansion_ratio = snapshot.features["expansion_ratio"]
    momentum_ratio = snapshot.features["momentum_ratio"]
    atr_ratio = snapshot.features["atr_ratio"]
    if math.isnan(expansion_ratio + momentum_ratio) or not atr_ratio > 0.0:
        return math.nan, "warming up"
    if expansion_ratio >= 1.8:
        return 0.0, f"a storm: ranges {expansion_ratio:.1f}x the usual"
    move_atr = momentum_ratio / atr_ratio
    calm_ratio = 1.8 - expansion_ratio  # 0 at the storm's edge, 0.8 on a usual day
    lean = calm_ratio * _clipped(move_atr / 4.0)
    return lean, f"moved {move_atr:+.1f} ATR on ranges {expansion_ratio:.1f}x the usual"


ANALYSTS: Mapping[str, Analyst] = {
    "trend": trend,
    "reversion": reversion,
    "volatility": volatility,
}


def _clipped(value: float) -> float:
    return max(-1.0, min(1.0, value))
