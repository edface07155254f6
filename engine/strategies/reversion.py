"""Mean reversion: back inside a Bollinger band, in a market without a trend.

The bar before closed beyond the band of 2 sigma, this one is inside again; Wilder's RSI still
leans to that side, and ADX says that there is no trend to stand against (Bollinger 2001).
"""

import numpy as np

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags, Ints
from engine.market.bars import Bars
from engine.market.indicators import z_score
from engine.market.talib_calls import TAIL_BARS
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

BAND_SIGMA = 2.0
TREND_FROM_ADX = 25.0  # Wilder 1978
LOW_RSI, HIGH_RSI = 42.0, 58.0


def _decide(view: View, parameters: Parameters) -> Idea | None:
    way = int(_returns(view.bars.tail(parameters.reversion_bars + 1), parameters)[-1])
    if way == 0:
        return None
    adx, rsi = view.feature("adx", parameters), view.feature("rsi_wilder", parameters)
    leans = rsi <= LOW_RSI if way > 0 else rsi >= HIGH_RSI
    if not (leans and adx < TREND_FROM_ADX):
        return None
    side = PositionSide.LONG if way > 0 else PositionSide.SHORT
    stop_price = atr_stop(view, side, parameters)
    if stop_price is None:
        return None
    word = "lower" if way > 0 else "upper"
    why = f"back inside the {word} band, RSI {rsi:.0f}, no trend (ADX {adx:.0f})"
    return Idea(side, why, stop_price)


def _returns(bars: Bars, parameters: Parameters) -> Ints:
    # (bars,) +1 back from below the lower band, -1 back from above the upper one, else 0
    score = z_score(bars.close, parameters.reversion_bars)
    inside = np.abs(score[1:]) < BAND_SIGMA
    out = np.zeros(score.shape, dtype=np.int64)
    out[1:] = inside * ((score[:-1] <= -BAND_SIGMA).astype(np.int64) - (score[:-1] >= BAND_SIGMA))
    return out


def _candidates(bars: Bars, parameters: Parameters) -> Flags:
    found: Flags = _returns(bars, parameters) != 0
    return found


def _warmup_bars(parameters: Parameters) -> int:
    return max(parameters.reversion_bars + 1, TAIL_BARS, parameters.atr_window_bars + 1)


STRATEGIES = (
    Strategy(
        "band_reversion",
        "1",
        lambda parameters: parameters.band_reversion,
        _warmup_bars,
        _decide,
        _candidates,
    ),
)
