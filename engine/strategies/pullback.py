"""Pullback: a dip that recovers, in the direction of the longer timeframe's trend.

The longer timeframe (HIGHER) trends up where its average of TREND_BARS has risen over the last
LAG_BARS and its last close is above it. Then a close back above the own timeframe's average of
`pullback_bars` is the end of a dip. Mirrored for shorts.
"""

import numpy as np

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags, Ints
from engine.market.bars import Bars
from engine.market.indicators import sma, sma_ending
from engine.market.resample import MOST_BARS
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

TREND_BARS, LAG_BARS = 10, 4  # of the longer timeframe
LONGER_BARS = TREND_BARS + LAG_BARS


def _decide(view: View, parameters: Parameters) -> Idea | None:
    way = int(_recoveries(view.bars.tail(parameters.pullback_bars + 1), parameters)[-1])
    if way == 0:
        return None
    higher = view.higher()
    if higher is None or _trend(higher.bars) != way:
        return None
    side = PositionSide.LONG if way > 0 else PositionSide.SHORT
    stop_price = atr_stop(view, side, parameters)
    if stop_price is None:
        return None
    word, dip = ("up", "a dip") if way > 0 else ("down", "a bounce")
    why = f"{higher.timeframe} trends {word}, and {dip} below {parameters.pullback_bars} bars ended"
    return Idea(side, why if way > 0 else why.replace("below", "above"), stop_price)


def _trend(longer: Bars) -> int:
    # +1 up, -1 down, 0 neither or too short
    if len(longer) < LONGER_BARS:
        return 0
    now = sma_ending(longer.close, TREND_BARS, len(longer))
    before = sma_ending(longer.close, TREND_BARS, len(longer) - LAG_BARS)
    last = float(longer.close[-1])
    return int(now > before and last > now) - int(now < before and last < now)


def _recoveries(bars: Bars, parameters: Parameters) -> Ints:
    # (bars,) +1 closed back above the average, -1 back below it, else 0
    gap = bars.close - sma(bars.close, parameters.pullback_bars)
    out = np.zeros(gap.shape, dtype=np.int64)
    up, down = (gap[1:] > 0.0) & (gap[:-1] < 0.0), (gap[1:] < 0.0) & (gap[:-1] > 0.0)
    out[1:] = up.astype(np.int64) - down
    return out


def _candidates(bars: Bars, parameters: Parameters) -> Flags:
    found: Flags = _recoveries(bars, parameters) != 0
    return found


def _warmup_bars(parameters: Parameters) -> int:
    # a longer bar may be cut at both ends
    longer_bars = (LONGER_BARS + 2) * MOST_BARS
    return max(longer_bars, parameters.pullback_bars + 1, parameters.atr_window_bars + 1)


STRATEGIES = (
    Strategy(
        "trend_pullback",
        "1",
        lambda parameters: parameters.trend_pullback,
        _warmup_bars,
        _decide,
        _candidates,
    ),
)
