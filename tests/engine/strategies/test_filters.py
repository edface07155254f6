"""What a signal has to pass: sound bars, busy bars, the week, and the regime's playbook."""

import numpy as np
import pytest

from engine.core.advice import Signal
from engine.core.kinds import PositionSide, Regime
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of
from engine.strategies.contract import Idea, Strategy
from engine.strategies.filters import FILTERS, passed
from engine.strategies.playbook import PLAYBOOK, played
from engine.strategies.propose import propose
from engine.strategies.registry import STRATEGIES
from engine.strategies.view import View
from tests.engine.market.drawn import walk

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
PARAMETERS = Parameters()
HOURS = 24 * 15


def a_signal(side: PositionSide = LONG, strategy: str = "sma_5_15") -> Signal:
    return Signal(side=side, strategy=strategy, version="1", why="so", stop_price=50.0)


def market(close: Floats, *, volume: Floats | None = None, last_low: float = 0.0) -> View:
    """Hourly bars with these closes; the last one may have a deep wick."""
    low = close * 0.999
    if last_low:
        low[-1] = last_low
    starts = 3600 * np.arange(close.size)
    told = np.ones(close.size) if volume is None else volume
    return View("BTC/USDT", Timeframe.H1, bars_of(starts, close, close * 1.001, low, close, told))


def survivors(view: View, parameters: Parameters) -> list[PositionSide]:
    return [signal.side for signal in passed((a_signal(LONG), a_signal(SHORT)), view, parameters)]


def test_a_filter_with_a_parameter_is_named_after_it() -> None:
    named = {row.name for row in FILTERS} - {"sound_bar"}
    assert named <= set(Parameters.model_fields)
    for name in named:
        row = next(row for row in FILTERS if row.name == name)
        assert row.enabled(Parameters.model_validate({name: True}))
        assert not row.enabled(Parameters.model_validate({name: False}))


def test_a_spiked_bar_opens_nothing() -> None:
    flat = np.full(HOURS, 100.0)
    assert survivors(market(flat), PARAMETERS) == [LONG, SHORT]
    assert survivors(market(flat, last_low=80.0), PARAMETERS) == []


def test_a_dry_bar_opens_nothing() -> None:
    volume = np.ones(HOURS)
    volume[-1] = 0.0
    assert survivors(market(np.full(HOURS, 100.0), volume=volume), PARAMETERS) == []


@pytest.mark.parametrize(("last", "passes"), [(25.0, True), (24.5, False), (0.5, False)])
def test_the_volume_filter_wants_more_volume_than_half_of_the_bars_before(
    last: float, passes: bool
) -> None:
    volume = np.concatenate((np.ones(HOURS - 51), np.arange(50.0), [last]))
    view = market(np.full(HOURS, 100.0), volume=volume)
    assert survivors(view, Parameters(volume_filter=True)) == ([LONG, SHORT] if passes else [])
    assert survivors(view, PARAMETERS) == [LONG, SHORT]


def test_without_enough_bars_to_rank_the_volume_filter_lets_nothing_through() -> None:
    assert survivors(market(np.full(40, 100.0)), Parameters(volume_filter=True)) == []


def test_longs_are_blocked_while_the_week_falls_and_shorts_are_not() -> None:
    falling, rising = np.exp(-0.001 * np.arange(HOURS)), np.exp(0.001 * np.arange(HOURS))
    block = Parameters(weekly_block=True)
    assert survivors(market(falling), block) == [SHORT]
    assert survivors(market(falling), PARAMETERS) == [LONG, SHORT]
    assert survivors(market(rising), block) == [LONG, SHORT]
    assert survivors(market(falling[-100:]), block) == [LONG, SHORT]  # nobody knows the week


def test_every_regime_has_a_play_and_every_strategy_a_regime() -> None:
    assert set(PLAYBOOK) == set(Regime)
    names = {strategy.name for strategy in STRATEGIES}
    spoken = frozenset[str]().union(*(PLAYBOOK[r] for r in Regime if r is not Regime.UNDEFINED))
    assert spoken == names == PLAYBOOK[Regime.UNDEFINED]
    assert all(PLAYBOOK[regime] for regime in Regime)


@pytest.mark.parametrize(
    ("regime", "left"),
    [
        (Regime.TREND_UP, ["sma_10_30", "trend_pullback"]),
        (Regime.TREND_DOWN, ["sma_10_30", "trend_pullback"]),
        (Regime.RANGE, ["sma_5_15", "band_reversion"]),
        (Regime.VOLATILE, []),
        (Regime.UNDEFINED, ["sma_5_15", "sma_10_30", "trend_pullback", "band_reversion"]),
    ],
)
def test_the_regime_chooses_who_speaks_where_the_playbook_is_on(
    regime: Regime, left: list[str]
) -> None:
    names = ("sma_5_15", "sma_10_30", "trend_pullback", "band_reversion")
    signals = tuple(a_signal(strategy=name) for name in names)
    chosen = played(signals, regime, Parameters(regime_playbook=True))
    assert [signal.strategy for signal in chosen] == left
    assert played(signals, regime, PARAMETERS) == signals


def a_voice(name: str, side: PositionSide) -> Strategy:
    return Strategy(
        name,
        "1",
        lambda parameters: True,
        lambda parameters: 2,
        lambda view, parameters: Idea(side, "so", 50.0 if side is LONG else 500.0),
        lambda bars, parameters: np.ones(len(bars), dtype=np.bool_),
    )


def test_who_the_playbook_silences_neither_leads_nor_contradicts() -> None:
    bars: Bars = walk(1, HOURS)
    rising = 100.0 * np.exp(0.004 * np.arange(HOURS))
    steady = bars_of(bars.open_at_s, rising, rising * 1.001, rising * 0.999, rising, bars.close)
    view = View("BTC/USDT", Timeframe.H1, steady)
    voices = (a_voice("band_reversion", SHORT), a_voice("sma_20_50", LONG))
    assert view.regime(PARAMETERS) is Regime.TREND_UP
    assert propose(view, PARAMETERS, voices) is None
    proposal = propose(view, Parameters(regime_playbook=True), voices)
    assert proposal is not None
    assert [signal.strategy for signal in proposal.signals] == ["sma_20_50"]
