"""Candlesticks: the family is whole, some of it against plain definitions, some of it drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.timeframes import Timeframe
from engine.market.bars import Bars, bars_of
from engine.market.feature import Setup
from engine.market.features import FEATURES, last_value
from engine.market.patterns import PATTERN_BARS, PATTERNS, patterns_at
from engine.market.talib_calls import load
from tests.engine.market.drawn import walk

Candle = tuple[float, float, float, float]  # open, high, low, close


def drawn(*last: Candle) -> Bars:
    """A long row of ordinary candles, and then these."""
    usual: list[Candle] = []
    for i in range(PATTERN_BARS + 5):
        way = 1.0 if i % 2 else -1.0
        usual.append((100.0, 101.2, 98.8, 100.0 + way))
    rows = np.array([*usual, *last])
    opens, high, low, close = rows.T
    return bars_of(3600 * np.arange(len(rows)), opens, high, low, close, np.ones(len(rows)))


def names(bars: Bars) -> dict[str, int]:
    return {seen.name: seen.strength for seen in patterns_at(bars)}


def test_the_family_is_all_of_talibs() -> None:
    groups = load().get_function_groups()["Pattern Recognition"]
    assert {f"CDL{name.upper()}" for name in PATTERNS} == set(groups)
    assert len(PATTERNS) == len(set(PATTERNS)) == 61


def test_the_tail_is_long_enough_for_every_pattern() -> None:
    # TA-Lib says 0 in a warm-up: what it finds must not change once the tail is long enough
    bars = walk(5, 400)
    for end in range(60, 400, 7):
        seen = bars.until(end)
        candles = [seen.tail(60).open, seen.tail(60).high, seen.tail(60).low, seen.tail(60).close]
        longer = {
            name: int(getattr(load(), f"CDL{name.upper()}")(*candles)[-1]) for name in PATTERNS
        }
        assert names(seen) == {name: found for name, found in longer.items() if found}


@pytest.mark.parametrize(
    ("candles", "name", "strength"),
    [
        ([(101.0, 101.2, 98.9, 99.0), (98.9, 102.0, 98.8, 101.5)], "engulfing", 100),
        ([(99.0, 101.2, 98.9, 101.0), (101.5, 101.6, 98.0, 98.5)], "engulfing", -100),
        ([(100.0, 101.2, 98.8, 100.0)], "doji", 100),
        ([(100.0, 100.0, 96.0, 100.0)], "dragonflydoji", 100),
        ([(98.0, 102.0, 98.0, 102.0)], "marubozu", 100),
        ([(102.0, 102.0, 98.0, 98.0)], "marubozu", -100),
    ],
)
def test_drawn_candles_are_seen(candles: list[Candle], name: str, strength: int) -> None:
    assert names(drawn(*candles))[name] == strength


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_engulfing_and_doji_agree_with_their_plain_definitions(seed: int) -> None:
    bars = walk(seed, PATTERN_BARS + 3)
    found = names(bars)
    o, c = bars.open.tolist(), bars.close.tolist()
    wraps = (o[-1] <= c[-2] and c[-1] > o[-2]) or (o[-1] < c[-2] and c[-1] >= o[-2])
    rise = c[-1] >= o[-1] and c[-2] < o[-2] and wraps
    wraps = (o[-1] >= c[-2] and c[-1] < o[-2]) or (o[-1] > c[-2] and c[-1] <= o[-2])
    fall = c[-1] < o[-1] and c[-2] >= o[-2] and wraps
    assert np.sign(found.get("engulfing", 0)) == int(rise) - int(fall)
    usual = float(np.mean((bars.high - bars.low)[-11:-1]))
    assert ("doji" in found) == (abs(c[-1] - o[-1]) <= 0.1 * usual)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_seen_does_not_depend_on_the_history_before_the_tail(seed: int) -> None:
    bars = walk(seed, 120)
    assert patterns_at(bars) == patterns_at(bars.tail(PATTERN_BARS))


def test_too_few_bars_show_nothing() -> None:
    assert patterns_at(walk(1, PATTERN_BARS - 1)) == ()


def test_the_lean_counts_rises_less_falls() -> None:
    bars = drawn((98.0, 102.0, 98.0, 102.0))
    strengths = names(bars).values()
    wanted = sum(1 if strength > 0 else -1 for strength in strengths)
    assert wanted
    assert last_value(FEATURES["pattern_lean"], bars, Setup(Timeframe.H1, 14)) == wanted
