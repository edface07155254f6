"""The job in backtesting.py; its sweep is the same run a hundred times."""

import sys

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from benchmarks.peers.job import FEE_RATIO, STOP_RATIO, SWEEP, TARGET_RATIO, Floats, crosses, told


class Averages(Strategy):  # type: ignore[misc]
    """Long between the crosses."""

    up: Floats = np.zeros(1)  # handed in with each run
    down: Floats = np.zeros(1)

    def init(self) -> None:
        """Nothing to prepare: the crosses are handed in."""

    def next(self) -> None:
        """Acts on the last bar, at its close."""
        last = len(self.data) - 1
        if self.position and self.down[last] > 0.0:
            self.position.close()
        elif not self.position and self.up[last] > 0.0:
            price = self.data.Close[-1]
            self.buy(sl=price * (1.0 - STOP_RATIO), tp=price * (1.0 + TARGET_RATIO))


def main() -> None:
    """Prints what `benchmarks.backtest` reads."""
    bars: Floats = np.load(sys.argv[1])
    times = pd.date_range("2023-01-01", periods=bars.shape[1], freq="5min")
    frame = pd.DataFrame(bars.T, columns=["Open", "High", "Low", "Close", "Volume"], index=times)

    def run(pair: tuple[int, int]) -> int:
        up, down = crosses(bars[3], *pair)
        desk = Backtest(frame, Averages, cash=1e7, commission=FEE_RATIO, trade_on_close=True)
        return int(desk.run(up=up, down=down)["# Trades"])

    told(lambda: run((10, 30)), lambda: sum(run(pair) for pair in SWEEP))
