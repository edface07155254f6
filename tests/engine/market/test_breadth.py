"""The weekly trend, and how much of the market takes part."""

import numpy as np
import pytest

from engine.core.kinds import Regime
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import EMPTY, KEEP_BARS, Bars, bars_of
from engine.market.breadth import Breadth, breadth, pulse
from engine.market.feature import Setup
from engine.market.weekly import weekly_trend
from tests.engine.market.drawn import walk

SETUP = Setup(Timeframe.H1, 14)


def along(close: Floats, timeframe: Timeframe = Timeframe.H1) -> Bars:
    """Bars with these closes, from the epoch on."""
    starts = timeframe.seconds * np.arange(close.size)
    return bars_of(starts, close, close * 1.001, close * 0.999, close, np.ones(close.size))


def days(*close: float) -> Bars:
    """Hourly bars that stay a day at each of these prices."""
    return along(np.repeat(np.array(close), 24))


@pytest.mark.parametrize(
    ("close", "trend"),
    [
        ([100.0] * 7 + [110.0] * 6 + [112.0], 1),
        ([100.0] * 7 + [90.0] * 6 + [88.0], -1),
        ([100.0] * 7 + [110.0] * 6 + [101.0], 0),  # the last day has fallen under its week
        ([100.0] * 7 + [90.0] * 6 + [99.0], 0),
        ([100.0] * 14, 0),
        ([90.0] + [100.0] * 7 + [90.0] * 6 + [88.0], -1),  # what lies before two weeks is nothing
        ([100.0] * 6 + [110.0] * 7, 0),  # 13 days say nothing
    ],
)
def test_the_week_by_its_drawn_cases(close: list[float], trend: int) -> None:
    assert weekly_trend(days(*close), Timeframe.H1) == trend


def test_a_day_that_has_not_closed_does_not_count() -> None:
    falling = [100.0] * 7 + [90.0] * 6 + [88.0]
    bars = days(*falling, 500.0)
    for hours in range(1, 24):
        assert weekly_trend(bars.until(14 * 24 + hours), Timeframe.H1) == -1


@pytest.mark.parametrize(
    ("timeframe", "trend"),
    [
        (Timeframe.M15, 1),
        (Timeframe.M30, 1),
        (Timeframe.H4, 1),
        (Timeframe.D1, 1),
        (Timeframe.M5, 0),  # the store does not hold two weeks of these
        (Timeframe.W1, 0),
    ],
)
def test_a_steady_rise_is_seen_where_the_store_holds_two_weeks(
    timeframe: Timeframe, trend: int
) -> None:
    rising = np.exp(0.001 * np.arange(2 * KEEP_BARS))
    assert weekly_trend(along(rising, timeframe).tail(KEEP_BARS), timeframe) == trend


def test_breadth_is_over_the_symbols_that_can_be_measured() -> None:
    up, down = days(*range(100, 110)), days(*range(110, 100, -1))
    series = {"a": up, "b": up, "c": down, "d": walk(1, 30), "e": EMPTY, "f": up, "g": up}
    regimes = dict.fromkeys(series, Regime.TREND_UP)
    regimes |= {"c": Regime.TREND_DOWN, "f": Regime.UNDEFINED, "g": Regime.VOLATILE}
    assert breadth(series, regimes) == Breadth(4, 0.75, 0.5, 0.25, 0.25)


def test_nothing_measured_is_no_breadth() -> None:
    assert breadth({}, {}) == Breadth(0, 0.0, 0.0, 0.0, 0.0)


def test_a_pulse_has_every_symbol() -> None:
    rising = along(100.0 * np.exp(0.002 * np.arange(400)))
    found = pulse({"up": rising, "short": walk(2, 20)}, SETUP)
    assert found.regimes == {"up": Regime.TREND_UP, "short": Regime.UNDEFINED}
    assert found.weekly == {"up": 1, "short": 0}
    assert found.breadth.measured_count == 1
    assert found.breadth.above_average_ratio == 1.0
