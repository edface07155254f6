"""Longer bars made of shorter closed ones, and which length belongs above which."""

import numpy as np

from engine.core.timeframes import Timeframe
from engine.market.bars import EMPTY, Bars, bars_of

WEEK_ANCHOR_S = 345_600  # 1970-01-05 was a Monday

# the timeframe in whose trend a strategy looks, at most MOST_BARS as long
HIGHER: dict[Timeframe, Timeframe] = {
    Timeframe.M1: Timeframe.M5,
    Timeframe.M3: Timeframe.M15,
    Timeframe.M5: Timeframe.M30,
    Timeframe.M15: Timeframe.H1,
    Timeframe.M30: Timeframe.H2,
    Timeframe.H1: Timeframe.H4,
    Timeframe.H2: Timeframe.H12,
    Timeframe.H4: Timeframe.D1,
    Timeframe.H6: Timeframe.D1,
    Timeframe.H12: Timeframe.D1,
    Timeframe.D1: Timeframe.W1,
}  # nothing is above a week
MOST_BARS = 7


def resampled(bars: Bars, source: Timeframe, target: Timeframe) -> Bars:
    """The bars of `target` that have closed, summed up from closed bars of `source`.

    A first or last one whose time the bars do not cover is left out: nothing looks ahead, and
    nothing half begun is shown. An outage inside a bar leaves it with what was traded. Raises
    ValueError where `source` does not divide `target`.
    """
    length_s = target.seconds
    if length_s % source.seconds:
        raise ValueError(f"{source} bars do not add up to {target} bars")
    if not len(bars):
        return EMPTY
    anchor_s = WEEK_ANCHOR_S if target is Timeframe.W1 else 0
    first_s, end_s = int(bars.open_at_s[0]), int(bars.open_at_s[-1]) + source.seconds
    start_s = anchor_s - (anchor_s - first_s) // length_s * length_s
    full_s = start_s + (end_s - start_s) // length_s * length_s
    first, last = np.searchsorted(bars.open_at_s, (start_s, full_s)).tolist()
    if first >= last:
        return EMPTY
    bucket = (bars.open_at_s[first:last] - start_s) // length_s
    firsts = np.flatnonzero(np.diff(bucket, prepend=-1))
    lasts = np.append(firsts[1:], last - first) - 1
    return bars_of(
        start_s + bucket[firsts] * length_s,
        bars.open[first:last][firsts],
        np.maximum.reduceat(bars.high[first:last], firsts),
        np.minimum.reduceat(bars.low[first:last], firsts),
        bars.close[first:last][lasts],
        np.add.reduceat(bars.volume_base[first:last], firsts),
    )
