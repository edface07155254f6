"""No shipped strategy knows later bars or depends on where history began; cheats are named."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Flags
from engine.market.bars import Bars
from engine.research.baselines import random_entries
from engine.research.bias import (
    Subject,
    decisions,
    look_ahead,
    recursion,
    redrawn,
    scrambled,
)
from engine.strategies.contract import Idea, Strategy
from engine.strategies.registry import STRATEGIES
from engine.strategies.view import View
from tests.engine.research.drawn_bars import drawn_bars

ALL_ON = Parameters(
    donchian_breakout=True, band_reversion=True, trend_pullback=True, volatility_squeeze=True
)
SUBJECT = Subject("BTC/USDT:USDT", Timeframe.H1, drawn_bars(5, 1500, price=40_000.0), ALL_ON)
every_row = pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda row: row.name)


@every_row
def test_a_scrambled_future_changes_no_decision(strategy: Strategy) -> None:
    found = look_ahead(strategy, SUBJECT, np.random.default_rng(1), cuts=4)
    assert found.changed == 0, found.sentence()
    assert found.compared > 0
    assert found.sentence().startswith(f"{strategy.name}: no look-ahead")


@every_row
def test_another_beginning_changes_no_decision(strategy: Strategy) -> None:
    found = recursion(strategy, SUBJECT, starts=(1, 17, 250))
    assert found.changed == 0, found.sentence()
    assert found.compared > 0


def test_a_strategy_whose_candidates_know_the_next_bar_is_caught_by_name() -> None:
    def winners(bars: Bars, _: Parameters) -> Flags:
        found = np.zeros(len(bars), dtype=np.bool_)
        found[:-1] = bars.close[1:] > bars.close[:-1] * 1.004  # the planted look ahead
        return found

    cheat = Strategy("clairvoyant", "1", lambda _: True, lambda _: 20, _always_long, winners)
    found = look_ahead(cheat, SUBJECT, np.random.default_rng(1))
    assert found.changed > 0
    assert found.first_at is not None
    assert found.sentence().startswith("clairvoyant knows later bars: ")
    # only the last bar before each cut can tell: its next bar was replaced
    assert found.changed <= 8


def test_a_strategy_that_reaches_behind_its_slice_is_caught_by_name() -> None:
    def decide(view: View, _: Parameters) -> Idea | None:
        whole = view.bars.close.base if view.bars.close.base is not None else view.bars.close
        rising = float(np.asarray(whole)[-1]) > view.close_price  # the end of history
        return Idea(
            PositionSide.LONG if rising else PositionSide.SHORT,
            "knows the end",
            1.0 if rising else 1e9,
        )

    cheat = Strategy("peeking", "1", lambda _: True, lambda _: 20, decide, _every)
    found = look_ahead(cheat, SUBJECT, np.random.default_rng(1))
    assert found.changed > 100
    assert "peeking knows later bars" in found.sentence()


def test_a_strategy_that_counts_from_the_beginning_is_caught_by_name() -> None:
    def tenth(bars: Bars, _: Parameters) -> Flags:
        return np.asarray(np.arange(len(bars)) % 10 == 0)  # of whatever history there is

    counting = Strategy("counting", "1", lambda _: True, lambda _: 20, _always_long, tenth)
    found = recursion(counting, SUBJECT, starts=(3,))
    assert found.changed == found.compared > 0
    assert found.first_at is not None
    assert found.sentence().startswith("counting depends on where history began: ")
    assert look_ahead(counting, SUBJECT, np.random.default_rng(1), cuts=3).changed == 0


def test_a_coin_that_only_knows_the_time_has_no_bias() -> None:
    coin = random_entries(4, 0.05)
    assert look_ahead(coin, SUBJECT, np.random.default_rng(1), cuts=3).changed == 0
    assert recursion(coin, SUBJECT, starts=(11,)).changed == 0


@pytest.mark.parametrize("replaced", [scrambled, redrawn])
def test_a_replaced_future_leaves_the_past_and_makes_bars_that_can_be(replaced: object) -> None:
    assert callable(replaced)
    other = replaced(SUBJECT.bars, 700, np.random.default_rng(2))
    assert np.array_equal(other.close[:700], SUBJECT.bars.close[:700])
    assert np.array_equal(other.open_at_s, SUBJECT.bars.open_at_s)
    assert not np.any(other.close[700:] == SUBJECT.bars.close[700:])
    assert np.all(other.low <= np.minimum(other.open, other.close))
    assert np.all(other.high >= np.maximum(other.open, other.close))


def test_decisions_are_those_that_the_desk_would_make_live() -> None:
    strategy = STRATEGIES[0]
    bars = SUBJECT.bars.until(400)
    known = decisions(strategy, replace(SUBJECT, bars=bars))
    for index in range(200, 400):
        view = View(SUBJECT.symbol, SUBJECT.timeframe, bars.until(index + 1))
        signal = strategy.signal(view, ALL_ON)
        told = None if signal is None else (signal.side.sign, signal.stop_price)
        assert known.get(int(bars.open_at_s[index])) == told


def _always_long(view: View, _: Parameters) -> Idea | None:
    return Idea(PositionSide.LONG, "planted", view.close_price * 0.98)


def _every(bars: Bars, _: Parameters) -> Flags:
    return np.ones(len(bars), dtype=np.bool_)
