"""TECHNICAL: rows of FEATURES by TA-Lib on a fixed tail, and by windows of channel and volume.

Formulas: Wilder 1978 (ATR, RSI, ADX), Appel 1979 (MACD), Lane (stochastic), Lambert 1980 (CCI),
Chande (Aroon, CMO), Quong & Soudack 1989 (MFI), Granville 1963 (OBV), Bollinger 2001; each as
TA-Lib has it. A market that did not move gives the value TA-Lib gives, 0, but RSI 50.
"""

import math
from collections.abc import Callable

import numpy as np

from engine.market import indicators
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.feature import Feature, Setup, fixed
from engine.market.patterns import PATTERN_ROWS
from engine.market.talib_calls import load, tail_feature

FAST_BARS, MIDDLE_BARS, SLOW_BARS = 12, 20, 26  # of the averages
SIGNAL_BARS = 9  # of MACD's own average
WILDER_BARS = 14
AROON_BARS = 25
SLOWING_BARS = 3  # of the stochastic
CHANNEL_BARS = 20  # Donchian
RANK_BARS = 50  # what a bar's volume is ranked among
RETURN_BARS = 50

Reading = Callable[[Bars], float]  # of a tail: the value at its last bar


def atr_wilder(tail: Bars) -> float:
    """Average true range by Wilder's smoothing, quote per base."""
    return float(load().ATR(tail.high, tail.low, tail.close, WILDER_BARS)[-1])


def _ema(values: Floats, window_bars: int) -> Floats:
    found: Floats = load().EMA(values, window_bars)
    return found


def _macd(tail: Bars) -> Floats:
    return (_ema(tail.close, FAST_BARS) - _ema(tail.close, SLOW_BARS))[SLOW_BARS - 1 :]


def _ema_gap(tail: Bars) -> float:
    return _over(float(_macd(tail)[-1]), atr_wilder(tail))


def _histogram(tail: Bars) -> float:
    macd = _macd(tail)
    return _over(float((macd - _ema(macd, SIGNAL_BARS))[-1]), atr_wilder(tail))


def _distance(tail: Bars) -> float:
    return _over(float(tail.close[-1] - _ema(tail.close, MIDDLE_BARS)[-1]), atr_wilder(tail))


def _keltner(tail: Bars) -> float:
    # the channel is 2 ATR wide on each side of the average
    return 0.5 + _distance(tail) / 4.0


def _slope(tail: Bars) -> float:
    slope = float(load().LINEARREG_SLOPE(tail.close, MIDDLE_BARS)[-1])
    return _over(slope, atr_wilder(tail))


def _ranges(function: str, window_bars: int) -> Reading:
    # a function of TA-Lib of high, low and close
    def read(tail: Bars) -> float:
        call = getattr(load(), function)
        return float(call(tail.high, tail.low, tail.close, window_bars)[-1])

    return read


def _closes(function: str, window_bars: int) -> Reading:
    # a function of TA-Lib of closes
    return lambda tail: float(getattr(load(), function)(tail.close, window_bars)[-1])


def _direction(tail: Bars) -> float:
    return _ranges("PLUS_DI", WILDER_BARS)(tail) - _ranges("MINUS_DI", WILDER_BARS)(tail)


def _aroon(tail: Bars) -> float:
    return float(load().AROONOSC(tail.high, tail.low, AROON_BARS)[-1])


def _rsi(tail: Bars) -> float:
    still = bool((tail.close == tail.close[0]).all())
    return 50.0 if still else _closes("RSI", WILDER_BARS)(tail)


def _stochastic(line: int) -> Reading:
    def read(tail: Bars) -> float:
        lines = load().STOCH(
            tail.high, tail.low, tail.close, WILDER_BARS, SLOWING_BARS, 0, SLOWING_BARS, 0
        )
        return float(np.clip(lines[line][-1], 0.0, 100.0))  # a running sum may end a hair over

    return read


def _money_flow(tail: Bars) -> float:
    found = load().MFI(tail.high, tail.low, tail.close, tail.volume_base, WILDER_BARS)
    return float(np.clip(found[-1], 0.0, 100.0))


def _band_position(tail: Bars) -> float:
    upper, _, lower = load().BBANDS(tail.close, MIDDLE_BARS, 2.0, 2.0, 0)
    width = float(upper[-1] - lower[-1])
    return 0.5 if width == 0.0 else float(tail.close[-1] - lower[-1]) / width


def _balance(tail: Bars) -> float:
    flow = load().OBV(tail.close, tail.volume_base)
    return float(indicators.z_score(flow[-MIDDLE_BARS:], MIDDLE_BARS)[-1])


def _over(part: float, whole: float) -> float:
    return part / whole if whole != 0.0 else 0.0


def _channel_position(bars: Bars, _: Setup) -> Floats:
    top = indicators.highest(bars.high, CHANNEL_BARS)
    bottom = indicators.lowest(bars.low, CHANNEL_BARS)
    place = indicators.ratio(bars.close - bottom, top - bottom)
    return np.where(top == bottom, 0.5, place)


def _vwap_gap(bars: Bars, setup: Setup) -> Floats:
    columns = (bars.high, bars.low, bars.close, bars.volume_base)
    return bars.close / indicators.vwap(*columns, setup.day_bars) - 1.0


def _return_z(bars: Bars, _: Setup) -> Floats:
    changes = indicators.returns(bars.close)[1:]
    return indicators.after_first(indicators.z_score(changes, RETURN_BARS))


INF = math.inf
TECHNICAL: dict[str, Feature] = {
    "ema_gap_atr": tail_feature(_ema_gap, "atr", -INF, INF, "EMA of 12 less that of 26, in ATR"),
    "macd_atr": tail_feature(_histogram, "atr", -INF, INF, "MACD 12/26 less its EMA of 9, in ATR"),
    "ema_distance_atr": tail_feature(_distance, "atr", -INF, INF, "close less its EMA of 20"),
    "slope_atr": tail_feature(_slope, "atr", -INF, INF, "slope per bar of a line through 20"),
    "adx": tail_feature(
        _ranges("ADX", WILDER_BARS), "points", 0.0, 100.0, "strength of a trend, either way"
    ),
    "di_gap": tail_feature(_direction, "points", -100.0, 100.0, "+DI less -DI"),
    "aroon": tail_feature(_aroon, "points", -100.0, 100.0, "age of the low less that of the high"),
    "rsi_wilder": tail_feature(_rsi, "points", 0.0, 100.0, "relative strength, Wilder's"),
    "stoch_k": tail_feature(_stochastic(0), "points", 0.0, 100.0, "place in 14 bars' range, slow"),
    "stoch_d": tail_feature(_stochastic(1), "points", 0.0, 100.0, "mean of three of stoch_k"),
    "cci": tail_feature(_ranges("CCI", MIDDLE_BARS), "points", -INF, INF, "commodity channel"),
    "williams": tail_feature(
        _ranges("WILLR", WILDER_BARS), "points", -100.0, 0.0, "Williams' %R: 0 is the high"
    ),
    "cmo": tail_feature(_closes("CMO", WILDER_BARS), "points", -100.0, 100.0, "Chande's momentum"),
    "mfi": tail_feature(_money_flow, "points", 0.0, 100.0, "money flow: RSI by volume"),
    "obv_z": tail_feature(
        _balance, "sigma", -math.sqrt(MIDDLE_BARS), math.sqrt(MIDDLE_BARS),
        "on-balance volume against its 20 bars",
    ),
    "atr_wilder_price": tail_feature(atr_wilder, "price", 0.0, INF, "average true range, Wilder's"),
    "band_position_ratio": tail_feature(
        _band_position, "ratio", -INF, INF, "place between the 2-sigma bands: 0 low, 1 high"
    ),
    "keltner_position_ratio": tail_feature(
        _keltner, "ratio", -INF, INF, "place in Keltner's channel: 0 low, 1 high"
    ),
    "roc_ratio": Feature(
        lambda bars, _: indicators.momentum(bars.close, 10),
        fixed(11), "ratio", -1.0, INF, "change over 10 bars",
    ),
    "channel_position_ratio": Feature(
        _channel_position, fixed(CHANNEL_BARS), "ratio", 0.0, 1.0,
        "place between the lowest low and the highest high of 20 bars",
    ),
    "vwap_gap_ratio": Feature(
        _vwap_gap, lambda setup: setup.day_bars, "ratio", -1.0, INF,
        "close over the volume weighted price of 24 hours, less one",
    ),
    "volume_rank_ratio": Feature(
        lambda bars, _: indicators.rank(bars.volume_base, RANK_BARS),
        fixed(RANK_BARS + 1), "ratio", 0.0, 1.0, "share of the 50 bars before with less volume",
    ),
    "volume_z": Feature(
        lambda bars, _: indicators.z_score(bars.volume_base, MIDDLE_BARS), fixed(MIDDLE_BARS),
        "sigma", -math.sqrt(MIDDLE_BARS), math.sqrt(MIDDLE_BARS), "volume against its 20 bars",
    ),
    "return_z": Feature(
        _return_z, fixed(RETURN_BARS + 1),
        "sigma", -math.sqrt(RETURN_BARS), math.sqrt(RETURN_BARS), "last change against 50 changes",
    ),
    **PATTERN_ROWS,
}  # fmt: skip
