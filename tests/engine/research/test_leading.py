"""Voters that propose: the desk, the plain loop and the compiled one make the same trades."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from engine.core.advice import Snapshot, Verdict
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import PARLEY
from engine.core.positions import Trade
from engine.research.backtest import Job, Result, run
from engine.rules.plans import SIGNAL, STOP, TARGET, TIME
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_lead
from tests.engine.research.desk_run import desk_run
from tests.engine.research.test_backtest import CACHE, a_job

BARS = 200
LEADING = Parameters(parley_mode="lead", barrier_atr=2.0, horizon_bars=12)
ADDING = LEADING.model_copy(
    update={
        "pyramid_from_r": 0.25,
        "exit_on_opposite": True,
        "max_position_ratio": 0.4,
        "max_exposure_ratio": 1.2,
        "max_net_ratio": 2.0,
        "max_sector_ratio": 2.0,
    }
)


def a_leading_job(parameters: Parameters) -> Job:
    job = a_job(parameters)
    lead = rule_lead(parse_voters(DEFAULT_VOTERS), parameters)
    ends_at = job.starts_at + BARS * job.timeframe.delta
    return replace(job, series=job.series[:2], lead=lead, ends_at=ends_at)


def led_by_voters(trades: tuple[Trade, ...]) -> list[Trade]:
    return [trade for trade in trades if trade.strategy == PARLEY]


@pytest.fixture(scope="module", params=[LEADING, ADDING], ids=["alone", "adding"])
def played(request: pytest.FixtureRequest) -> tuple[Job, Result]:
    """A job and its result as plain Python."""
    job = a_leading_job(request.param)
    return job, run(job, None)


async def test_what_voters_propose_is_traded_alike_in_every_world(
    played: tuple[Job, Result],
) -> None:
    job, plain = played
    compiled = run(job, CACHE)
    trades, cash_quote = await desk_run(job)
    assert len(led_by_voters(plain.trades)) > 5
    assert len(plain.trades) > len(led_by_voters(plain.trades))  # strategies still propose
    assert trades == plain.trades == compiled.trades
    assert cash_quote == plain.cash_quote == compiled.cash_quote
    bits = [curve.equity_quote.view(np.int64) for curve in (compiled.curve, plain.curve)]
    assert np.array_equal(bits[0], bits[1])


def test_a_lead_is_left_by_the_forecasts_own_event(played: tuple[Job, Result]) -> None:
    job, plain = played
    led = led_by_voters(plain.trades)
    reasons = Counter(trade.exit_reason for trade in led)
    ends = {STOP, TARGET, TIME}  # of the event; the strategies may end it sooner if they are let
    more = {SIGNAL} if job.parameters.exit_on_opposite else set()
    assert {TARGET, TIME} <= set(reasons) <= ends | more
    assert {trade.side for trade in led} == set(PositionSide)
    held_bars = [(trade.closed_at - trade.opened_at) / job.timeframe.delta for trade in led]
    assert max(held_bars) == LEADING.horizon_bars


async def test_nobody_is_asked_where_a_strategy_proposes_or_there_is_no_room() -> None:
    job = a_leading_job(LEADING)
    lead, asked = job.lead, set[tuple[str, datetime]]()
    assert lead is not None

    def noted(snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        asked.add((snapshot.symbol, snapshot.at))
        return lead(snapshot)

    trades, _ = await desk_run(replace(job, lead=noted))
    bars = sum(len(series.bars.open_at_s) for series in job.series)
    assert 20 < len(asked) < bars
    for trade in trades:
        held = {(trade.symbol, at) for _, at in asked if trade.opened_at < at < trade.closed_at}
        assert not held & asked
        if trade.strategy != PARLEY:
            assert (trade.symbol, trade.opened_at) not in asked
    spot = [asked_at for symbol, asked_at in asked if symbol == "ETH/USDT"]
    assert spot  # a market without shorts may still be bought


def test_a_forecast_that_does_not_pay_for_its_costs_proposes_nothing() -> None:
    near = LEADING.model_copy(update={"barrier_atr": 0.25})  # costs are wider than the event
    assert not led_by_voters(run(a_leading_job(near), None).trades)


def test_voters_that_want_nothing_propose_nothing() -> None:
    def no_lead(snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        side, verdict = rule_lead(parse_voters(DEFAULT_VOTERS), LEADING)(snapshot)
        return side, replace(verdict, approved=False)

    job = replace(a_leading_job(LEADING), lead=no_lead)
    assert not led_by_voters(run(job, None).trades)


def test_a_backtest_of_a_leading_desk_without_such_voters_says_what_to_do() -> None:
    job = replace(a_leading_job(LEADING), lead=None)
    with pytest.raises(UserError, match="mode lead") as refused:
        run(job, None)
    assert "confirm" in refused.value.hint
