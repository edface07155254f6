"""Squeeze: the way out of a band that is narrow as seldom (Bollinger 2001).

The band's width on the bar before was among the narrowest fifth of the `squeeze_bars` before it,
and this bar is the first to close beyond the band.
"""

import numpy as np

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags, Ints
from engine.market.bars import Bars
from engine.market.indicators import band_width, rank, z_score
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

BAND_BARS, BAND_SIGMA = 20, 2.0
NARROW_RATIO = 0.2


def _decide(view: View, parameters: Parameters) -> Idea | None:
    way = int(_breaks(view.bars.tail(BAND_BARS + 1))[-1])
    if way == 0:
        return None
    before = view.bars.until(len(view.bars) - 1).tail(BAND_BARS + parameters.squeeze_bars)
    width = band_width(before.close, BAND_BARS, BAND_SIGMA)[BAND_BARS - 1 :]
    narrow_ratio = float(rank(width, parameters.squeeze_bars)[-1])
    if not narrow_ratio <= NARROW_RATIO:
        return None
    side = PositionSide.LONG if way > 0 else PositionSide.SHORT
    stop_price = atr_stop(view, side, parameters)
    if stop_price is None:
        return None
    word = "up" if way > 0 else "down"
    why = f"broke {word} out of a band narrower than {1.0 - narrow_ratio:.0%} of those before"
    return Idea(side, why, stop_price)


def _breaks(bars: Bars) -> Ints:
    # (bars,) +1 first close above the band, -1 below it, else 0
    score = z_score(bars.close, BAND_BARS)
    out = np.zeros(score.shape, dtype=np.int64)
    was_inside = np.abs(score[:-1]) < BAND_SIGMA
    out[1:] = was_inside * ((score[1:] >= BAND_SIGMA).astype(np.int64) - (score[1:] <= -BAND_SIGMA))
    return out


def _candidates(bars: Bars, _: Parameters) -> Flags:
    found: Flags = _breaks(bars) != 0
    return found


def _warmup_bars(parameters: Parameters) -> int:
    return max(BAND_BARS + parameters.squeeze_bars + 1, parameters.atr_window_bars + 1)


STRATEGIES = (
    Strategy(
        "volatility_squeeze",
        "1",
        lambda parameters: parameters.volatility_squeeze,
        _warmup_bars,
        _decide,
        _candidates,
    ),
)
