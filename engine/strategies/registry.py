"""STRATEGIES: every strategy of the desk. Their order is the order of leadership in a proposal."""

from engine.strategies import breakout, pullback, reversion, sma_cross, squeeze
from engine.strategies.contract import Strategy

MODULES = (sma_cross, breakout, pullback, squeeze, reversion)
STRATEGIES: tuple[Strategy, ...] = tuple(
    strategy for module in MODULES for strategy in module.STRATEGIES
)
