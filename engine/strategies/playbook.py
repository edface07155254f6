"""PLAYBOOK: which strategies speak in which regime. In use where `regime_playbook` is on.

Trends are followed slowly, ranges are left by the fast pair and faded at their bands, storms are
only traded on what has proved itself over more bars. How far a regime's stops stand off is the
exit plan's to say (`regime_stop_atr` in engine/rules).
"""

from engine.core.advice import Signal
from engine.core.kinds import Regime
from engine.core.parameters import Parameters

TREND = frozenset({
    "sma_10_30", "sma_20_50", "donchian_breakout", "trend_pullback", "volatility_squeeze",
})  # fmt: skip
SIDEWAYS = frozenset({"sma_5_15", "band_reversion", "volatility_squeeze"})
STORM = frozenset({"sma_20_50", "donchian_breakout"})

PLAYBOOK: dict[Regime, frozenset[str]] = {
    Regime.TREND_UP: TREND,
    Regime.TREND_DOWN: TREND,
    Regime.RANGE: SIDEWAYS,
    Regime.VOLATILE: STORM,
    Regime.UNDEFINED: TREND | SIDEWAYS | STORM,
}


def played(
    signals: tuple[Signal, ...], regime: Regime, parameters: Parameters
) -> tuple[Signal, ...]:
    """The signals that the regime lets speak; all of them where the playbook is off."""
    if not parameters.regime_playbook:
        return signals
    return tuple(signal for signal in signals if signal.strategy in PLAYBOOK[regime])
