"""What a row of FEATURES is: a measure of closed bars with its unit, range and warm-up."""

from collections.abc import Callable
from typing import NamedTuple

from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars

DAY_S = 86_400


class Setup(NamedTuple):
    """What a feature has to know besides the bars."""

    timeframe: Timeframe
    atr_window_bars: int

    @property
    def day_bars(self) -> int:
        """How many bars are 24 hours, at least one."""
        return max(1, DAY_S // self.timeframe.seconds)


class Feature(NamedTuple):
    """One measure of a market on closed bars."""

    compute: Callable[[Bars, Setup], Floats]  # (bars,) float64, warm-up NaN
    warmup_bars: Callable[[Setup], int]  # bars until the first value, that bar included
    unit: str
    low: float
    high: float
    about: str
    on_tail: bool = False  # computed anew per bar, by C: cheap at one bar, dear at all of them


def fixed(count: int) -> Callable[[Setup], int]:
    """A warm-up that no setting changes."""
    return lambda _: count
