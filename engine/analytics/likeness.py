"""How alike the desk's markets move: correlation with each other, beta against bitcoin.

Simple returns of the last closed bars on one grid of time, pairwise complete: a bar that is
missing takes its two returns out of the pair. The bar that closes at the moment itself is left
out: of some symbols it has come by then, of others not yet. Sums go row by row and never through
BLAS: an entry hangs on them, and the desk and the backtest must find the same bits.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.market.arrays import Floats
from engine.market.bars import Bars

WINDOW_BARS = 240  # ten days of hours
LEAST_RETURNS = 48  # in common; fewer say nothing


class Likeness(NamedTuple):
    """Of one symbol with every symbol, in the feed's order; NaN where too little is known."""

    correlation_ratio: Floats  # (symbols,) Pearson's r, -1..1
    beta: Floats  # (symbols,) each symbol's covariance with bitcoin over bitcoin's variance


def likeness(
    series: Sequence[Bars], row: int, bitcoin_row: int | None, at_s: int, step_s: int
) -> Likeness:
    """How the symbol `row` moved with each of `series`, at the moment `at_s`.

    Without a bitcoin market every beta is NaN.
    """
    moves = returns_before(series, at_s, step_s)
    correlation_ratio, _ = _against(moves, moves[row])
    if bitcoin_row is None:
        return Likeness(correlation_ratio, np.full(len(series), np.nan))
    return Likeness(correlation_ratio, _against(moves, moves[bitcoin_row])[1])


def returns_before(series: Sequence[Bars], at_s: int, step_s: int) -> Floats:
    """(symbols, WINDOW_BARS) returns of the bars that closed before `at_s`; NaN where missing."""
    last_s = at_s - 2 * step_s  # the opening of the last bar that closed before
    first_s = last_s - WINDOW_BARS * step_s
    closes = np.full((len(series), WINDOW_BARS + 1), np.nan)
    for row, bars in enumerate(series):
        start = int(np.searchsorted(bars.open_at_s, first_s, side="left"))
        end = int(np.searchsorted(bars.open_at_s, last_s, side="right"))
        closes[row, (bars.open_at_s[start:end] - first_s) // step_s] = bars.close[start:end]
    moves: Floats = closes[:, 1:] / closes[:, :-1] - 1.0
    return moves


def _against(moves: Floats, one: Floats) -> tuple[Floats, Floats]:
    # r and slope of each row of `moves` on `one`, over the columns that both have
    both = np.isfinite(moves) & np.isfinite(one)
    count = np.maximum(both.sum(axis=1), 1)[:, None]
    x, y = np.where(both, one, 0.0), np.where(both, moves, 0.0)
    x = np.where(both, x - x.sum(axis=1, keepdims=True) / count, 0.0)
    y = np.where(both, y - y.sum(axis=1, keepdims=True) / count, 0.0)
    x_square, y_square = (x * x).sum(axis=1), (y * y).sum(axis=1)
    product = (x * y).sum(axis=1)
    known = (both.sum(axis=1) >= LEAST_RETURNS) & (x_square > 0.0) & (y_square > 0.0)
    scale = np.sqrt(np.where(known, x_square * y_square, 1.0))
    ratio = np.clip(product / scale, -1.0, 1.0)
    slope = product / np.where(known, x_square, 1.0)
    return np.where(known, ratio, np.nan), np.where(known, slope, np.nan)
