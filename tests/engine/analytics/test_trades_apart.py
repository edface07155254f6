"""Closed trades: their quality, where they differ, what lost, and what they cost."""

import math
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.breakdown import Dimension, breakdown
from engine.analytics.calendars import hour_grid
from engine.analytics.costs import costs
from engine.analytics.facts import TradeFacts, VoterLean, trade_columns
from engine.analytics.patterns import LEAST_TRADES, losing_patterns
from engine.analytics.quality import exposure_ratio, quality, turnover_ratio
from engine.core.kinds import PositionSide, Regime
from engine.core.positions import Trade
from tests.engine.analytics.trades import MONDAY, a_trade


def facts_of(*trades: Trade, **known: object) -> list[TradeFacts]:
    return [TradeFacts(trade=trade, **known) for trade in trades]  # type: ignore[arg-type]


def lucky(count: int, seed: int) -> list[TradeFacts]:
    """Trades of no edge at all, over many conditions."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        trade = a_trade(
            number,
            "0",
            result_r=float(rng.normal()),
            symbol=str(rng.choice(["BTC/USDT", "ETH/USDT", "SOL/USDT"])),
            strategy=str(rng.choice(["reversion", "breakout", "sma_cross"])),
            regime=Regime(str(rng.choice([regime.value for regime in Regime]))),
            side=PositionSide(str(rng.choice(["long", "short"]))),
            confidence_ratio=float(rng.uniform(0.5, 1.0)),
        )
        made.append(TradeFacts(trade=trade, leans=(VoterLean("skeptic", float(rng.normal())),)))
    return made


def test_a_drawn_record_has_its_quality() -> None:
    found = quality([a_trade(1, "10"), a_trade(2, "-20"), a_trade(3, "-5"), a_trade(4, "40")])
    assert (found.trades, found.wins, found.win_ratio) == (4, 2, 0.5)
    assert found.expectancy_r == pytest.approx(0.625)
    assert found.payoff == 2.0
    assert found.profit_factor == 2.0
    results = np.array([1.0, -2.0, -0.5, 4.0])
    assert found.sqn == pytest.approx(2.0 * results.mean() / results.std(ddof=1))
    assert found.expectancy_interval is not None
    assert found.expectancy_interval.low < 0.625 < found.expectancy_interval.high
    assert (found.mae_r, found.mfe_r) == (0.5, 1.0)
    assert found.kept_ratio == pytest.approx(5.0 / 2.0)


@pytest.mark.parametrize(
    "trades", [[], [a_trade(1, "5")], [a_trade(n, "5") for n in range(5)], [a_trade(1, "-5")]]
)
def test_what_cannot_be_measured_is_none_and_nothing_is_nan(trades: list[Trade]) -> None:
    found = quality(trades)
    assert found.sqn is None  # no deviation
    assert found.payoff is None
    for value in (found.win_ratio, found.expectancy_r, found.mae_r, found.kept_ratio):
        assert value is None or math.isfinite(value)


def test_a_trade_of_unknown_risk_counts_in_money_and_not_in_r() -> None:
    found = quality([a_trade(1, "10"), a_trade(2, "10", result_r=math.nan, mae_r=math.nan)])
    assert (found.trades, found.wins, found.expectancy_r, found.mae_r) == (2, 2, 1.0, 0.5)


def test_time_in_the_market_counts_overlaps_once_and_only_the_asked_time() -> None:
    start_s = MONDAY.timestamp()
    trades = [a_trade(0, "1", hours=4), a_trade(2, "1", hours=4), a_trade(9, "1", hours=9)]
    assert exposure_ratio(trades, start_s, start_s + 36_000.0) == pytest.approx(0.7)
    assert exposure_ratio([], start_s, start_s) is None
    assert turnover_ratio([a_trade(0, "0")], 100.0, 2.0) == pytest.approx(1.0)
    assert turnover_ratio([], 0.0, 2.0) is None


def test_costs_add_up_to_the_last_digit_on_both_sides() -> None:
    long = a_trade(1, "10", entry_price=Decimal("100.02"), slippage_bps=2.0)
    short = a_trade(2, "-5", side=PositionSide.SHORT, entry_price=Decimal("99.98"))
    found = costs(
        [TradeFacts(trade=long, tokens_usd=0.25), TradeFacts(trade=short, tokens_usd=0.5)]
    )
    assert found.slippage_quote == Decimal("0.04")
    assert found.fee_quote == Decimal(1)
    assert found.price_quote == Decimal("6.04")
    assert found.net_quote == Decimal(5)
    assert found.tokens_usd == 0.75
    assert found.cost_ratio == pytest.approx(1.04 / 6.04)
    assert costs([]).cost_ratio is None


@given(st.lists(st.tuples(st.integers(-900, 900), st.floats(-30, 30)), max_size=20))
def test_the_parts_of_the_costs_always_make_the_net(made: list[tuple[int, float]]) -> None:
    trades = [a_trade(n, str(net), slippage_bps=bps) for n, (net, bps) in enumerate(made)]
    found = costs(facts_of(*trades))
    parts = found.price_quote - found.slippage_quote - found.fee_quote + found.funding_quote
    assert parts == pytest.approx(found.net_quote, abs=Decimal("1e-18"))


def test_every_dimension_counts_every_trade_once() -> None:
    facts = lucky(60, 1)
    for dimension in Dimension:
        parts = breakdown(facts, dimension)
        assert sum(part.trades for part in parts) == 60
        assert sum(part.sum_r for part in parts) == pytest.approx(
            sum(fact.trade.result_r for fact in facts)
        )


def test_hours_and_days_are_those_of_the_persons_zone() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    facts = facts_of(a_trade(20, "5"))  # Monday 20:00 UTC
    assert [part.key for part in breakdown(facts, Dimension.HOUR, zone)] == ["05"]
    assert [part.key for part in breakdown(facts, Dimension.WEEKDAY, zone)] == ["Tuesday"]
    grid = hour_grid(trade_columns([fact.trade for fact in facts], zone))
    assert grid.sum_r[1, 5] == 0.5
    assert grid.trades.sum() == 1


def test_a_voter_is_judged_by_the_side_it_took() -> None:
    leans = (VoterLean("bull", 0.4), VoterLean("bear", -0.4), VoterLean("calm", 0.0))
    parts = breakdown([TradeFacts(trade=a_trade(1, "5"), leans=leans)], Dimension.VOTER)
    assert {part.key for part in parts} == {"bull: for", "bear: against", "calm: no lean"}


def test_buckets_of_confidence_and_reasons_of_exits_have_names() -> None:
    facts = facts_of(
        a_trade(1, "5", confidence_ratio=0.6, exit_reason=2),
        a_trade(2, "5", confidence_ratio=1.0, exit_reason=99),
        a_trade(3, "5", confidence_ratio=math.nan),
    )
    assert [part.key for part in breakdown(facts, Dimension.CONFIDENCE)] == ["60-70 %", "90-100 %"]
    assert {part.key for part in breakdown(facts, Dimension.EXIT)} == {"target", "other", "stop"}


def test_a_planted_loser_is_named_first_and_called_more_than_luck() -> None:
    planted = [
        a_trade(
            200 + n,
            "-10",
            strategy="mean_reversion",
            regime=Regime.TREND_UP,
            result_r=-1 - 0.01 * n,
        )
        for n in range(20)
    ]
    first = losing_patterns(lucky(80, 2) + facts_of(*planted))[0]
    assert first.beyond_luck
    assert first.trades == 20
    assert first.words == "mean reversion"
    assert first.sentence() == "mean reversion: 20 trades, \u221221.9 R (more than luck)"


def test_a_pair_is_told_where_neither_half_is_the_reason() -> None:
    planted = [
        a_trade(200 + n, "-10", strategy="reversion", regime=Regime.RANGE, result_r=-3 - 0.01 * n)
        for n in range(30)
    ]
    told = [each.words for each in losing_patterns(lucky(200, 3) + facts_of(*planted), most=20)]
    assert "reversion in ranges" in told


def test_luck_is_called_more_than_luck_in_one_desk_of_twenty() -> None:
    fooled = sum(
        any(pattern.beyond_luck for pattern in losing_patterns(lucky(120, seed)))
        for seed in range(30)
    )
    assert fooled <= 4  # at a true rate of 5 % more than 4 of 30 come once in 60


def test_few_trades_are_no_pattern_and_winners_are_never_told() -> None:
    few = [a_trade(n, "-10", result_r=-1 - 0.1 * n) for n in range(LEAST_TRADES - 1)]
    assert losing_patterns(facts_of(*few)) == ()
    won = [a_trade(n, "10", result_r=1 + 0.1 * n) for n in range(30)]
    assert losing_patterns(facts_of(*won)) == ()


def test_columns_stand_in_the_order_of_closing() -> None:
    late = a_trade(1, "5", closed_at=MONDAY + timedelta(days=3))
    columns = trade_columns([late, a_trade(2, "-5")])
    assert columns.result_r.tolist() == [-0.5, 0.5]
    assert columns.hour.tolist() == [2, 1]
    assert len(trade_columns([])) == 0
