"""Slow and obvious twins of the indicators: plain Python, one bar at a time, from the textbook."""

import itertools
import math
from collections.abc import Sequence

NAN = math.nan
Row = Sequence[float]


def sma(values: Row, window: int) -> list[float]:
    return [_mean(part) if part else NAN for part in _windows(values, window)]


def true_range(high: Row, low: Row, close: Row) -> list[float]:
    later = [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1]))
        for i in range(1, len(close))
    ]
    return [NAN, *later]


def atr(high: Row, low: Row, close: Row, window: int) -> list[float]:
    return [NAN, *sma(true_range(high, low, close)[1:], window)]


def returns(close: Row) -> list[float]:
    return [NAN, *(close[i] / close[i - 1] - 1 for i in range(1, len(close)))]


def deviation(values: Row, window: int) -> list[float]:
    return [_deviation(part) if part else NAN for part in _windows(values, window)]


def z_score(values: Row, window: int) -> list[float]:
    out = []
    for part in _windows(values, window):
        width = _deviation(part) if part else NAN
        out.append(0.0 if width == 0 else (part[-1] - _mean(part)) / width if part else NAN)
    return out


def band_width(close: Row, window: int, deviations: float) -> list[float]:
    return [
        2 * deviations * _deviation(part) / _mean(part) if part else NAN
        for part in _windows(close, window)
    ]


def momentum(close: Row, window: int) -> list[float]:
    return [NAN if i < window else close[i] / close[i - window] - 1 for i in range(len(close))]


def efficiency(close: Row, window: int) -> list[float]:
    out = []
    for part in _windows(close, window + 1):
        path = math.fsum(abs(step) for step in _steps(part))
        out.append(NAN if not part else 0.0 if path == 0 else abs(part[-1] - part[0]) / path)
    return out


def rsi(close: Row, window: int) -> list[float]:
    out = []
    for part in _windows(close, window + 1):
        gain = math.fsum(step for step in _steps(part) if step > 0)
        path = math.fsum(abs(step) for step in _steps(part))
        out.append(NAN if not part else 50.0 if path == 0 else 100 * gain / path)
    return out


def trend_strength(high: Row, low: Row, close: Row, window: int) -> list[float]:
    ranges = true_range(high, low, close)
    out = []
    for i in range(len(close)):
        if i < window:
            out.append(NAN)
            continue
        moves = [_directed(high, low, j) for j in range(i - window + 1, i + 1)]
        path = math.fsum(ranges[i - window + 1 : i + 1])
        out.append(0.0 if path == 0 else max(-1.0, min(1.0, math.fsum(moves) / path)))
    return out


def _directed(high: Row, low: Row, i: int) -> float:
    up, down = high[i] - high[i - 1], low[i - 1] - low[i]
    if up > down and up > 0:
        return up
    return -down if down > up and down > 0 else 0.0


def _windows(values: Row, window: int) -> list[Row]:
    return [values[i - window + 1 : i + 1] if i >= window - 1 else [] for i in range(len(values))]


def _steps(part: Row) -> list[float]:
    return [after - before for before, after in itertools.pairwise(part)]


def _mean(part: Row) -> float:
    return math.fsum(part) / len(part)


def _deviation(part: Row) -> float:
    mean = _mean(part)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in part) / len(part))
