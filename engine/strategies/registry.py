"""STRATEGIES: every strategy of the desk. Their order is the order of leadership in a proposal."""

from engine.strategies import sma_cross
from engine.strategies.contract import Strategy

MODULES = (sma_cross,)
STRATEGIES: tuple[Strategy, ...] = tuple(
    strategy for module in MODULES for strategy in module.STRATEGIES
)
