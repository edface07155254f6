"""Slow and obvious twins of the rows of TECHNICAL: plain Python over one tail of bars.

Rows are lists, oldest first; each function gives the value at the last bar.
"""

import itertools
import math
from collections.abc import Sequence

from tests.engine.market import slow

Row = Sequence[float]


def ema_along(values: Row, window: int) -> list[float]:
    """From the window's end on; seeded with its mean, as TA-Lib does."""
    found = [math.fsum(values[:window]) / window]
    for value in values[window:]:
        found.append(found[-1] + 2.0 / (window + 1) * (value - found[-1]))
    return found


def wilder_along(values: Row, window: int) -> list[float]:
    """From the window's end on; seeded with its mean."""
    found = [math.fsum(values[:window]) / window]
    for value in values[window:]:
        found.append((found[-1] * (window - 1) + value) / window)
    return found


def macd(close: Row, fast: int, long: int) -> list[float]:
    behind = ema_along(close, long)
    return [a - b for a, b in zip(ema_along(close, fast)[-len(behind) :], behind, strict=True)]


def atr(high: Row, low: Row, close: Row, window: int) -> float:
    return wilder_along(slow.true_range(high, low, close)[1:], window)[-1]


def rsi(close: Row, window: int) -> float:
    steps = [b - a for a, b in itertools.pairwise(close)]
    gain = wilder_along([max(step, 0.0) for step in steps], window)[-1]
    loss = wilder_along([max(-step, 0.0) for step in steps], window)[-1]
    return 50.0 if gain + loss == 0.0 else 100.0 * gain / (gain + loss)


def cmo(close: Row, window: int) -> float:
    return 0.0 if len(set(close)) == 1 else 2.0 * rsi(close, window) - 100.0


def _wilder_sums(values: Row, window: int) -> list[float]:
    # Wilder's running sum: the first window - 1 values added, then one part of it given up a bar
    total = math.fsum(values[: window - 1])
    found = []
    for value in values[window - 1 :]:
        total = total - total / window + value
        found.append(total)
    return found


def directions(high: Row, low: Row, close: Row, window: int) -> list[tuple[float, float]]:
    """(+DI, -DI) along the tail."""
    plus, minus = [], []
    for i in range(1, len(close)):
        up, down = high[i] - high[i - 1], low[i - 1] - low[i]
        plus.append(up if up > down and up > 0 else 0.0)
        minus.append(down if down > up and down > 0 else 0.0)
    path = _wilder_sums(slow.true_range(high, low, close)[1:], window)
    sums = zip(_wilder_sums(plus, window), _wilder_sums(minus, window), path, strict=True)
    return [(100 * p / t, 100 * m / t) if t else (0.0, 0.0) for p, m, t in sums]


def adx(high: Row, low: Row, close: Row, window: int) -> float:
    lines = directions(high, low, close, window)
    dx = [100 * abs(p - m) / (p + m) if p + m else 0.0 for p, m in lines]
    return wilder_along(dx, window)[-1]


def aroon(high: Row, low: Row, window: int) -> float:
    top, bottom = list(high[-window - 1 :]), list(low[-window - 1 :])
    highest = max(i for i, value in enumerate(top) if value == max(top))
    lowest = max(i for i, value in enumerate(bottom) if value == min(bottom))
    return 100.0 * (highest - lowest) / window


def raw_stochastic(high: Row, low: Row, close: Row, window: int) -> list[float]:
    found = []
    for end in range(window, len(close) + 1):
        top, bottom = max(high[end - window : end]), min(low[end - window : end])
        found.append(100 * (close[end - 1] - bottom) / (top - bottom) if top > bottom else 0.0)
    return found


def stochastic(high: Row, low: Row, close: Row, window: int, slowing: int) -> tuple[float, float]:
    k = slow.sma(raw_stochastic(high, low, close, window), slowing)
    return k[-1], math.fsum(k[-slowing:]) / slowing


def cci(high: Row, low: Row, close: Row, window: int) -> float:
    typical = [(h + x + c) / 3 for h, x, c in zip(high, low, close, strict=True)][-window:]
    mean = math.fsum(typical) / window
    apart = math.fsum(abs(value - mean) for value in typical) / window
    return 0.0 if apart == 0.0 else (typical[-1] - mean) / (0.015 * apart)


def williams(high: Row, low: Row, close: Row, window: int) -> float:
    top, bottom = max(high[-window:]), min(low[-window:])
    return 0.0 if top == bottom else -100.0 * (top - close[-1]) / (top - bottom)


def money_flow(high: Row, low: Row, close: Row, volume: Row, window: int) -> float:
    typical = [(h + x + c) / 3 for h, x, c in zip(high, low, close, strict=True)]
    up = down = 0.0
    for i in range(len(close) - window, len(close)):
        flow = typical[i] * volume[i]
        up += flow if typical[i] > typical[i - 1] else 0.0
        down += flow if typical[i] < typical[i - 1] else 0.0
    return 0.0 if up + down < 1.0 else 100.0 * up / (up + down)


def balance_along(close: Row, volume: Row) -> list[float]:
    found = [volume[0]]
    for i in range(1, len(close)):
        sign = (close[i] > close[i - 1]) - (close[i] < close[i - 1])
        found.append(found[-1] + sign * volume[i])
    return found


def slope(values: Row, window: int) -> float:
    part = values[-window:]
    middle, mean = (window - 1) / 2, math.fsum(part) / window
    over = math.fsum((i - middle) * (value - mean) for i, value in enumerate(part))
    return over / math.fsum((i - middle) ** 2 for i in range(window))
