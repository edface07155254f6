"""Margin, liquidation and funding: drawn cases, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.ledger import funding_quote
from engine.rules.margin import (
    MAINTENANCE_RATIO,
    forced_price,
    funding_cost_ratio,
    liquidation_price,
    maintenance_margin_quote,
)

# sign, quantity, entry, collateral, maintenance -> the price at which the venue takes it
LIQUIDATIONS = {
    "a long at 10x without maintenance loses a tenth": (1, 1.0, 100.0, 10.0, 0.0, 90.0),
    "a short at 10x without maintenance loses a tenth": (-1, 1.0, 100.0, 10.0, 0.0, 110.0),
    "maintenance brings a long closer": (1, 2.0, 100.0, 20.0, 0.1, 100.0),
    "maintenance brings a short closer": (-1, 1.0, 100.0, 10.0, 0.1, 100.0),
    "a long with all its worth behind it": (1, 1.0, 100.0, 100.0, 0.005, 0.0),
    "a short always has a price": (-1, 1.0, 100.0, 1000.0, 0.0, 1100.0),
    "no position": (1, 0.0, 100.0, 10.0, 0.005, 0.0),
    "no entry": (1, 1.0, math.nan, 10.0, 0.005, 0.0),
    "unknown collateral": (1, 1.0, 100.0, math.nan, 0.005, 0.0),
    "an absurd maintenance": (1, 1.0, 100.0, 10.0, 1.0, 0.0),
}


@pytest.mark.parametrize(
    ("sign", "qty_base", "entry_price", "collateral_quote", "maintenance_ratio", "price"),
    LIQUIDATIONS.values(),
    ids=LIQUIDATIONS.keys(),
)
def test_where_a_position_is_liquidated(
    sign: int,
    qty_base: float,
    entry_price: float,
    collateral_quote: float,
    maintenance_ratio: float,
    price: float,
) -> None:
    found = liquidation_price(sign, qty_base, entry_price, collateral_quote, maintenance_ratio)
    assert found == pytest.approx(price)


@given(
    sign=st.sampled_from([1, -1]),
    qty_base=st.floats(0.001, 1e4),
    entry_price=st.floats(0.01, 1e5),
    leverage=st.floats(1.5, 50.0),
    maintenance_ratio=st.floats(0.0, 0.01),
)
def test_at_the_liquidation_price_the_collateral_left_is_the_maintenance_margin(
    sign: int, qty_base: float, entry_price: float, leverage: float, maintenance_ratio: float
) -> None:
    collateral_quote = qty_base * entry_price / leverage
    price = liquidation_price(sign, qty_base, entry_price, collateral_quote, maintenance_ratio)
    left_quote = collateral_quote + sign * qty_base * (price - entry_price)
    scale = qty_base * entry_price
    assert left_quote == pytest.approx(maintenance_ratio * qty_base * price, abs=scale * 1e-9)
    assert (entry_price - price) * sign > 0.0


@given(sign=st.sampled_from([1, -1]), leverage=st.floats(1.5, 50.0), more=st.floats(1.01, 5.0))
def test_more_collateral_moves_liquidation_away(sign: int, leverage: float, more: float) -> None:
    near = liquidation_price(sign, 1.0, 100.0, 100.0 / leverage, 0.005)
    far = liquidation_price(sign, 1.0, 100.0, more * 100.0 / leverage, 0.005)
    assert far == 0.0 or (near - far) * sign > 0.0


def test_maintenance_is_a_share_of_the_notional_on_the_grid_of_money() -> None:
    assert maintenance_margin_quote(-1000.0, 0.005) == 5.0
    assert maintenance_margin_quote(1.0, 1.0 / 3.0) == 0.33333333


# sign, open, low, high, cash and the other perpetuals, their gross -> where it is taken away.
# The position is 10 at a price of about 100; 1 % of the notional must be left of the margin
FORCED = {
    "a long at two times its margin, a quiet bar": (1, 100.0, 90.0, 110.0, -500.0, 0.0, 0.0),
    "a long, down to where 1 % is left": (1, 100.0, 40.0, 110.0, -500.0, 0.0, 500.0 / 9.9),
    "a short, up to where 1 % is left": (-1, 100.0, 90.0, 200.0, 1500.0, 0.0, 1500.0 / 10.1),
    "a gap beyond the price takes it at the open": (1, 45.0, 40.0, 110.0, -500.0, 0.0, 45.0),
    "a short that is broke already": (-1, 160.0, 150.0, 170.0, 1500.0, 0.0, 160.0),
    "a long that is paid in full": (1, 100.0, 0.01, 110.0, 0.0, 0.0, 0.0),
    "what the others must keep counts": (1, 100.0, 40.0, 110.0, -500.0, 1000.0, 510.0 / 9.9),
    "unknown cash is none": (1, 100.0, 90.0, 110.0, math.nan, 0.0, 100.0),
}


@pytest.mark.parametrize(
    ("sign", "open_price", "low_price", "high_price", "others", "gross", "price"),
    FORCED.values(),
    ids=FORCED.keys(),
)
def test_where_an_event_takes_a_crossed_position_away(
    sign: int,
    open_price: float,
    low_price: float,
    high_price: float,
    others: float,
    gross: float,
    price: float,
) -> None:
    found = forced_price(sign, 10.0, open_price, low_price, high_price, others, gross)
    assert found == pytest.approx(price)


@given(
    sign=st.sampled_from([1, -1]),
    low_price=st.floats(1.0, 100.0),
    high_price=st.floats(100.0, 1000.0),
    equity_quote=st.floats(-500.0, 2000.0),
    gross_quote=st.floats(0.0, 5000.0),
)
def test_what_is_taken_away_is_what_the_account_cannot_carry_at_the_worst_price(
    sign: int, low_price: float, high_price: float, equity_quote: float, gross_quote: float
) -> None:
    qty_base, open_price = 10.0, 100.0
    others_quote = equity_quote - sign * qty_base * open_price
    price = forced_price(
        sign, qty_base, open_price, low_price, high_price, others_quote, gross_quote
    )
    worst_price = low_price if sign > 0 else high_price
    kept_quote = MAINTENANCE_RATIO * (gross_quote + qty_base * worst_price)
    left_quote = others_quote + sign * qty_base * worst_price - kept_quote
    if abs(left_quote) > 1e-6:  # on the edge either answer is right
        assert (price > 0.0) is (left_quote < 0.0)
    if price > 0.0:
        assert low_price <= price <= high_price


@pytest.mark.parametrize("sign", [1, -1])
def test_the_cost_of_funding_is_what_the_payments_sum_to(sign: int) -> None:
    paid_quote = -sum(funding_quote(sign, 2.0, 500.0, 0.0001) for _ in range(3))
    assert paid_quote == pytest.approx(funding_cost_ratio(sign, 0.0001, 3.0) * 1000.0)
    assert paid_quote * sign > 0.0
