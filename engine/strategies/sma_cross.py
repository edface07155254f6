"""Crosses of two simple moving averages: three pairs, one strategy each, one signal per move.

A pair crosses up on the bar that finds its fast average above its slow one after it was last
below (or at no time on either side); mirrored for down. To touch and turn back is no cross.

**One move.** Pairs follow each other: a rise lets 5/15 cross first, 10/30 some bars later, then
20/50. All of that is one move and one signal. A cross is a signal only if the latest earlier
cross, by any of the pairs in use and within the last MOVE_BARS bars, went the other way or does
not exist. Pairs that cross on the same bar in the same direction agree: each signals, and the
desk merges them into one proposal.

Everything is decided from the last WARMUP_BARS bars alone.
"""

from typing import NamedTuple

import numpy as np

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags, Floats, Ints
from engine.market.bars import Bars
from engine.market.indicators import sma, sma_ending
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

VERSION = "1"


class Pair(NamedTuple):
    """One row: the parameter that switches it on, and its two averages."""

    name: str
    fast_bars: int
    slow_bars: int

    def enabled(self, parameters: Parameters) -> bool:
        return bool(getattr(parameters, self.name))


PAIRS = (
    Pair("sma_5_15", 5, 15),
    Pair("sma_10_30", 10, 30),
    Pair("sma_20_50", 20, 50),
)
SLOWEST_BARS = max(pair.slow_bars for pair in PAIRS)
MOVE_BARS = SLOWEST_BARS  # by then the slowest pair has followed, or the move is another one
WARMUP_BARS = SLOWEST_BARS + MOVE_BARS + 1


def sides(close: Floats, pair: Pair, bars: int) -> Ints:
    """+1 where the fast average is above the slow one, -1 below, 0 where equal or warming up.

    close: (n,) float64, oldest first, n >= bars. Returns (bars,), of the last so many bars.
    """
    fast = sma(close[-(bars + pair.fast_bars - 1) :], pair.fast_bars)[-bars:]
    slow = sma(close[-(bars + pair.slow_bars - 1) :], pair.slow_bars)[-bars:]
    gap = fast - slow
    return (gap > 0.0).astype(np.int64) - (gap < 0.0).astype(np.int64)


def crosses(side: Ints) -> Ints:
    """+1 on bars that crossed up, -1 on those that crossed down; the first bar never does."""
    found = np.zeros_like(side)
    last = 0
    for index, now in enumerate(side.tolist()):
        if index and now and now != last:
            found[index] = now
        last = now or last
    return found


def _decide(pair: Pair, view: View, parameters: Parameters) -> Idea | None:
    close = view.bars.close
    now = _side_ending(close, pair, close.size)
    if now in {0, _side_ending(close, pair, close.size - 1)}:
        return None  # most bars end here
    own = crosses(_recent(close, pair))
    direction = int(own[-1])
    if direction == 0 or _already_moving(close, pair, own, parameters):
        return None
    side = PositionSide.LONG if direction > 0 else PositionSide.SHORT
    stop_price = atr_stop(view, side, parameters)
    if stop_price is None:
        return None
    word = "above" if direction > 0 else "below"
    why = f"SMA {pair.fast_bars} crossed {word} SMA {pair.slow_bars}"
    return Idea(side, why, stop_price)


def _side_ending(close: Floats, pair: Pair, end: int) -> int:
    # what `sides` has at end - 1
    fast = sma_ending(close, pair.fast_bars, end)
    slow = sma_ending(close, pair.slow_bars, end)
    return int(fast - slow > 0.0) - int(fast - slow < 0.0)


def _recent(close: Floats, pair: Pair) -> Ints:
    # MOVE_BARS, the last bar, and the one before them: it says where the pair stood
    return sides(close, pair, MOVE_BARS + 2)


def _already_moving(close: Floats, pair: Pair, own: Ints, parameters: Parameters) -> bool:
    # whether the latest cross before the last bar went the same way, and none the other
    direction = int(own[-1])
    others = (row for row in PAIRS if row is not pair and row.enabled(parameters))
    table = np.array([own[:-1], *(crosses(_recent(close, row))[:-1] for row in others)])
    bars_with_cross = np.flatnonzero(table.any(axis=0))
    if bars_with_cross.size == 0:
        return False
    latest = table[:, bars_with_cross[-1]]
    return bool((latest == direction).any() and not (latest == -direction).any())


def _candidates(pair: Pair, bars: Bars, parameters: Parameters) -> Flags:
    # crosses that no move explains; where an average stands exactly on the other at the window's
    # beginning, what `crosses` makes of the window is left to it
    count = len(bars)
    in_use = [row for row in PAIRS if row.enabled(parameters)]
    side = {row: sides(bars.close, row, count) for row in (*in_use, pair)}
    crossed = {row: _crosses_along(side[row]) for row in in_use}
    up, down = (np.zeros(count, dtype=np.bool_) for _ in range(2))
    for found in crossed.values():
        up |= found > 0
        down |= found < 0
    last = np.full(count, -MOVE_BARS - 1, dtype=np.int64)  # the latest cross before each bar
    marks = np.where(up | down, np.arange(count), -MOVE_BARS - 1)
    last[1:] = np.maximum.accumulate(marks)[:-1]
    is_near = np.arange(count) - last <= MOVE_BARS
    place = np.maximum(last, 0)
    rises, falls = up[place] & ~down[place], down[place] & ~up[place]
    moving = is_near & np.where(side[pair] > 0, rises, falls)
    changed = np.zeros(count, dtype=np.bool_)
    changed[1:] = (side[pair][1:] != 0) & (side[pair][1:] != side[pair][:-1])
    unclear = np.ones(count, dtype=np.bool_)
    window = MOVE_BARS + 1
    unclear[window:] = np.logical_or.reduce([side[row][:-window] == 0 for row in in_use])
    flags: Flags = changed & (~moving | unclear)
    return flags


def _crosses_along(side: Ints) -> Ints:
    # as `crosses`, over a whole history at once
    places = np.maximum.accumulate(np.where(side != 0, np.arange(side.size), 0))
    before = np.concatenate(([0], side[places][:-1]))
    found = np.where((side != 0) & (side != before), side, 0)
    found[:1] = 0
    return found


def _strategy(pair: Pair) -> Strategy:
    def decide(view: View, parameters: Parameters) -> Idea | None:
        return _decide(pair, view, parameters)

    def candidates(bars: Bars, parameters: Parameters) -> Flags:
        return _candidates(pair, bars, parameters)

    return Strategy(pair.name, VERSION, pair.enabled, _warmup_bars, decide, candidates)


def _warmup_bars(parameters: Parameters) -> int:
    return max(WARMUP_BARS, parameters.atr_window_bars + 1)


STRATEGIES = tuple(_strategy(pair) for pair in PAIRS)
