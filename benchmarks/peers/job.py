"""The one job that all of them do, and how each tells what it took. Needs numpy alone.

Long on the bar whose 10 bar average crosses above that of 30, at its close; out at +2 %, at -1 %
(the stop first where a bar holds both), or at the close of the cross below; 0.1 % fee each way.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

FAST_BARS, SLOW_BARS = 10, 30
TARGET_RATIO, STOP_RATIO, FEE_RATIO = 0.02, 0.01, 0.001
SWEEP = tuple((fast, slow) for fast in range(5, 25, 2) for slow in range(30, 80, 5))  # 10 x 10
ROUNDS = 5
SLOW_S = 3.0  # so slow a run is not repeated often


def average(values: Floats, bars: int) -> Floats:
    """(n,) the mean of the last `bars` values; NaN in the warm-up."""
    total = np.cumsum(np.concatenate(([0.0], values)))
    out = np.full(values.size, np.nan)
    out[bars - 1 :] = (total[bars:] - total[:-bars]) / bars
    return out


def crosses(close: Floats, fast_bars: int, slow_bars: int) -> tuple[Floats, Floats]:
    """(n,) 1 where the fast average crossed above the slow one, and where below; 0 elsewhere."""
    gap = average(close, fast_bars) - average(close, slow_bars)
    up, down = np.zeros(close.size), np.zeros(close.size)
    up[1:] = (gap[1:] > 0.0) & (gap[:-1] <= 0.0)
    down[1:] = (gap[1:] < 0.0) & (gap[:-1] >= 0.0)
    return up, down


def told(run: Callable[[], int], sweep: Callable[[], int]) -> None:
    """Prints trades, the first run, the best of some more, and the sweep, as JSON."""
    first_s, trades = _timed(run)
    again = [_timed(run)[0]]  # the first compiles, where something is compiled
    again += [_timed(run)[0] for _ in range(ROUNDS - 1 if again[0] < SLOW_S else 0)]
    sweep_s = _timed(sweep)[0]
    best_s = min([first_s, *again])
    said = {"trades": trades, "first_s": first_s, "run_s": best_s, "sweep_s": sweep_s}
    json.dump(said | {"again_s": sum(again)}, sys.stdout)


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    began_s = time.perf_counter()
    found = work()
    return time.perf_counter() - began_s, found
