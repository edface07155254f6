"""Breakout: a first close beyond the range of many bars, on busy volume.

Donchian's channel: the highest high and lowest low of the `breakout_bars` before a bar. Only the
first close beyond it counts: the bar before had closed inside its own channel.
"""

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags
from engine.market.bars import Bars
from engine.market.indicators import highest, lagged, lowest
from engine.market.technical import RANK_BARS
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

BUSY_FROM_RATIO = 0.7  # of the bars before had less volume


def _decide(view: View, parameters: Parameters) -> Idea | None:
    window_bars = parameters.breakout_bars
    up, down = _broken(view.bars.tail(window_bars + 2), window_bars)
    if not (up[-1] or down[-1]):
        return None
    busy_ratio = view.feature("volume_rank_ratio", parameters)
    if not busy_ratio >= BUSY_FROM_RATIO:
        return None
    side = PositionSide.LONG if up[-1] else PositionSide.SHORT
    stop_price = atr_stop(view, side, parameters)
    if stop_price is None:
        return None
    word = "above the high" if up[-1] else "below the low"
    why = f"closed {word} of {window_bars} bars, busier than {busy_ratio:.0%} of bars"
    return Idea(side, why, stop_price)


def _broken(bars: Bars, window_bars: int) -> tuple[Flags, Flags]:
    # (bars,) each: first closes above, and below, the channel of the bars before
    above = bars.close > lagged(highest(bars.high, window_bars), 1)
    below = bars.close < lagged(lowest(bars.low, window_bars), 1)
    up, down = above.copy(), below.copy()
    up[1:] &= ~above[:-1]
    down[1:] &= ~below[:-1]
    return up, down


def _candidates(bars: Bars, parameters: Parameters) -> Flags:
    up, down = _broken(bars, parameters.breakout_bars)
    return up | down


def _warmup_bars(parameters: Parameters) -> int:
    return max(parameters.breakout_bars + 2, RANK_BARS + 1, parameters.atr_window_bars + 1)


STRATEGIES = (
    Strategy(
        "donchian_breakout",
        "1",
        lambda parameters: parameters.donchian_breakout,
        _warmup_bars,
        _decide,
        _candidates,
    ),
)
