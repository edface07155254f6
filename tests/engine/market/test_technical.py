"""TA-Lib's rows against slow twins on the same tail, and the import that waits for a question."""

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.timeframes import Timeframe
from engine.market import indicators
from engine.market.bars import Bars
from engine.market.feature import Setup
from engine.market.features import FEATURES, last_value
from engine.market.talib_calls import TAIL_BARS
from engine.market.technical import TECHNICAL
from tests.engine.market import slow
from tests.engine.market import slow_technical as twin
from tests.engine.market.drawn import walk, walks
from tests.house.tree import REPO

SETUP = Setup(Timeframe.H1, 14)
Reading = Callable[[list[float], list[float], list[float], list[float]], float]  # h, l, c, volume


def in_atr(part: Reading) -> Reading:
    """A twin's price in ATR, 0 where nothing moved."""

    def read(h: list[float], x: list[float], c: list[float], v: list[float]) -> float:
        unit = twin.atr(h, x, c, 14)
        return part(h, x, c, v) / unit if unit else 0.0

    return read


def histogram(h: list[float], x: list[float], c: list[float], v: list[float]) -> float:
    lines = twin.macd(c, 12, 26)
    return lines[-1] - twin.ema_along(lines, 9)[-1]


def band_position(h: list[float], x: list[float], c: list[float], v: list[float]) -> float:
    width, mean = slow.deviation(c, 20)[-1], slow.sma(c, 20)[-1]
    return 0.5 if width == 0.0 else (c[-1] - mean + 2 * width) / (4 * width)


def keltner_position(h: list[float], x: list[float], c: list[float], v: list[float]) -> float:
    middle, reach = twin.ema_along(c, 20)[-1], 2.0 * twin.atr(h, x, c, 14)
    return (c[-1] - (middle - reach)) / (2.0 * reach) if reach else 0.5


def direction(h: list[float], x: list[float], c: list[float], v: list[float]) -> float:
    plus, minus = twin.directions(h, x, c, 14)[-1]
    return plus - minus


TWINS: dict[str, Reading] = {
    "ema_gap_atr": in_atr(lambda h, x, c, v: twin.macd(c, 12, 26)[-1]),
    "macd_atr": in_atr(histogram),
    "ema_distance_atr": in_atr(lambda h, x, c, v: c[-1] - twin.ema_along(c, 20)[-1]),
    "slope_atr": in_atr(lambda h, x, c, v: twin.slope(c, 20)),
    "adx": lambda h, x, c, v: twin.adx(h, x, c, 14),
    "di_gap": direction,
    "aroon": lambda h, x, c, v: twin.aroon(h, x, 25),
    "rsi_wilder": lambda h, x, c, v: twin.rsi(c, 14),
    "stoch_k": lambda h, x, c, v: twin.stochastic(h, x, c, 14, 3)[0],
    "stoch_d": lambda h, x, c, v: twin.stochastic(h, x, c, 14, 3)[1],
    "cci": lambda h, x, c, v: twin.cci(h, x, c, 20),
    "williams": lambda h, x, c, v: twin.williams(h, x, c, 14),
    "cmo": lambda h, x, c, v: twin.cmo(c, 14),
    "mfi": lambda h, x, c, v: twin.money_flow(h, x, c, v, 14),
    "obv_z": lambda h, x, c, v: slow.z_score(twin.balance_along(c, v), 20)[-1],
    "atr_wilder_price": lambda h, x, c, v: twin.atr(h, x, c, 14),
    "band_position_ratio": band_position,
    "keltner_position_ratio": keltner_position,
}


def test_every_row_of_talib_has_a_twin() -> None:
    # patterns have tests of their own
    assert {n for n, row in TECHNICAL.items() if row.on_tail} - {"pattern_lean"} == set(TWINS)


@pytest.mark.parametrize("name", TWINS)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), still_ratio=st.sampled_from([0.0, 0.0, 0.3]))
def test_every_row_agrees_with_its_slow_twin(name: str, seed: int, still_ratio: float) -> None:
    bars = walk(seed, TAIL_BARS + 7, flat_ratio=still_ratio)
    tail = bars.tail(TAIL_BARS)
    columns = (tail.high, tail.low, tail.close, tail.volume_base)
    wanted = TWINS[name](*(column.tolist() for column in columns))
    assert last_value(FEATURES[name], bars, SETUP) == pytest.approx(wanted, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", TWINS)
def test_a_market_that_stands_still_gives_no_nan(name: str) -> None:
    bars = walk(3, TAIL_BARS, flat_ratio=1.0)
    columns = (bars.high, bars.low, bars.close, bars.volume_base)
    wanted = TWINS[name](*(column.tolist() for column in columns))
    found = last_value(FEATURES[name], bars, SETUP)
    assert math.isfinite(found)
    if name != "obv_z":  # a constant balance: its sums differ by rounding
        assert found == pytest.approx(wanted, abs=1e-9)


@given(bars=walks(least=3, most=90), window=st.integers(1, 40))
def test_extremes_are_those_of_each_window(bars: Bars, window: int) -> None:
    top, bottom = indicators.highest(bars.high, window), indicators.lowest(bars.low, window)
    assert np.isnan(top[: window - 1]).all()
    for end in range(window, len(bars) + 1):
        assert top[end - 1] == max(bars.high[end - window : end].tolist())
        assert bottom[end - 1] == min(bars.low[end - window : end].tolist())


@given(
    values=st.lists(st.integers(0, 5).map(float), min_size=1, max_size=60),
    window=st.integers(1, 20),
)
def test_a_rank_counts_what_is_smaller_and_half_of_what_is_equal(
    values: list[float], window: int
) -> None:
    found = indicators.rank(np.array(values), window)
    assert np.isnan(found[:window]).all()
    for place in range(window, len(values)):
        before = values[place - window : place]
        below = sum(1.0 if v < values[place] else 0.5 if v == values[place] else 0 for v in before)
        assert found[place] == below / window


def test_a_volume_weighted_price_follows_where_the_volume_was() -> None:
    price, volume = np.array([10.0, 20.0, 30.0]), np.array([1.0, 3.0, 0.0])
    found = indicators.vwap(price, price, price, volume, 2)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [17.5, 20.0]
    nothing = indicators.vwap(price, price, price, np.zeros(3), 2)
    assert nothing[1:].tolist() == [20.0, 30.0]


def test_the_channel_position_is_one_at_the_high_and_a_half_in_a_flat_market() -> None:
    rising = np.arange(1.0, 31.0)
    bars = walk(1, 30)
    steady = Bars(bars.open_at_s, rising, rising, rising, rising, bars.volume_base)
    assert last_value(FEATURES["channel_position_ratio"], steady, SETUP) == 1.0
    flat = np.full(30, 5.0)
    still = Bars(bars.open_at_s, flat, flat, flat, flat, bars.volume_base)
    assert last_value(FEATURES["channel_position_ratio"], still, SETUP) == 0.5


def test_the_market_room_does_not_import_talib_until_it_is_asked() -> None:
    script = (
        "import sys, engine.strategies.propose, engine.market.correlation, engine.market.breadth\n"
        "assert 'talib' not in sys.modules and 'polars' not in sys.modules\n"
        "from engine.market.talib_calls import load\n"
        "assert load() is sys.modules['talib']\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=REPO)
