"""Signals of one bar become one proposal, or none."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from engine.core.kinds import PositionSide, Regime
from engine.core.market import Bar
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import BarStore
from engine.market.features import FEATURES, Setup, over_history
from engine.strategies.contract import Idea, Strategy
from engine.strategies.propose import candidate_bars, propose
from engine.strategies.stops import atr_stop
from engine.strategies.view import Known, View, view_of
from tests.engine.market.drawn import walk
from tests.engine.strategies.kit import view_at

PARAMETERS = Parameters()
EVERYTHING = Parameters(
    donchian_breakout=True,
    band_reversion=True,
    trend_pullback=True,
    volatility_squeeze=True,
    volume_filter=True,
    weekly_block=True,
    regime_playbook=True,
)
every_set = pytest.mark.parametrize(
    "parameters", [PARAMETERS, EVERYTHING], ids=["defaults", "everything"]
)
BARS = walk(8, 300)
VIEW = view_at(BARS, 300)
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def a_voice(name: str, side: PositionSide | None, stop_ratio: float = 0.9) -> Strategy:
    """A strategy that always says the same."""

    def decide(view: View, parameters: Parameters) -> Idea | None:
        return None if side is None else Idea(side, f"{name} says so", stop_ratio * 100.0)

    return Strategy(
        name,
        "7",
        lambda parameters: True,
        lambda parameters: 2,
        decide,
        lambda bars, parameters: np.arange(len(bars)) % 50 == 0,
    )


def test_agreeing_signals_are_one_proposal_led_by_the_first_of_the_table() -> None:
    voices = (a_voice("quiet", None), a_voice("a", LONG, 0.8), a_voice("b", LONG, 0.7))
    proposal = propose(VIEW, PARAMETERS, voices)
    assert proposal is not None
    assert [signal.why for signal in proposal.signals] == ["a says so", "b says so"]
    assert proposal.snapshot.stop_price == 80.0
    assert (proposal.side, proposal.symbol) == (LONG, VIEW.symbol)


def test_signals_of_both_sides_are_no_proposal() -> None:
    assert propose(VIEW, PARAMETERS, (a_voice("a", LONG), a_voice("b", SHORT))) is None


def test_silence_is_no_proposal() -> None:
    assert propose(VIEW, PARAMETERS, (a_voice("quiet", None),)) is None


def test_the_snapshot_is_the_last_closed_bar_and_nothing_of_the_account() -> None:
    proposal = propose(VIEW, PARAMETERS, (a_voice("a", SHORT, 1.1),))
    assert proposal is not None
    snapshot = proposal.snapshot
    assert snapshot.entry_price == float(BARS.close[-1])
    assert snapshot.at == datetime.fromtimestamp(300 * 3600, UTC)
    assert set(snapshot.features) == set(FEATURES)
    assert snapshot.regime is not Regime.UNDEFINED
    assert snapshot.features["atr_price"] == VIEW.feature("atr_price", PARAMETERS)
    with pytest.raises(TypeError):
        snapshot.features["atr_price"] = 1.0  # type: ignore[index]


def test_the_key_names_symbol_timeframe_and_bar() -> None:
    voices = (a_voice("a", LONG),)
    keys = {propose(view_at(BARS, end), PARAMETERS, voices).key for end in (299, 300)}  # type: ignore[union-attr]
    assert keys == {"BTC/USDT|1h|1076400", "BTC/USDT|1h|1080000"}


def test_candidates_are_those_of_the_strategies_in_use() -> None:
    off = Strategy(
        "off",
        "1",
        lambda parameters: False,
        lambda parameters: 1,
        lambda view, parameters: None,
        lambda bars, parameters: np.ones(len(bars), dtype=np.bool_),
    )
    found = candidate_bars(BARS, PARAMETERS, (a_voice("a", LONG), off))
    assert found.tolist() == [0, 50, 100, 150, 200, 250]


@every_set
def test_the_real_strategies_propose_on_candidates_only(parameters: Parameters) -> None:
    bars = walk(30, 300)
    speaking = {end - 1 for end in range(1, 301) if propose(view_at(bars, end), parameters)}
    assert speaking
    assert speaking <= set(candidate_bars(bars, parameters).tolist())


@every_set
def test_a_proposal_from_known_features_is_the_same_to_the_last_bit(
    parameters: Parameters,
) -> None:
    bars = walk(30, 400)
    columns = over_history(bars, Setup(Timeframe.H1, parameters.atr_window_bars))
    for index in candidate_bars(bars, parameters).tolist():
        live = view_at(bars, index + 1)
        known = replace(live, known=Known(columns, index))
        told = [propose(view, parameters) for view in (live, known)]
        assert repr(told[0]) == repr(told[1])  # NaN is not equal to itself, its text is
        assert live.regime(parameters) is known.regime(parameters)


def test_a_stop_needs_a_range_to_stand_off_by() -> None:
    still = BarStore()
    for hour in range(40):
        at = datetime.fromtimestamp(hour * 3600, UTC)
        still.add("BTC/USDT", Timeframe.H1, Bar(at, 5.0, 5.0, 5.0, 5.0, 1.0))
    view = view_of(still, "BTC/USDT", Timeframe.H1)
    assert view is not None
    assert atr_stop(view, LONG, PARAMETERS) is None
    assert atr_stop(view_at(BARS, 5), LONG, PARAMETERS) is None
    assert view_of(still, "ETH/USDT", Timeframe.H1) is None


def test_a_stop_below_zero_is_none() -> None:
    wild = Parameters(stop_atr=20.0)
    view = view_at(walk(3, 60), 60)
    scaled = View(view.symbol, view.timeframe, view.bars)
    distance = 20.0 * scaled.feature("atr_price", wild)
    wanted = scaled.close_price - distance
    assert atr_stop(scaled, LONG, wild) == (wanted if wanted > 0.0 else None)
    assert atr_stop(scaled, SHORT, wild) == scaled.close_price + distance
