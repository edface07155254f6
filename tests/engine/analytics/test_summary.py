"""The summary of trades: exact sums, and None where there is nothing to measure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.summary import closed_curve, summarise
from tests.engine.analytics.trades import MONDAY, a_trade

HUNDRED = Decimal(100)


def test_a_drawn_record() -> None:
    trades = [a_trade(1, "10"), a_trade(2, "-20"), a_trade(3, "-5"), a_trade(4, "40")]
    found = summarise(trades, HUNDRED)
    assert (found.trades, found.wins, found.win_rate_ratio) == (4, 2, 0.5)
    assert (found.net_quote, found.fee_quote) == (Decimal(25), Decimal(2))
    assert (found.best_quote, found.worst_quote) == (Decimal(40), Decimal(-20))
    assert found.expectancy_r == pytest.approx(0.625)
    assert found.profit_factor == 2.0
    assert found.max_drawdown_ratio == pytest.approx(25 / 110)
    assert found.max_drawdown_duration_s == 3 * 3600.0  # from the close of 1 to the close of 4
    assert found.mean_slippage_bps == 2.0
    assert found.mean_duration_s == 3600.0


def test_no_trades_measure_nothing() -> None:
    found = summarise([], HUNDRED)
    assert (found.trades, found.net_quote, found.max_drawdown_ratio) == (0, Decimal(0), 0.0)
    measures = (
        found.win_rate_ratio,
        found.expectancy_r,
        found.profit_factor,
        found.mean_slippage_bps,
        found.mean_duration_s,
    )
    assert measures == (None,) * 5


def test_without_a_loss_there_is_no_profit_factor_and_a_zero_is_no_win() -> None:
    found = summarise([a_trade(1, "10"), a_trade(2, "0")], HUNDRED)
    assert found.profit_factor is None
    assert (found.wins, found.max_drawdown_ratio) == (1, 0.0)


def test_a_drawdown_that_never_recovered_lasts_to_the_last_close() -> None:
    found = summarise([a_trade(1, "-10"), a_trade(2, "5"), a_trade(3, "-1")], HUNDRED)
    assert found.max_drawdown_ratio == pytest.approx(0.1)
    assert found.max_drawdown_duration_s == 3 * 3600.0  # from the first opening on


def test_the_curve_of_closings_starts_at_the_first_opening() -> None:
    curve = closed_curve([a_trade(1, "10"), a_trade(2, "-20")], HUNDRED, "USDT")
    assert curve.equity_quote.tolist() == [100.0, 110.0, 90.0]
    assert (curve.at_s - MONDAY.timestamp()).tolist() == [3600.0, 7200.0, 10_800.0]
    assert len(closed_curve([], HUNDRED)) == 0


money = st.decimals(-1000, 1000, places=8).map(str)


@given(st.lists(money, max_size=30), st.randoms(use_true_random=False))
def test_sums_are_exact_and_the_order_of_the_list_is_free(nets: list[str], order: object) -> None:
    trades = [a_trade(number, net) for number, net in enumerate(nets)]
    found = summarise(trades, HUNDRED)
    assert found.net_quote == sum(map(Decimal, nets), Decimal(0))
    assert found == summarise(trades[::-1], HUNDRED)
    assert 0 <= found.wins <= found.trades
