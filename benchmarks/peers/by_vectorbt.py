"""The job in vectorbt, its sweep as one call over columns."""

import sys

import numpy as np
import vectorbt as vbt

from benchmarks.peers.job import FEE_RATIO, STOP_RATIO, SWEEP, TARGET_RATIO, Floats, crosses, told


def main() -> None:
    """Prints what `benchmarks.backtest` reads."""
    bars: Floats = np.load(sys.argv[1])

    def run(pairs: tuple[tuple[int, int], ...]) -> int:
        signals = [crosses(bars[3], *pair) for pair in pairs]
        close = np.column_stack([bars[3]] * len(pairs))
        opens, high, low = (np.column_stack([bars[row]] * len(pairs)) for row in range(3))
        portfolio = vbt.Portfolio.from_signals(
            close,
            np.column_stack([up > 0.0 for up, _ in signals]),
            np.column_stack([down > 0.0 for _, down in signals]),
            open=opens,
            high=high,
            low=low,
            sl_stop=STOP_RATIO,
            tp_stop=TARGET_RATIO,
            fees=FEE_RATIO,
            init_cash=10_000.0,
            freq="5min",
        )
        return int(np.sum(portfolio.trades.closed.count()))

    told(lambda: run(((10, 30),)), lambda: run(SWEEP))
