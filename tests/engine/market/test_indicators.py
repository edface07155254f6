"""Indicators against slow twins, and the same to the last bit from any slice."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.market import indicators
from engine.market.arrays import Floats
from engine.market.bars import Bars
from tests.engine.market import slow
from tests.engine.market.drawn import walk, walks

Fast = Callable[[Bars, int], Floats]
Slow = Callable[[Bars, int], list[float]]

# name: the indicator, its slow twin, and how many bars its first value needs with window w
INDICATORS: dict[str, tuple[Fast, Slow, int]] = {
    "sma": (
        lambda b, w: indicators.sma(b.close, w),
        lambda b, w: slow.sma(b.close.tolist(), w),
        0,
    ),
    "atr": (
        lambda b, w: indicators.atr(b.high, b.low, b.close, w),
        lambda b, w: slow.atr(b.high.tolist(), b.low.tolist(), b.close.tolist(), w),
        1,
    ),
    "deviation": (
        lambda b, w: indicators.deviation(b.close, w),
        lambda b, w: slow.deviation(b.close.tolist(), w),
        0,
    ),
    "z_score": (
        lambda b, w: indicators.z_score(b.close, w),
        lambda b, w: slow.z_score(b.close.tolist(), w),
        0,
    ),
    "band_width": (
        lambda b, w: indicators.band_width(b.close, w, 2.0),
        lambda b, w: slow.band_width(b.close.tolist(), w, 2.0),
        0,
    ),
    "momentum": (
        lambda b, w: indicators.momentum(b.close, w),
        lambda b, w: slow.momentum(b.close.tolist(), w),
        1,
    ),
    "efficiency": (
        lambda b, w: indicators.efficiency(b.close, w),
        lambda b, w: slow.efficiency(b.close.tolist(), w),
        1,
    ),
    "rsi": (
        lambda b, w: indicators.rsi(b.close, w),
        lambda b, w: slow.rsi(b.close.tolist(), w),
        1,
    ),
    "trend_strength": (
        lambda b, w: indicators.trend_strength(b.high, b.low, b.close, w),
        lambda b, w: slow.trend_strength(b.high.tolist(), b.low.tolist(), b.close.tolist(), w),
        1,
    ),
}
each = pytest.mark.parametrize("name", INDICATORS)


@each
@given(bars=walks(), window=st.integers(2, 60))
def test_every_indicator_agrees_with_its_slow_twin(name: str, bars: Bars, window: int) -> None:
    fast, twin, _ = INDICATORS[name]
    found, wanted = fast(bars, window), np.array(twin(bars, window))
    if name == "z_score":  # a width of rounding noise is no width: compare where prices moved
        moved = slow_width(bars, window) > 1e-9
        found, wanted = found[moved], wanted[moved]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def slow_width(bars: Bars, window: int) -> Floats:
    width = np.array(slow.deviation(bars.close.tolist(), window), dtype=np.float64)
    return np.nan_to_num(width, nan=0.0)


@each
@given(bars=walks(most=160), window=st.integers(2, 40))
def test_a_value_is_the_same_to_the_last_bit_from_any_slice_that_holds_its_window(
    name: str, bars: Bars, window: int
) -> None:
    fast, _, extra = INDICATORS[name]
    whole = fast(bars, window)
    needed = window + extra
    for end in range(needed, len(bars) + 1, 7):
        for start in {0, end - needed, (end - needed) // 2}:
            part = bars.until(end).tail(end - start)
            assert fast(part, window)[-1].tobytes() == whole[end - 1].tobytes()


@each
@given(bars=walks(least=30), window=st.integers(2, 20))
def test_later_bars_never_change_earlier_values(name: str, bars: Bars, window: int) -> None:
    fast = INDICATORS[name][0]
    half = len(bars) // 2
    before, after = fast(bars.until(half), window), fast(bars, window)[:half]
    assert before.tobytes() == after.tobytes()


@each
@given(bars=walks(most=90), window=st.integers(2, 40))
def test_the_warm_up_is_nan_and_nothing_after_it_is(name: str, bars: Bars, window: int) -> None:
    fast, _, extra = INDICATORS[name]
    found = fast(bars, window)
    assert found.shape == bars.close.shape
    first = window + extra - 1
    assert np.isnan(found[:first]).all()
    assert np.isfinite(found[first:]).all()


@given(bars=walks(least=60), window=st.integers(1, 50), end=st.integers(50, 60))
def test_the_lone_mean_is_the_very_number_of_the_array(bars: Bars, window: int, end: int) -> None:
    lone = indicators.sma_ending(bars.close, window, end)
    assert np.float64(lone).tobytes() == indicators.sma(bars.close, window)[end - 1].tobytes()


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=60), st.integers(1, 30))
@example([0.1] * 40, 3)
def test_a_rolling_sum_adds_from_the_oldest_to_the_newest(values: list[float], window: int) -> None:
    found = indicators.rolling_sum(np.array(values), window)
    for end in range(window, len(values) + 1):
        total = 0.0
        for value in values[end - window : end]:
            total += value
        assert found[end - 1] == total


def test_a_window_under_one_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="window of 0"):
        indicators.rolling_sum(np.ones(3), 0)


def test_drawn_values_of_a_straight_rise() -> None:
    close = np.arange(1.0, 31.0)
    assert indicators.rsi(close, 14)[-1] == 100.0
    assert indicators.efficiency(close, 10)[-1] == 1.0
    assert indicators.trend_strength(close + 0.5, close - 0.5, close, 10)[-1] > 0.6
    assert indicators.sma(close, 3)[2] == 2.0
    assert indicators.momentum(close, 1)[1] == 1.0


def test_a_market_that_does_not_move_gives_no_nan_and_no_warning() -> None:
    still = np.full(40, 5.0)
    assert indicators.rsi(still, 14)[-1] == 50.0
    assert indicators.z_score(still, 20)[-1] == 0.0
    assert indicators.efficiency(still, 20)[-1] == 0.0
    assert indicators.trend_strength(still, still, still, 14)[-1] == 0.0


def test_the_first_true_range_is_unknown_and_a_gap_counts() -> None:
    bars = walk(1, 5)
    found = indicators.true_range(
        np.array([10.0, 21.0]), np.array([9.0, 20.0]), np.array([9.5, 20.5])
    )
    assert np.isnan(found[0])
    assert found[1] == 11.5
    assert np.isnan(indicators.true_range(bars.high, bars.low, bars.close)[0])
