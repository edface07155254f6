"""What one close of everything costs: 31 symbols on 5 timeframes, taken in and judged.

Run from the repository: `.venv/bin/python -m benchmarks.market`. Medians of a loop that does what
the desk does when all bars close at once: every bar into the store, regime and proposal of every
series, breadth and correlations over all. Then the desk itself at such a moment, voters, risk gate
and orders included (benchmarks/closes.py). The goal is 100 ms.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.tables import row, table
from engine.core.market import Bar
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS, Bars, BarStore
from engine.market.breadth import pulse
from engine.market.correlation import clusters, hourly_returns, together
from engine.market.feature import Setup
from engine.market.features import FEATURES, at_close
from engine.market.patterns import patterns_at
from engine.market.talib_calls import load
from engine.strategies.propose import propose
from engine.strategies.view import view_of

SYMBOLS = tuple(f"S{number:02}/USDT:USDT" for number in range(31))
TIMEFRAMES = (Timeframe.M15, Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1)
CLOSES = 40
MONDAY_S = 345_600  # the epoch's first
EVERYTHING = Parameters(
    donchian_breakout=True,
    band_reversion=True,
    trend_pullback=True,
    volatility_squeeze=True,
    volume_filter=True,
    weekly_block=True,
    regime_playbook=True,
)


class Figure(NamedTuple):
    """One measured line."""

    name: str
    median_ms: float
    worst_ms: float


def a_walk(seed: int, timeframe: Timeframe, count: int, first_s: int = MONDAY_S) -> list[Bar]:
    """`count` bars of a random walk from `first_s` on, in seconds since the epoch."""
    chance = np.random.default_rng(seed)
    step = chance.normal(0.0, 0.004, count)
    close = 100.0 * np.exp(np.cumsum(step))
    opens = np.concatenate(([100.0], close[:-1]))
    high = np.maximum(opens, close) * (1.0 + np.abs(step) / 2)
    low = np.minimum(opens, close) * (1.0 - np.abs(step) / 2)
    volume = chance.lognormal(3.0, 1.0, count)
    starts = first_s + timeframe.seconds * np.arange(count)
    rows = zip(
        starts.tolist(), *(c.tolist() for c in (opens, high, low, close, volume)), strict=True
    )
    return [Bar(datetime.fromtimestamp(start_s, UTC), *row) for start_s, *row in rows]


def measured(name: str, calls: Sequence[Callable[[], object]]) -> Figure:
    """How long each of the calls takes; the collector of garbage runs as it does in the desk."""
    took_ms = []
    for call in calls:
        began = time.perf_counter()
        call()
        took_ms.append((time.perf_counter() - began) * 1e3)
    return Figure(name, statistics.median(took_ms), max(took_ms))


class Market:
    """A store that holds its fill of every series, and the bars that come next."""

    def __init__(self) -> None:
        self.store = BarStore()
        self._coming: dict[tuple[str, Timeframe], list[Bar]] = {}
        for number, symbol in enumerate(SYMBOLS):
            for place, timeframe in enumerate(TIMEFRAMES):
                told = a_walk(1000 * place + number, timeframe, KEEP_BARS + CLOSES)
                for bar in told[:KEEP_BARS]:
                    self.store.add(symbol, timeframe, bar)
                self._coming[symbol, timeframe] = told[KEEP_BARS:]

    def close_all(self, moment: int) -> None:
        """Takes the next bar of every series in, and judges it as the desk does."""
        for (symbol, timeframe), bars in self._coming.items():
            self.store.add(symbol, timeframe, bars[moment])
            view = view_of(self.store, symbol, timeframe)
            if view is not None:
                view.regime(EVERYTHING)
                if timeframe is TIMEFRAMES[0]:  # the one that strategies act on
                    propose(view, EVERYTHING)

    def hours(self) -> dict[str, Bars]:
        """The hourly bars of every symbol."""
        return {symbol: self.store.view(symbol, Timeframe.H1) for symbol in SYMBOLS}

    def correlate(self) -> None:
        """Correlations, betas and clusters over the week."""
        returns = hourly_returns(self.hours(), Timeframe.H1)
        clusters(together(returns, SYMBOLS, SYMBOLS[0]))


def figures() -> list[Figure]:
    """Everything this page measures."""
    load()
    market, setup = Market(), Setup(Timeframe.H1, EVERYTHING.atr_window_bars)
    closes = [partial(market.close_all, moment) for moment in range(CLOSES)]
    name = f"{len(SYMBOLS)} symbols x {len(TIMEFRAMES)} timeframes close: bars, regimes, signals"
    bars = market.store.view(SYMBOLS[0], Timeframe.H1)
    return [
        measured(name, closes),
        measured("their regimes, weeks and breadth", [lambda: pulse(market.hours(), setup)] * 40),
        measured("their correlations, clusters and betas", [market.correlate] * 40),
        measured(f"all {len(FEATURES)} features of one bar", [lambda: at_close(bars, setup)] * 200),
        measured("61 candlestick patterns of one bar", [lambda: patterns_at(bars)] * 200),
    ]


def report() -> str:
    """The table of this benchmark, as markdown."""
    rows = [
        row(figure.name, f"{figure.median_ms:,.2f} ms", f"{figure.worst_ms:,.2f} ms")
        for figure in figures()
    ]
    return table("one close of everything", "median", "worst", rows=rows)


if __name__ == "__main__":
    print(report())
