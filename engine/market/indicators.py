"""Indicators with a finite memory: the value at a bar depends on its last so many bars only.

And it is the same to the last bit however long the history before them is: each window is
summed from its oldest value to its newest, one addition after the other. So a value computed
live on a short tail equals the one of a backtest over years. No cumulative sums, no pairwise
reductions, no infinite smoothing here.

Arrays are (bars,) float64, oldest first, of at least one bar; outputs have the input's length;
warm-up is NaN.
"""

from collections.abc import Callable
from functools import reduce

import numpy as np

from engine.market.arrays import Floats

SHORT = 64  # so few windows are summed at once; both ways add in the same order


def rolling_sum(values: Floats, window_bars: int) -> Floats:
    """The sum of the last `window_bars` values; raises ValueError for a window under 1."""
    if window_bars < 1:
        raise ValueError(f"a window of {window_bars} bars")
    out = np.empty(values.shape)  # np.full costs as much as a short sum
    out[: window_bars - 1] = np.nan
    count = values.size - window_bars + 1
    if count <= SHORT:
        if count > 0:
            out[window_bars - 1 :] = _sums(_windows(values, window_bars))
        return out
    total = values[:count].copy()
    for shift in range(1, window_bars):
        total += values[shift : shift + count]
    out[window_bars - 1 :] = total
    return out


def sma(values: Floats, window_bars: int) -> Floats:
    """The simple moving average; the first window_bars - 1 are NaN."""
    return rolling_sum(values, window_bars) / window_bars


def sma_ending(values: Floats, window_bars: int, end: int) -> float:
    """The simple moving average of the `window_bars` values before position `end`.

    The very number that `sma` has at end - 1, without an array around it. The window must lie
    inside the values.
    """
    return float(np.add.accumulate(values[end - window_bars : end])[-1]) / window_bars


def lagged(values: Floats, lag_bars: int) -> Floats:
    """The values of `lag_bars` (>= 1) bars before."""
    out = np.empty(values.shape)
    out[:lag_bars] = np.nan
    out[lag_bars:] = values[:-lag_bars]
    return out


def true_range(high: Floats, low: Floats, close: Floats) -> Floats:
    """The range of each bar and the gap before it (Wilder 1978); the first is NaN."""
    before = lagged(close, 1)
    up_price = np.maximum(high, before)  # NaN in the first
    return up_price - np.minimum(low, before)


def atr(high: Floats, low: Floats, close: Floats, window_bars: int) -> Floats:
    """Average true range: the simple mean of the last `window_bars` true ranges, quote per base.

    The first `window_bars` are NaN. Wilder's own smoothing remembers for ever; this does not.
    """
    return after_first(rolling_sum(true_range(high, low, close)[1:], window_bars)) / window_bars


def returns(close: Floats) -> Floats:
    """The change from close to close, as a ratio; the first is NaN."""
    return close / lagged(close, 1) - 1.0


def deviation(values: Floats, window_bars: int) -> Floats:
    """The standard deviation of the last `window_bars` values (of the population), two-pass."""
    mean = sma(values, window_bars)
    squares = np.full(values.shape, np.nan)
    count = values.size - window_bars + 1
    if count < 1:
        return squares
    known = mean[window_bars - 1 :]
    if count <= SHORT:
        apart = _windows(values, window_bars) - known[:, np.newaxis]
        squares[window_bars - 1 :] = _sums(apart * apart)
        return np.sqrt(squares / window_bars)
    parts = (values[shift : shift + count] - known for shift in range(window_bars))
    squares[window_bars - 1 :] = reduce(np.add, (part * part for part in parts))
    return np.sqrt(squares / window_bars)


def z_score(values: Floats, window_bars: int) -> Floats:
    """How many standard deviations the value is from its mean; 0 where nothing moved."""
    width = deviation(values, window_bars)
    return ratio(values - sma(values, window_bars), width)


def band_width(close: Floats, window_bars: int, deviations: float) -> Floats:
    """Width of the bands `deviations` around the mean, over the mean (Bollinger 2001)."""
    return 2.0 * deviations * deviation(close, window_bars) / sma(close, window_bars)


def momentum(close: Floats, window_bars: int) -> Floats:
    """The change over `window_bars`, as a ratio; the first `window_bars` are NaN."""
    return close / lagged(close, window_bars) - 1.0


def efficiency(close: Floats, window_bars: int) -> Floats:
    """Net move over path length, 0 noise to 1 straight line (efficiency ratio, Kaufman 1995)."""
    net = np.abs(close - lagged(close, window_bars))
    path = after_first(rolling_sum(np.abs(close[1:] - close[:-1]), window_bars))
    # rounding of a straight line may lift the quotient a hair over 1
    return np.minimum(ratio(net, path), 1.0)


def rsi(close: Floats, window_bars: int) -> Floats:
    """Relative strength, 0 to 100, with simple means (Cutler's variant of Wilder 1978).

    50 where nothing moved; the first `window_bars` are NaN.
    """
    change = close[1:] - close[:-1]
    gain = after_first(rolling_sum(np.maximum(change, 0.0), window_bars))
    loss = after_first(rolling_sum(np.maximum(-change, 0.0), window_bars))
    path = gain + loss
    return np.where(path == 0.0, 50.0, 100.0 * ratio(gain, path))


def trend_strength(high: Floats, low: Floats, close: Floats, window_bars: int) -> Floats:
    """Directional movement up less down over the true range: -1 falling to +1 rising.

    Wilder's (1978) +DI - -DI with simple sums in place of his smoothing, as a ratio.
    """
    up, down = high[1:] - high[:-1], low[:-1] - low[1:]
    plus = np.where((up > down) & (up > 0.0), up, 0.0)
    minus = np.where((down > up) & (down > 0.0), down, 0.0)
    net = rolling_sum(plus, window_bars) - rolling_sum(minus, window_bars)
    path = rolling_sum(true_range(high, low, close)[1:], window_bars)
    return np.clip(after_first(ratio(net, path)), -1.0, 1.0)


def after_first(values: Floats) -> Floats:
    """`values` behind one NaN: differences are one shorter than the bars they came from."""
    return np.concatenate((np.full(1, np.nan), values))


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part` over `whole`; 0 where there is nothing to divide by, NaN in the warm-up."""
    return np.divide(part, whole, out=np.where(whole == 0.0, 0.0, np.nan), where=whole != 0.0)


def highest(values: Floats, window_bars: int) -> Floats:
    """The largest of the last `window_bars` values; NaN in the warm-up, and where one is NaN."""
    return _over_windows(values, window_bars, lambda windows: windows.max(axis=1))


def lowest(values: Floats, window_bars: int) -> Floats:
    """The smallest of the last `window_bars` values; NaN in the warm-up, and where one is NaN."""
    return _over_windows(values, window_bars, lambda windows: windows.min(axis=1))


def rank(values: Floats, window_bars: int) -> Floats:
    """The share of the `window_bars` values before that are smaller, equal ones by half: 0 to 1.

    The first `window_bars` are NaN.
    """

    def counted(windows: Floats) -> Floats:
        before, last = windows[:, :-1], windows[:, -1:]
        below = np.count_nonzero(before < last, axis=1)
        share: Floats = (below + 0.5 * np.count_nonzero(before == last, axis=1)) / window_bars
        return share

    return _over_windows(values, window_bars + 1, counted)


def vwap(high: Floats, low: Floats, close: Floats, volume_base: Floats, window: int) -> Floats:
    """The mean of typical prices, weighted by volume, over the last `window` bars, quote per base.

    The close itself where nothing was traded; the first window - 1 are NaN.
    """
    typical = (high + low + close) / 3.0
    traded = rolling_sum(volume_base, window)
    paid = rolling_sum(typical * volume_base, window)
    return np.where(traded == 0.0, close, ratio(paid, traded))


def _windows(values: Floats, window_bars: int) -> Floats:
    # (windows, window_bars), the oldest first; numpy's own sliding_window_view costs 30 us
    whole = np.ascontiguousarray(values)
    shape = (whole.size - window_bars + 1, window_bars)
    found: Floats = np.ndarray(shape, whole.dtype, whole, 0, (whole.itemsize, whole.itemsize))
    return found


def _sums(windows: Floats) -> Floats:
    # accumulate adds strictly from left to right, unlike sum() of numpy or Python 3.12
    found: Floats = np.add.accumulate(windows, axis=1)[:, -1]
    return found


def _over_windows(values: Floats, window_bars: int, reduced: Callable[[Floats], Floats]) -> Floats:
    # only for what does not depend on an order of additions
    out = np.full(values.shape, np.nan)
    if values.size >= window_bars:
        out[window_bars - 1 :] = reduced(_windows(values, window_bars))
    return out
