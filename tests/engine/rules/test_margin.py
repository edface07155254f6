"""Margin, liquidation and funding: drawn cases, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.ledger import funding_quote
from engine.rules.margin import (
    funding_cost_ratio,
    initial_margin_quote,
    is_liquidated,
    leverage_of,
    liquidation_distance_ratio,
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
    distance_ratio = liquidation_distance_ratio(sign, 100.0, far)
    assert distance_ratio > liquidation_distance_ratio(sign, 100.0, near)


@pytest.mark.parametrize(
    ("sign", "mark_price", "liquidation", "away_ratio"),
    [
        (1, 100.0, 90.0, 0.1),
        (-1, 100.0, 110.0, 0.1),
        (1, 90.0, 90.0, 0.0),
        (1, 80.0, 90.0, 0.0),
        (-1, 120.0, 110.0, 0.0),
        (1, 100.0, 0.0, math.inf),
        (1, math.nan, 90.0, 0.0),
        (1, 0.0, 90.0, 0.0),
        (1, math.inf, 90.0, 0.0),
    ],
)
def test_the_distance_to_liquidation(
    sign: int, mark_price: float, liquidation: float, away_ratio: float
) -> None:
    assert liquidation_distance_ratio(sign, mark_price, liquidation) == pytest.approx(away_ratio)


def test_margins_are_shares_of_the_notional_on_the_grid_of_money() -> None:
    assert initial_margin_quote(1000.0, 3.0) == 333.33333333
    assert initial_margin_quote(-1000.0, 4.0) == 250.0
    assert initial_margin_quote(1000.0, 0.0) == math.inf
    assert initial_margin_quote(1000.0, math.nan) == math.inf
    assert maintenance_margin_quote(-1000.0, 0.005) == 5.0


@pytest.mark.parametrize(
    ("gross_quote", "equity_quote", "leverage"),
    [
        (3000.0, 1000.0, 3.0),
        (0.0, 1000.0, 0.0),
        (0.0, -5.0, 0.0),
        (10.0, 0.0, math.inf),
        (10.0, -5.0, math.inf),
        (10.0, math.nan, math.inf),
    ],
)
def test_leverage_is_gross_over_equity(
    gross_quote: float, equity_quote: float, leverage: float
) -> None:
    assert leverage_of(gross_quote, equity_quote) == leverage


@pytest.mark.parametrize(
    ("equity_quote", "maintenance_quote", "gone"),
    [
        (100.0, 50.0, False),
        (50.0, 50.0, True),
        (-1.0, 50.0, True),
        (math.nan, 50.0, True),
        (-1.0, 0.0, False),  # nothing is held on margin
    ],
)
def test_liquidation_is_when_equity_no_longer_covers_the_maintenance(
    equity_quote: float, maintenance_quote: float, gone: bool
) -> None:
    assert is_liquidated(equity_quote, maintenance_quote) is gone


@pytest.mark.parametrize("sign", [1, -1])
def test_the_cost_of_funding_is_what_the_payments_sum_to(sign: int) -> None:
    paid_quote = -sum(funding_quote(sign, 2.0, 500.0, 0.0001) for _ in range(3))
    assert paid_quote == pytest.approx(funding_cost_ratio(sign, 0.0001, 3.0) * 1000.0)
    assert paid_quote * sign > 0.0
