"""A coin is a strategy like any other, and only an edge is rarer than a coin's luck."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags
from engine.market.bars import Bars
from engine.research.backtest import Job
from engine.research.baselines import (
    against_random_entries,
    holding,
    placed_at_random,
    random_entries,
)
from engine.research.judgement import Evidence, Word, judged
from engine.research.returns import daily_returns, measures_of
from engine.research.trials import Tally
from engine.strategies.contract import Idea, Strategy
from engine.strategies.view import View
from tests.engine.research.luck import SYMBOL, a_job, played

SMALL_BARS = 700


def clairvoyant(bars: Bars) -> Strategy:
    """Enters where the next twelve bars are known to rise or fall well: a planted edge."""
    ahead = np.zeros(len(bars))
    ahead[:-12] = bars.close[12:] / bars.close[:-12] - 1.0
    by_time = dict(zip(bars.open_at_s.tolist(), ahead.tolist(), strict=True))

    def decide(view: View, parameters: Parameters) -> Idea | None:
        known = by_time[int(view.bars.open_at_s[-1])]
        side = PositionSide.LONG if known > 0.0 else PositionSide.SHORT
        return Idea(side, "knows", view.close_price * (1.0 - 0.03 * side.sign))

    def candidates(bars: Bars, _: Parameters) -> Flags:
        return np.abs(ahead) > 0.02

    return Strategy("knowing", "1", lambda _: True, lambda _: 20, decide, candidates)


def test_a_coin_enters_as_often_as_it_is_told() -> None:
    job = a_job()
    bars = job.series[0].bars
    for share_ratio in (0.02, 0.2):
        flags = random_entries(5, share_ratio).candidates(bars, job.parameters)
        assert flags.mean() == pytest.approx(share_ratio, abs=3.5 * (share_ratio / 1400) ** 0.5)
    first, again, other = (random_entries(seed, 0.1) for seed in (5, 5, 6))
    drawn = [each.candidates(bars, job.parameters) for each in (first, again, other)]
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_random_entries_pass_through_the_whole_desk_on_both_sides() -> None:
    job = replace(a_job(bars=SMALL_BARS), strategies=(random_entries(2, 0.1),))
    trades = played(job).trades
    assert len(trades) > 10
    assert {trade.strategy for trade in trades} == {"random"}
    assert {trade.side.sign for trade in trades} == {1, -1}
    assert len({trade.exit_reason for trade in trades}) > 1  # the desk's exits


def test_a_coin_against_coins_is_nothing_special_and_knowing_the_future_is() -> None:
    job = a_job(bars=SMALL_BARS)
    coin = replace(job, strategies=(random_entries(77, 0.08),))
    found = against_random_entries(job, played, played(coin), seeds=range(9))
    assert found.p_ratio > 0.1
    knowing = replace(job, strategies=(clairvoyant(job.series[0].bars),))
    found = against_random_entries(job, played, played(knowing), seeds=range(9))
    assert found.p_ratio == 0.1  # the best that nine draws can say
    assert found.seen > found.drawn[-1]


def test_through_the_whole_desk_no_coin_survives_and_knowing_does() -> None:
    job = a_job()
    strategies = [random_entries(seed, 0.08) for seed in (10, 20, 30, 40, 50, 60)]
    words = [_word(job, strategy) for strategy in (*strategies, clairvoyant(job.series[0].bars))]
    assert Word.SURVIVES not in words[:-1]
    assert words.count(Word.LUCK) >= 4
    assert words[-1] is Word.SURVIVES


def _word(job: Job, strategy: Strategy) -> Word:
    outcome = played(replace(job, strategies=(strategy,)))
    bars = {SYMBOL: job.series[0].bars.tail(1200)}
    random = placed_at_random(bars, outcome.trades, np.random.default_rng(1), draws=500)
    evidence = Evidence(
        returns=daily_returns(outcome.curve),
        trades=len(outcome.trades),
        tally=Tally(1, 0.0),
        random_p_ratio=random.p_ratio,
    )
    return judged(evidence).word


def test_placing_at_random_tells_knowing_from_a_coin() -> None:
    job = a_job(bars=SMALL_BARS)
    bars = {SYMBOL: job.series[0].bars.tail(500)}
    knowing = played(replace(job, strategies=(clairvoyant(job.series[0].bars),)))
    found = placed_at_random(bars, knowing.trades, np.random.default_rng(1))
    assert found.p_ratio < 0.005
    coin = played(replace(job, strategies=(random_entries(77, 0.08),)))
    assert placed_at_random(bars, coin.trades, np.random.default_rng(1)).p_ratio > 0.05


def test_the_costs_of_a_trade_stay_with_it_wherever_it_is_placed() -> None:
    job = a_job(bars=SMALL_BARS)
    flat = np.full(500, 100.0)
    calm = replace(job.series[0].bars.tail(500), open=flat, high=flat, low=flat, close=flat)
    trades = played(replace(job, strategies=(random_entries(77, 0.08),))).trades
    found = placed_at_random({SYMBOL: calm}, trades, np.random.default_rng(1), draws=20)
    # where nothing moves, what is lost is what was paid: over twice the fee of 5 bps
    assert -0.0040 < found.drawn[0] <= found.drawn[-1] < -0.0005


def test_holding_is_the_price_less_what_buying_cost() -> None:
    job = a_job(bars=SMALL_BARS)
    curve = holding(job)
    close = job.series[0].bars.close[200:]
    costs = job.series[0].costs
    paid_ratio = costs.taker_fee_ratio + costs.spread_bps / 20_000.0
    first_price = close[0]
    assert curve.equity_quote[0] == pytest.approx(10_000.0 * (1.0 - paid_ratio))
    assert curve.equity_quote[-1] == pytest.approx(
        10_000.0 * (1.0 - paid_ratio) * close[-1] / first_price
    )
    assert len(curve) == len(close)


def test_without_trades_there_is_nothing_to_set_against_chance() -> None:
    job = a_job(bars=SMALL_BARS)
    with pytest.raises(UserError, match="no closed trades"):
        placed_at_random({}, (), np.random.default_rng(1))
    silent = played(replace(job, strategies=()))
    assert measures_of(silent).trades == 0
    assert measures_of(silent).net_ratio == 0.0
    with pytest.raises(UserError, match="no closed trades"):
        against_random_entries(job, played, silent, seeds=(1,))
