"""Cash and results: the float account and the Decimal ledger say the same, to the last digit."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.money import to_decimal
from engine.rules.exits import ExitReason, opened, tightened
from engine.rules.fills import Costs, market_fill
from engine.rules.ledger import (
    cash_after,
    cash_flow_quote,
    drawdown_ratio,
    excursion_r,
    funding_quote,
    in_r,
    initial_risk_quote,
    open_risk_quote,
    unrealised_quote,
    value_quote,
)

COSTS = Costs(0.0002, 0.00055, 3.0, 1.0, 10.0)
ORDERS = st.lists(
    st.tuples(
        st.sampled_from([1, -1]),
        st.integers(1, 2000).map(lambda count: count / 1000.0),
        st.floats(0.5, 2000.0),
    ),
    max_size=60,
)


@given(orders=ORDERS, start_cents=st.integers(0, 10**8))
def test_cash_is_conserved_to_the_last_digit_of_the_ledger(
    orders: list[tuple[int, float, float]], start_cents: int
) -> None:
    cash_quote = start_cents / 100.0
    ledger = Decimal(start_cents) / 100
    for side_sign, qty_base, price in orders:
        fill = market_fill(side_sign, qty_base, price, price, price, 50.0, COSTS, 0.01)
        cash_quote = cash_after(cash_quote, side_sign, fill.notional_quote, fill.fee_quote)
        ledger -= side_sign * to_decimal(fill.notional_quote) + to_decimal(fill.fee_quote)
    assert to_decimal(cash_quote) == ledger


@given(orders=ORDERS)
def test_the_flows_of_a_trade_sum_to_what_cash_changed_by(
    orders: list[tuple[int, float, float]],
) -> None:
    cash_quote, flows = 10_000.0, Decimal(0)
    for side_sign, qty_base, price in orders:
        fill = market_fill(side_sign, qty_base, price, price, price, 50.0, COSTS, 0.01)
        cash_quote = cash_after(cash_quote, side_sign, fill.notional_quote, fill.fee_quote)
        flows += to_decimal(cash_flow_quote(side_sign, fill.notional_quote, fill.fee_quote))
    assert to_decimal(cash_quote) == 10_000 + flows


@pytest.mark.parametrize(("sign", "end_cash_quote"), [(1, 1009.79), (-1, 989.79)])
def test_long_and_short_use_one_model(sign: int, end_cash_quote: float) -> None:
    # 1 at 100, back at 110, fees 0.10 and 0.11
    cash_quote = cash_after(1000.0, sign, 100.0, 0.1)
    assert cash_quote + value_quote(sign, 1.0, 100.0) == pytest.approx(999.9)  # only the fee left
    assert cash_after(cash_quote, -sign, 110.0, 0.11) == end_cash_quote


def test_unrealised_gain_has_the_sign_of_the_position() -> None:
    assert unrealised_quote(opened(1, 2.0, 100.0, 95.0), 103.0) == 6.0
    assert unrealised_quote(opened(-1, 2.0, 100.0, 105.0), 103.0) == -6.0


def test_longs_pay_funding_when_it_is_positive() -> None:
    assert funding_quote(1, 2.0, 100.0, 0.0001) == -0.02
    assert funding_quote(-1, 2.0, 100.0, 0.0001) == 0.02
    assert funding_quote(1, 2.0, 100.0, -0.0001) == 0.02


def test_open_risk_is_what_the_present_stop_would_cost_from_the_entry() -> None:
    position = opened(1, 2.0, 100.0, 95.0)
    assert initial_risk_quote(position) == 10.0
    assert open_risk_quote(position) == 10.0
    assert open_risk_quote(tightened(position, 98.0, ExitReason.STOP)) == 4.0
    assert open_risk_quote(tightened(position, 101.0, ExitReason.TRAIL)) == 0.0  # gain locked in
    assert open_risk_quote(opened(-1, 2.0, 100.0, 105.0)) == 10.0


def test_without_a_stop_all_of_it_is_at_risk() -> None:
    assert open_risk_quote(opened(1, 2.0, 100.0, 0.0)) == 200.0
    assert initial_risk_quote(opened(1, 2.0, 100.0, 0.0)) == 0.0


def test_results_in_r() -> None:
    assert in_r(15.0, 10.0) == 1.5
    assert in_r(15.0, 0.0) == 0.0
    assert excursion_r(opened(-1, 2.0, 100.0, 105.0), 90.0) == 2.0
    assert excursion_r(opened(1, 2.0, 100.0, 95.0), 97.5) == -0.5


@pytest.mark.parametrize(
    ("equity_quote", "peak_quote", "expected"),
    [(90.0, 100.0, 0.1), (100.0, 100.0, 0.0), (110.0, 100.0, 0.0), (50.0, 0.0, 1.0)],
)
def test_drawdown_is_a_positive_ratio(
    equity_quote: float, peak_quote: float, expected: float
) -> None:
    assert drawdown_ratio(equity_quote, peak_quote) == pytest.approx(expected)


def test_an_unknown_peak_is_the_deepest_drawdown() -> None:
    assert drawdown_ratio(100.0, math.nan) == 1.0
