"""How symbols move together: a rolling matrix of hourly returns, clusters, and beta to one.

Returns stand on a common grid of moments, so that a symbol that misses bars is compared where
both have them. Arrays are (symbols, hours) and (symbols, symbols) float64.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.resample import resampled

WINDOW_HOURS = 168  # a week
LEAST_HOURS = 48  # fewer common returns say nothing
CLUSTER_FROM = 0.7


class Together(NamedTuple):
    """How symbols have moved with each other over the window."""

    symbols: tuple[str, ...]
    correlation: Floats  # (symbols, symbols), -1 to 1; NaN where too little is known
    beta: Floats  # (symbols,) to `beta_to`; NaN where too little is known
    beta_to: str

    def between(self, one: str, other: str) -> float:
        """The correlation of two symbols; NaN where one is not among them."""
        if one not in self.symbols or other not in self.symbols:
            return float("nan")
        return float(self.correlation[self.symbols.index(one), self.symbols.index(other)])


def hourly_returns(series: Mapping[str, Bars], timeframe: Timeframe) -> Floats:
    """(symbols, WINDOW_HOURS) changes from hour to hour, newest last; NaN where an hour is missing.

    Closed hours only, made of bars of an hour or of a part of it; longer bars give their own
    returns, one per bar. The window ends with the newest hour of all symbols.
    """
    whole = Timeframe.H1 if timeframe.seconds < Timeframe.H1.seconds else timeframe
    needed_bars = (WINDOW_HOURS + 2) * (whole.seconds // timeframe.seconds)
    hours = [resampled(bars.tail(needed_bars), timeframe, whole) for bars in series.values()]
    last_s = max((int(bars.open_at_s[-1]) for bars in hours if len(bars)), default=0)
    close = np.full((len(hours), WINDOW_HOURS + 1), np.nan)
    for row, bars in enumerate(hours):
        place = WINDOW_HOURS - (last_s - bars.open_at_s) // whole.seconds
        inside = place >= 0
        close[row, place[inside]] = bars.close[inside]
    changes: Floats = close[:, 1:] / close[:, :-1] - 1.0
    return changes


def together(returns: Floats, symbols: Sequence[str], beta_to: str) -> Together:
    """Pearson's correlations and betas of (symbols, hours) returns, each pair where both have one.

    Beta is the slope of a symbol's returns over those of `beta_to`; NaN where that is absent.
    """
    known = np.isfinite(returns)
    one, seen = np.where(known, returns, 0.0), known.astype(np.float64)
    count = seen @ seen.T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (one @ seen.T) / count  # [i, j]: of i where j is known, too
        covariance = (one @ one.T) / count - mean * mean.T
        variance = ((one * one) @ seen.T) / count - mean * mean
        scale = np.sqrt(variance * variance.T)
        enough = (count >= LEAST_HOURS) & (variance > 0.0) & (variance.T > 0.0)
        correlation = np.where(enough, np.clip(covariance / scale, -1.0, 1.0), np.nan)
        slope = np.where(enough, covariance / variance.T, np.nan)
    place = symbols.index(beta_to) if beta_to in symbols else None
    beta = np.full(len(symbols), np.nan) if place is None else slope[:, place].copy()
    return Together(tuple(symbols), correlation, beta, beta_to)


def clusters(moves: Together, from_correlation: float = CLUSTER_FROM) -> tuple[frozenset[str], ...]:
    """Groups of symbols linked by correlations of at least that; the largest first, no loners."""
    linked = moves.correlation >= from_correlation
    left = set(range(len(moves.symbols)))
    found = []
    while left:
        group, edge = set(), {left.pop()}
        while edge:
            group |= edge
            edge = {j for i in edge for j in np.flatnonzero(linked[i]).tolist()} - group
        left -= group
        if len(group) > 1:
            found.append(frozenset(moves.symbols[i] for i in group))
    return tuple(sorted(found, key=lambda group: (-len(group), sorted(group))))
