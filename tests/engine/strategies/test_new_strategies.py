"""Breakout, pullback, squeeze and reversion on drawn markets: when they speak, and when not."""

from collections.abc import Callable

import numpy as np
import pytest

from engine.core.advice import Signal
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of
from engine.strategies.registry import STRATEGIES
from engine.strategies.view import View
from tests.engine.market.drawn import walk
from tests.engine.strategies.kit import view_at

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
Turn = Callable[[Floats], Floats]
ALL_ON = Parameters(
    donchian_breakout=True, band_reversion=True, trend_pullback=True, volatility_squeeze=True
)
BY_NAME = {strategy.name: strategy for strategy in STRATEGIES}


def bars_along(close: Floats, volume: Floats | None = None) -> Bars:
    opens = np.concatenate((close[:1], close[:-1]))
    high, low = np.maximum(opens, close) + 0.1, np.minimum(opens, close) - 0.1
    told = np.ones(close.size) if volume is None else volume
    return bars_of(3600 * np.arange(close.size), opens, high, low, close, told)


def told(name: str, bars: Bars, parameters: Parameters = ALL_ON) -> dict[int, Signal]:
    """The strategy's signals by the position of their bar."""
    found = {}
    for place in np.flatnonzero(BY_NAME[name].candidates(bars, parameters)).tolist():
        signal = BY_NAME[name].signal(view_at(bars, place + 1), parameters)
        if signal is not None:
            found[place] = signal
    return found


def mirrored(close: Floats) -> Floats:
    return 200.0 - close


def wave(bars: int, height: float = 1.0, period: float = 12.0) -> Floats:
    turns = np.arange(bars, dtype=np.float64) / period
    return np.asarray(100.0 + height * np.sin(2 * np.pi * turns), dtype=np.float64)


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"sma_5_15", "sma_10_30", "sma_20_50"}))
def test_it_is_off_until_it_is_switched_on(name: str) -> None:
    bars = walk(9, 420)
    assert told(name, bars, Parameters()) == {}
    assert name in Parameters.model_fields


@pytest.mark.parametrize(("side", "turn"), [(LONG, lambda c: c), (SHORT, mirrored)])
def test_the_first_close_beyond_the_channel_breaks_out_once(side: PositionSide, turn: Turn) -> None:
    close = np.concatenate((wave(100), [103.0, 104.0, 105.0]))
    volume = np.concatenate((np.ones(100), [5.0, 5.0, 5.0]))
    found = told("donchian_breakout", bars_along(turn(close), volume))
    assert [(place, signal.side) for place, signal in found.items()] == [(100, side)]
    assert "20 bars" in found[100].why


def test_a_breakout_on_quiet_volume_is_none() -> None:
    close = np.concatenate((wave(100), [103.0, 104.0]))
    assert told("donchian_breakout", bars_along(close)) == {}


def test_the_channel_is_of_the_bars_before_and_as_long_as_declared() -> None:
    close = np.concatenate((np.full(30, 100.0), [110.0], wave(40), [105.0]))
    volume = np.concatenate((np.ones(71), [5.0]))
    bars = bars_along(close, volume)
    assert set(told("donchian_breakout", bars)) == {71}
    longer = ALL_ON.with_value("breakout_bars", 60)
    assert told("donchian_breakout", bars, longer) == {}  # 110 is within 60 bars


@pytest.mark.parametrize(("side", "turn"), [(LONG, lambda c: c), (SHORT, mirrored)])
def test_a_return_into_the_band_is_faded_without_a_trend(side: PositionSide, turn: Turn) -> None:
    close = np.concatenate((wave(200, height=0.5), [98.0, 98.9]))
    found = told("band_reversion", bars_along(turn(close)))
    assert found[201].side is side
    assert 200 not in found  # still outside


def test_in_a_trend_no_band_is_faded() -> None:
    falling = 100.0 - 0.3 * np.arange(200)
    close = np.concatenate((falling, [falling[-1] - 2.5, falling[-1] - 1.2]))
    assert 201 not in told("band_reversion", bars_along(close))


def trending(bars: int, slope: float) -> Floats:
    """A trend with a dip every 30 bars, deep enough to cross its average."""
    place = np.arange(bars)
    dips = np.sign(slope) * 6.0 * (place % 30 >= 26)
    return np.asarray(300.0 + slope * place - dips, dtype=np.float64)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_recovered_dip_joins_the_longer_trend(sign: int) -> None:
    found = told("trend_pullback", bars_along(trending(300, 0.4 * sign)))
    assert len(found) >= 3
    assert {signal.side.sign for signal in found.values()} == {sign}
    assert all(place % 30 == 0 for place in found)
    assert all("4h trends" in signal.why for signal in found.values())


def test_a_recovery_without_a_longer_trend_is_none() -> None:
    sideways = wave(300, height=3.0, period=16.0)
    found = told("trend_pullback", bars_along(sideways))
    crossings = np.flatnonzero(BY_NAME["trend_pullback"].candidates(bars_along(sideways), ALL_ON))
    assert len(found) < 0.2 * len(crossings)


def test_a_week_has_no_longer_timeframe_to_join() -> None:
    bars = bars_along(trending(300, 0.4))
    place = min(told("trend_pullback", bars))
    weeks = View("BTC/USDT", Timeframe.W1, bars.until(place + 1))
    assert BY_NAME["trend_pullback"].signal(weeks, ALL_ON) is None
    assert weeks.higher() is None


@pytest.mark.parametrize(("side", "turn"), [(LONG, lambda c: c), (SHORT, mirrored)])
def test_the_way_out_of_a_narrow_band_is_taken(side: PositionSide, turn: Turn) -> None:
    close = np.concatenate((wave(150, height=3.0), wave(40, height=0.2), [101.0, 102.0]))
    found = told("volatility_squeeze", bars_along(turn(close)))
    assert found[190].side is side
    assert 191 not in found


def test_the_way_out_of_a_wide_band_is_no_squeeze() -> None:
    close = np.concatenate((wave(150, height=0.2), wave(60, height=3.0), [110.0]))
    assert 210 not in told("volatility_squeeze", bars_along(close))


def test_a_squeeze_is_measured_among_as_many_bars_as_declared() -> None:
    close = np.concatenate((wave(100, height=0.05), wave(80, height=1.0), wave(24, 0.2), [101.0]))
    bars = bars_along(close)
    assert 204 in told("volatility_squeeze", bars, ALL_ON.with_value("squeeze_bars", 80))
    assert 204 not in told("volatility_squeeze", bars, ALL_ON.with_value("squeeze_bars", 190))
