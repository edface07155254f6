"""SMA crosses: drawn moves, one signal each."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of
from engine.strategies.registry import STRATEGIES
from engine.strategies.sma_cross import MOVE_BARS, PAIRS, WARMUP_BARS, crosses, sides
from tests.engine.market.drawn import walk
from tests.engine.strategies.kit import view_at

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
PARAMETERS = Parameters()


def bars_along(close: Floats) -> Bars:
    """Bars with these closes and a little range."""
    opens = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opens, close) * 1.001, np.minimum(opens, close) * 0.999
    return bars_of(3600 * np.arange(close.size), opens, high, low, close, np.ones(close.size))


def path(*legs: tuple[int, float]) -> Floats:
    """Closes along straight legs of (bars, change per bar as a ratio), from 100."""
    steps = np.concatenate([np.full(bars, change) for bars, change in legs])
    return np.asarray(100.0 * np.cumprod(1.0 + steps), dtype=np.float64)


def told(close: Floats, parameters: Parameters = PARAMETERS) -> list[tuple[PositionSide, str]]:
    """(side, strategy) of every signal along the path, in order."""
    bars = bars_along(close)
    found = []
    for end in range(1, len(bars) + 1):
        signals = (strategy.signal(view_at(bars, end), parameters) for strategy in STRATEGIES)
        found += [(signal.side, signal.strategy) for signal in signals if signal is not None]
    return found


def test_a_turn_is_one_signal_though_all_three_pairs_cross_one_after_the_other() -> None:
    close = path((130, -0.004), (80, +0.004))
    assert told(close) == [(LONG, "sma_5_15")]
    crossed = [crosses(sides(close, pair, close.size))[131:].tolist() for pair in PAIRS]
    assert [row.count(1) for row in crossed] == [1, 1, 1]


def test_each_turn_is_a_move_of_its_own() -> None:
    close = path((130, -0.004), (80, +0.004), (80, -0.004), (80, +0.004))
    assert [side for side, _ in told(close)] == [LONG, SHORT, LONG]


def test_a_slow_pair_signals_where_the_faster_ones_are_switched_off() -> None:
    close = path((130, -0.004), (80, +0.004))
    only_slow = Parameters(sma_5_15=False, sma_10_30=False)
    assert told(close, only_slow) == [(LONG, "sma_20_50")]
    assert told(close, Parameters(sma_5_15=False)) == [(LONG, "sma_10_30")]
    assert told(close, Parameters(sma_5_15=False, sma_10_30=False, sma_20_50=False)) == []


def test_pairs_that_cross_on_one_bar_agree() -> None:
    close = path((140, -0.001), (1, +0.8), (20, 0.0))
    assert sorted(told(close)) == [(LONG, "sma_10_30"), (LONG, "sma_20_50"), (LONG, "sma_5_15")]


def test_touching_and_turning_back_is_no_cross() -> None:
    assert crosses(np.array([1, 1, 0, 1, 0, 0, 1])).tolist() == [0] * 7
    assert crosses(np.array([1, 0, 0, -1, -1, 0, 1])).tolist() == [0, 0, 0, -1, 0, 0, 1]


def test_from_a_dead_flat_market_the_first_move_is_a_cross() -> None:
    close = path((130, 0.0), (10, +0.002))
    assert [side for side, _ in told(close)] == [LONG] * len(PAIRS)


def test_a_market_that_does_not_move_has_no_signal() -> None:
    assert told(path((200, 0.0))) == []


def test_the_stop_stands_its_atr_multiple_behind_the_close() -> None:
    close = path((130, -0.004), (80, +0.004))
    bars = bars_along(close)
    for end in range(WARMUP_BARS, len(bars) + 1):
        view = view_at(bars, end)
        signal = STRATEGIES[0].signal(view, PARAMETERS)
        if signal is not None:
            distance = 2.0 * view.feature("atr_price", PARAMETERS)
            assert signal.stop_price == view.close_price - distance
            assert signal.why == "SMA 5 crossed above SMA 15"
            return
    pytest.fail("no signal on the way")


def test_a_cross_whose_stop_would_be_below_zero_is_no_signal() -> None:
    close = path((140, -0.001), (1, +5.0), (3, 0.0))
    assert told(close)
    assert told(close, Parameters(stop_atr=20.0)) == []


@given(st.integers(0, 10_000))
def test_between_two_signals_of_one_side_some_pair_crossed_the_other_way(seed: int) -> None:
    close = walk(seed, 320).close
    found = told_at(close)
    for (end, side), (later_end, later_side) in itertools.pairwise(found):
        if side is not later_side or later_end == end or later_end - end > MOVE_BARS:
            continue
        between = [
            crosses(sides(close, pair, close.size))[end - 1 : later_end - 1] for pair in PAIRS
        ]
        assert (np.array(between) == -side.sign).any()


def told_at(close: Floats) -> list[tuple[int, PositionSide]]:
    """(bars closed, side) of every signal along the path."""
    bars = bars_along(close)
    found = []
    ends = {
        int(place) + 1
        for strategy in STRATEGIES
        for place in np.flatnonzero(strategy.candidates(bars, PARAMETERS))
    }
    for end in sorted(ends):
        for strategy in STRATEGIES:
            signal = strategy.signal(view_at(bars, end), PARAMETERS)
            if signal is not None:
                found.append((end, signal.side))
    return found
