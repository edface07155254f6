"""The compiled backtest, its plain twin and the live desk make the same trades of the same bars."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research import loop
from engine.research.backtest import Job, Result, Series, run
from engine.research.tape import world_of
from engine.research.world import ADDITION, F_REASON
from engine.rules.plans import (
    BREAKEVEN,
    GIVE_BACK,
    LIQUIDATION,
    SIGNAL,
    STOP,
    TARGET,
    TIME,
    TRAIL,
)
from engine.venues.funding import NO_FUNDING
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice
from tests.engine.research.desk_run import desk_run
from tests.engine.research.drawn_bars import (
    START_AT,
    an_instrument,
    costs_on,
    drawn_bars,
    drawn_funding,
)
from tests.fakes.reckless import RECKLESS

CACHE = Path(__file__).parents[3] / ".numba_cache"  # kept between runs: compiling takes long
BARS, WARM_UP_BARS = 900, 150
MARKETS = (
    ("BTC/USDT:USDT", "0.1", "0.001", 40_000.0),
    ("ETH/USDT", "0.01", "0.0001", 2500.0),  # spot: no shorts, and paid in full
    ("DOGE/USDT:USDT", "0.00001", "1", 0.08),
)
DEFAULTS = Parameters()
BOLD = DEFAULTS.model_copy(  # so that limits and breakers bite
    update={
        "risk_per_trade_ratio": 0.05,
        "max_position_ratio": 1.0,
        "max_exposure_ratio": 1.2,
        "max_heat_ratio": 0.12,
        "daily_loss_reduce_ratio": 0.02,
        "daily_loss_halt_ratio": 0.035,
        "drawdown_reduce_ratio": 0.5,
        "drawdown_halt_ratio": 0.6,
        "cool_down_s": 7200.0,
        "trades_per_hour": 2,
        "target_1_r": 0.5,
        "time_stop_bars": 12,
        "max_net_ratio": 2.0,
        "max_sector_ratio": 2.0,
        "max_beta_ratio": 2.0,
    }
)
WARY = DEFAULTS.model_copy(  # so that the limits of the whole bite, and the streak's pause
    update={
        "risk_per_trade_ratio": 0.01,
        "max_position_ratio": 0.25,
        "daily_loss_reduce_ratio": 0.006,
        "sectors": "BTC:coin, DOGE:coin",
        "max_sector_ratio": 0.4,
        "max_net_ratio": 0.35,
        "max_beta_ratio": 0.3,
        "max_correlation_ratio": 0.05,
        "losing_streak": 2,
        "streak_pause_s": 28_800.0,
        "quiet_hours": "22:00-03:00",
        "min_volume_24h_quote": 300.0,
        "drawdown_halt_ratio": 0.2,
    }
)
PLANS = DEFAULTS.model_copy(
    update={
        "exit_plan_exceptions": "sma_5_15:ladder, sma_10_30:adaptive, sma_20_50:percent",
        "exit_on_opposite": True,
        "adaptive_size": True,
        "prior_trades": 3,
        "max_position_ratio": 0.5,  # so that the risk decides, and not the cap
        "max_exposure_ratio": 2.0,
        "max_notional_quote": 4000.0,
        "min_notional_quote": 400.0,
    }
)
MORE_PLANS = DEFAULTS.model_copy(
    update={
        "exit_plan": "give_back",
        "exit_plan_exceptions": "sma_10_30:r_multiple, sma_20_50:regime",
        "volatility_position_ratio": 0.08,
        "time_stop_bars": 0,
        "exit_on_advice": True,
    }
)
KELLY = DEFAULTS.model_copy(update={"exit_plan": "regime", "kelly_share_ratio": 0.2})
PYRAMIDS = DEFAULTS.model_copy(  # so that winners are added to
    update={
        "pyramid_from_r": 0.25,
        "pyramid_share_ratio": 0.8,
        "pyramid_max_adds": 3,
        "donchian_breakout": True,
        "band_reversion": True,
        "trend_pullback": True,
        "volatility_squeeze": True,
        "max_position_ratio": 0.4,
        "max_exposure_ratio": 1.2,
        "max_net_ratio": 2.0,
        "max_sector_ratio": 2.0,
        "target_1_r": 4.0,
        "target_2_r": 8.0,
        "exit_plan_exceptions": "sma_10_30:percent",
        "breakeven_from_r": 0.2,
        "trail_from_r": 0.2,
    }
)
SETTINGS = {
    "default": DEFAULTS, "bold": BOLD, "plans": PLANS, "more plans": MORE_PLANS, "kelly": KELLY,
    "wary": WARY, "reckless": RECKLESS, "pyramids": PYRAMIDS,
}  # fmt: skip


def a_job(parameters: Parameters, seed: int = 7) -> Job:
    """Three markets with missing bars and shared cash."""
    if parameters is RECKLESS:
        seed = 9  # a market that goes against them
    series = []
    for place, (symbol, price_step, qty_step, price) in enumerate(MARKETS):
        instrument = an_instrument(symbol, price_step, qty_step)
        bars = drawn_bars(seed + place, BARS, price=price, missing_ratio=0.02)
        funding = drawn_funding(seed + place, BARS) if instrument.is_margined else NO_FUNDING
        series.append(Series(instrument, costs_on(instrument), bars, funding))
    return Job(
        series=series,
        timeframe=Timeframe.H1,
        parameters=parameters,
        advise=rule_advice(parse_voters(DEFAULT_VOTERS), parameters),
        start_cash_quote=Decimal(10_000),
        starts_at=START_AT + timedelta(hours=WARM_UP_BARS),
        ends_at=START_AT + timedelta(hours=BARS),
    )


@pytest.fixture(scope="module", params=SETTINGS.keys())
def played(request: pytest.FixtureRequest) -> tuple[Job, Result]:
    """A job and its result as plain Python."""
    job = a_job(SETTINGS[request.param])
    return job, run(job, None)


async def test_the_live_desk_makes_the_same_trades_to_the_last_digit(
    played: tuple[Job, Result],
) -> None:
    job, plain = played
    trades, cash_quote = await desk_run(job)
    assert trades == plain.trades
    assert cash_quote == plain.cash_quote


def test_compiled_and_plain_are_equal_to_the_last_bit(played: tuple[Job, Result]) -> None:
    job, plain = played
    compiled = run(job, CACHE)
    assert compiled.trades == plain.trades
    assert compiled.open_positions == plain.open_positions
    assert compiled.cash_quote == plain.cash_quote
    bits = [curve.equity_quote.view(np.int64) for curve in (compiled.curve, plain.curve)]
    assert np.array_equal(bits[0], bits[1])


def test_the_tests_meet_every_kind_of_exit_and_both_sides() -> None:
    results = [run(a_job(parameters), None) for parameters in SETTINGS.values()]
    trades = [trade for result in results for trade in result.trades]
    reasons = Counter(trade.exit_reason for trade in trades)
    met = (STOP, TARGET, TRAIL, BREAKEVEN, TIME, SIGNAL, GIVE_BACK, LIQUIDATION)
    assert all(reasons[reason] > 0 for reason in met), reasons
    assert {trade.side.sign for trade in trades} == {1, -1}
    assert len({trade.symbol for trade in trades}) == len(MARKETS)


def test_winners_are_added_to_and_all_of_it_risks_no_more_than_at_first() -> None:
    job = a_job(PYRAMIDS)
    built, _ = world_of(job)
    account = loop.replay(built, float(job.start_cash_quote))
    log = built.book.fills[: account.fills]
    assert np.count_nonzero(log[:, F_REASON] == ADDITION) > 5
    lost_r = [trade.result_r for trade in run(job, None).trades]
    assert min(lost_r) > -1.5  # fees, spread and gaps on top of 1R


def test_cash_is_the_start_plus_every_net_result_and_what_open_positions_cost(
    played: tuple[Job, Result],
) -> None:
    job, plain = played
    flows = [trade.net_pnl_quote for trade in plain.trades]
    flows += [position.cash_quote for position in plain.open_positions]
    assert sum(flows, job.start_cash_quote) == plain.cash_quote


def test_a_spot_market_is_never_sold_short(played: tuple[Job, Result]) -> None:
    sides = {trade.side.sign for trade in played[1].trades if trade.symbol == "ETH/USDT"}
    assert -1 not in sides  # that it is bought, another test sees


def test_a_breaker_day_has_fewer_entries_than_the_same_day_without_limits() -> None:
    loose = BOLD.model_copy(update={"daily_loss_reduce_ratio": 0.4, "daily_loss_halt_ratio": 0.5})
    assert len(run(a_job(BOLD), None).trades) < len(run(a_job(loose), None).trades)


def test_an_opposite_signal_ends_a_trade_where_that_is_asked_for() -> None:
    assert PLANS.exit_on_opposite
    patient = PLANS.model_copy(update={"exit_on_opposite": False})
    left = Counter(trade.exit_reason for trade in run(a_job(PLANS), None).trades)
    stayed = Counter(trade.exit_reason for trade in run(a_job(patient), None).trades)
    assert left[SIGNAL] > 3
    assert stayed[SIGNAL] == 0


def test_the_voters_word_ends_a_trade_and_a_mere_proposal_does_not() -> None:
    assert MORE_PLANS.exit_on_advice
    heard = run(a_job(MORE_PLANS), None).trades
    assert sum(trade.exit_reason == SIGNAL for trade in heard) > 0
    deaf = MORE_PLANS.model_copy(update={"exit_on_advice": False})
    assert not any(t.exit_reason == SIGNAL for t in run(a_job(deaf), None).trades)


def test_a_losing_record_shrinks_what_is_risked() -> None:
    def largest_quote(parameters: Parameters) -> list[Decimal]:
        trades = run(a_job(parameters), None).trades
        return [trade.qty_base * trade.entry_price for trade in trades]

    bold = PLANS.model_copy(update={"adaptive_size": False})
    assert sum(largest_quote(PLANS)) < sum(largest_quote(bold))
    assert max(largest_quote(bold)) <= Decimal("4010")  # the cap, and the slippage on top


def test_later_bars_change_nothing_that_closed_before_them() -> None:
    whole = a_job(DEFAULTS)
    cut_at = START_AT + timedelta(hours=600)
    cut = replace(whole, ends_at=cut_at)
    before = tuple(trade for trade in run(whole, None).trades if trade.closed_at <= cut_at)
    assert run(cut, None).trades == before


def test_an_empty_span_is_refused_with_its_moments() -> None:
    job = a_job(DEFAULTS)
    with pytest.raises(ValueError, match="no bar closes between"):
        run(replace(job, ends_at=job.starts_at), None)


def test_without_an_approval_nothing_is_traded() -> None:
    job = a_job(DEFAULTS.with_value("quorum", 3).with_value("majority_ratio", 1.0))
    result = run(job, None)
    assert result.trades == ()
    assert result.cash_quote == job.start_cash_quote
    assert set(result.curve.equity_quote.tolist()) == {10_000.0}
