"""What may be wrong with the last bar that has come, judged by the bars before it."""

import numpy as np

from engine.market.arrays import Floats

SPIKE_RATIO = 0.02  # of the close: smaller ranges are no spike whatever came before
SPIKE_TIMES = 12.0  # the median true range of the bars before
SPIKE_BARS = 50
CAME_BACK_RATIO = 0.25  # of the spike's range: so near to the close before it ended
DRY_BARS = 20


def is_spike(high: Floats, low: Floats, close: Floats) -> bool:
    """Whether the last bar shot out of all proportion and came back: a bad print, or a wick.

    A jump that stays is a move of the market and no spike. False in the first SPIKE_BARS.
    """
    if close.size < SPIKE_BARS + 2:
        return False
    before, last = float(close[-2]), float(close[-1])
    range_price = max(float(high[-1]), before) - min(float(low[-1]), before)
    came_back = abs(last - before) <= CAME_BACK_RATIO * range_price
    if range_price < SPIKE_RATIO * last or not came_back:
        return False
    part = slice(-1 - SPIKE_BARS, -1)
    ago = close[-2 - SPIKE_BARS : -2]
    ranges = np.maximum(high[part], ago) - np.minimum(low[part], ago)
    return range_price >= SPIKE_TIMES * float(np.median(ranges))


def is_dry(volume_base: Floats) -> bool:
    """Whether nothing was traded in the last bar, though something was in the bars before.

    A feed that never tells volumes is not dry: its volumes say nothing.
    """
    if float(volume_base[-1]) != 0.0:
        return False
    return bool((volume_base[-1 - DRY_BARS : -1] > 0.0).any())
