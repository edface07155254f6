"""Bars for the market's tests, drawn by Hypothesis or from a seed."""

import numpy as np
from hypothesis import strategies as st

from engine.market.bars import Bars, bars_of

HOUR_S = 3600


def walk(seed: int, bars: int, *, flat_ratio: float = 0.0) -> Bars:
    """A random walk of hourly bars; some bars may not move at all."""
    chance = np.random.default_rng(seed)
    step = chance.normal(0.0, 0.01, bars) * (chance.random(bars) >= flat_ratio)
    close = 100.0 * np.exp(np.cumsum(step))
    opens = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opens, close) * (1.0 + np.abs(step) / 2)
    low = np.minimum(opens, close) * (1.0 - np.abs(step) / 2)
    volume = chance.random(bars) * 100.0
    return bars_of(HOUR_S * np.arange(bars), opens, high, low, close, volume)


def walks(least: int = 3, most: int = 220) -> st.SearchStrategy[Bars]:
    """Walks of any length in these bounds, some with motionless stretches."""
    return st.builds(
        walk,
        st.integers(0, 2**32 - 1),
        st.integers(least, most),
        flat_ratio=st.sampled_from([0.0, 0.0, 0.5, 1.0]),
    )
