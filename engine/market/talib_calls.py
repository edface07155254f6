"""TA-Lib, and how it is asked so that an answer does not depend on the history's length.

Most of TA-Lib remembers for ever (EMA, Wilder) or adds a running sum from the first bar on. So
each value is computed on a fixed tail of bars that ends with its own: the same tail live and in a
backtest, the same bits.

The import takes a moment, so it happens at the first question. `load` asks for it ahead of time:
a process calls it before its loop starts.
"""

import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType

import numpy as np

from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.feature import Feature, Setup, fixed

TAIL_BARS = 160  # the seed of Wilder's 14 bar smoothing weighs under 0.0001 by then


@cache
def load() -> ModuleType:
    """The module `talib`, imported once.

    It would import polars only to accept its columns: 45 MB that nobody here needs.
    """
    hides_polars = "polars" not in sys.modules
    if hides_polars:
        sys.modules["polars"] = None  # type: ignore[assignment]  # "not installed" to an import
    try:
        import talib
    finally:
        if hides_polars:
            del sys.modules["polars"]
    return talib


def tail_feature(
    value_of: Callable[[Bars], float],
    unit: str,
    low: float,
    high: float,
    about: str,
    *,
    tail_bars: int = TAIL_BARS,
) -> Feature:
    """A row whose value at a bar is `value_of` the last `tail_bars` bars; NaN with fewer."""

    def compute(bars: Bars, _: Setup) -> Floats:
        out = np.full(len(bars), np.nan)
        for end in range(tail_bars, len(bars) + 1):
            out[end - 1] = value_of(bars.until(end).tail(tail_bars))
        return out

    return Feature(compute, fixed(tail_bars), unit, low, high, about, on_tail=True)
