"""What orders get: drawn cases, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.exits import opened
from engine.rules.fills import (
    NOT_FILLED,
    Costs,
    Fill,
    apply_fill,
    fill_at,
    impact_bps,
    is_filled,
    level_fill,
    limit_fill,
    market_fill,
    triggered_price,
    worse_price,
)

FREE = Costs(0.0, 0.0, 0.0, 0.0, 0.0)
COSTS = Costs(
    maker_fee_ratio=0.0002,
    taker_fee_ratio=0.0005,
    spread_bps=4.0,
    slippage_bps=1.0,
    impact_bps=10.0,
)
BUY, SELL = 1, -1


def test_a_market_buy_pays_half_the_spread_slippage_impact_and_the_takers_fee() -> None:
    # 2 bps half spread + 1 bps slippage + 10 bps * sqrt(1 / 100) = 4 bps on 100.00
    fill = market_fill(BUY, 1.0, 100.0, 99.0, 101.0, 100.0, COSTS, 0.01)
    assert fill.price == 100.04
    assert fill.notional_quote == 100.04
    assert fill.fee_quote == 0.05002
    assert fill.slippage_bps == pytest.approx(4.0)


def test_a_market_sale_gets_as_much_less() -> None:
    fill = market_fill(SELL, 1.0, 100.0, 99.0, 101.0, 100.0, COSTS, 0.01)
    assert fill.price == 99.96
    assert fill.slippage_bps == pytest.approx(4.0)


def test_the_price_is_rounded_to_the_step_against_the_taker() -> None:
    assert market_fill(BUY, 1.0, 100.0, 99.0, 101.0, 100.0, COSTS, 0.1).price == 100.1
    assert market_fill(SELL, 1.0, 100.0, 99.0, 101.0, 100.0, COSTS, 0.1).price == 99.9


@pytest.mark.parametrize(
    ("sign", "decision_price", "expected"),
    [
        (BUY, 100.0, 104.0),  # the event never traded so low: its low is the nearest
        (BUY, 110.0, 106.0),  # nor so high
        (SELL, 110.0, 106.0),
        (BUY, 105.0, 105.0),
    ],
)
def test_the_decision_price_is_pulled_into_what_the_event_traded(
    sign: int, decision_price: float, expected: float
) -> None:
    fill = market_fill(sign, 1.0, decision_price, 104.0, 106.0, 100.0, FREE, 0.01)
    assert fill.price == expected
    assert fill.slippage_bps == pytest.approx(
        (expected - decision_price) * sign / decision_price * 10000.0
    )


@pytest.mark.parametrize(
    ("qty_base", "volume_base", "expected_bps"),
    [
        (1.0, 100.0, 1.0),  # sqrt(0.01)
        (25.0, 100.0, 5.0),
        (100.0, 100.0, 10.0),
        (500.0, 100.0, 10.0),  # more than the bar's volume counts as all of it
        (1.0, 0.0, 10.0),  # nobody traded: the worst
        (1.0, math.nan, 10.0),
    ],
)
def test_impact_grows_with_the_square_root_of_participation(
    qty_base: float, volume_base: float, expected_bps: float
) -> None:
    assert impact_bps(qty_base, volume_base, COSTS) == expected_bps


@pytest.mark.parametrize(
    ("qty_base", "decision_price", "low_price", "high_price"),
    [
        (0.0, 100.0, 99.0, 101.0),
        (math.nan, 100.0, 99.0, 101.0),
        (1.0, math.nan, 99.0, 101.0),
        (1.0, 0.0, 99.0, 101.0),
        (1.0, 100.0, math.nan, 101.0),
        (1.0, 100.0, 101.0, 99.0),
        (1.0, 100.0, 99.0, math.inf),
    ],
)
def test_a_market_order_without_quantity_or_prices_is_not_filled(
    qty_base: float, decision_price: float, low_price: float, high_price: float
) -> None:
    fill = market_fill(BUY, qty_base, decision_price, low_price, high_price, 100.0, COSTS, 0.01)
    assert fill == NOT_FILLED
    assert not is_filled(fill)


def test_costs_that_eat_the_whole_price_fill_nothing_and_a_tiny_price_keeps_one_step() -> None:
    absurd = FREE._replace(slippage_bps=20000.0)
    assert market_fill(SELL, 1.0, 100.0, 99.0, 101.0, 100.0, absurd, 0.01) == NOT_FILLED
    assert worse_price(SELL, 0.015, 5000.0, 0.01) == 0.01
    assert worse_price(BUY, 100.0, math.nan, 0.01) == 0.0


MAKER = "maker"
TAKER = "taker"
#                    sign  limit    open   high    low    price  fee
LIMIT_TABLE = {
    "untouched": (BUY, 95.0, (100.0, 101.0, 96.0), None, None),
    "touched only: others stood in the queue before us": (
        BUY,
        95.0,
        (100.0, 101.0, 95.0),
        None,
        None,
    ),
    "half a step through is no price": (BUY, 95.0, (100.0, 101.0, 94.996), None, None),
    "through by a step: at the limit, as maker": (
        BUY,
        95.0,
        (100.0, 101.0, 94.99),
        95.0,
        MAKER,
    ),
    "opened through it: at the open, as taker": (BUY, 95.0, (94.0, 96.0, 93.0), 94.0, TAKER),
    "opened on it, then through": (BUY, 95.0, (95.0, 96.0, 94.0), 95.0, MAKER),
    "a sale untouched": (SELL, 105.0, (100.0, 104.0, 99.0), None, None),
    "a sale touched only": (SELL, 105.0, (100.0, 105.0, 99.0), None, None),
    "a sale through by a step": (SELL, 105.0, (100.0, 105.01, 99.0), 105.0, MAKER),
    "a sale opened through it": (SELL, 105.0, (106.0, 107.0, 104.0), 106.0, TAKER),
}


@pytest.mark.parametrize(
    ("sign", "limit_price", "bar", "price", "liquidity"),
    LIMIT_TABLE.values(),
    ids=LIMIT_TABLE.keys(),
)
def test_a_limit_order_fills_as_drawn(
    sign: int,
    limit_price: float,
    bar: tuple[float, float, float],
    price: float | None,
    liquidity: str | None,
) -> None:
    fill = limit_fill(sign, 2.0, limit_price, *bar, COSTS, 0.01)
    if price is None:
        assert fill == NOT_FILLED
        return
    fee_ratio = COSTS.maker_fee_ratio if liquidity == MAKER else COSTS.taker_fee_ratio
    assert (fill.price, fill.notional_quote) == (price, price * 2.0)
    assert fill.fee_quote == pytest.approx(price * 2.0 * fee_ratio, abs=1e-8)


def test_a_limit_order_without_quantity_or_prices_is_not_filled() -> None:
    assert limit_fill(BUY, 0.0, 95.0, 90.0, 91.0, 89.0, COSTS, 0.01) == NOT_FILLED
    assert limit_fill(BUY, 1.0, math.nan, 90.0, 91.0, 89.0, COSTS, 0.01) == NOT_FILLED
    assert limit_fill(BUY, 1.0, 95.0, 90.0, math.nan, 89.0, COSTS, 0.01) == NOT_FILLED


def test_where_an_instrument_has_no_price_step_any_price_beyond_the_limit_will_do() -> None:
    assert limit_fill(BUY, 1.0, 95.0, 100.0, 101.0, 94.999, COSTS, 0.0).price == 95.0
    assert limit_fill(BUY, 1.0, 95.0, 100.0, 101.0, 95.0, COSTS, 0.0) == NOT_FILLED


PRICES = st.floats(1.0, 1e5)


@given(
    sign=st.sampled_from([BUY, SELL]),
    qty_base=st.floats(0.001, 1e3),
    decision_price=PRICES,
    ends=st.tuples(PRICES, PRICES),
    volume_base=st.floats(0.0, 1e6),
    price_step=st.sampled_from([0.0, 0.01, 0.1, 0.5]),
)
def test_a_market_order_is_never_filled_better_than_what_traded(
    sign: int,
    qty_base: float,
    decision_price: float,
    ends: tuple[float, float],
    volume_base: float,
    price_step: float,
) -> None:
    low_price, high_price = sorted(ends)
    fill = market_fill(
        sign, qty_base, decision_price, low_price, high_price, volume_base, COSTS, price_step
    )
    traded_price = min(max(decision_price, low_price), high_price)
    assert (fill.price - traded_price) * sign >= 0.0
    assert fill.fee_quote >= 0.0
    assert fill.notional_quote > 0.0


def test_a_fill_against_the_position_shrinks_it_and_never_below_zero() -> None:
    position = opened(1, 0.3, 100.0, 95.0)
    position = apply_fill(position, SELL, 0.1, 101.0, 0.1)
    assert position.qty_base == 0.2
    assert position.initial_qty_base == 0.3
    assert position.entry_price == 100.0
    assert apply_fill(position, SELL, 0.5, 101.0, 0.1).qty_base == 0.0


def test_a_fill_with_the_position_averages_the_entry_and_enlarges_the_shares() -> None:
    position = apply_fill(opened(-1, 1.0, 100.0, 110.0), SELL, 3.0, 104.0, 0.1)
    assert (position.qty_base, position.initial_qty_base) == (4.0, 4.0)
    assert position.entry_price == 103.0
    assert position.initial_stop_price == 110.0


def test_a_late_fill_after_a_cancel_opens_a_flat_position_again() -> None:
    flat = apply_fill(opened(1, 1.0, 100.0, 95.0), SELL, 1.0, 105.0, 0.1)
    again = apply_fill(flat, BUY, 0.4, 98.0, 0.1)
    assert (again.qty_base, again.initial_qty_base, again.entry_price) == (0.4, 0.4, 98.0)


@pytest.mark.parametrize(
    ("qty_base", "price"), [(0.0, 100.0), (math.nan, 100.0), (math.inf, 100.0), (1.0, math.nan)]
)
def test_a_senseless_fill_changes_nothing(qty_base: float, price: float) -> None:
    position = opened(1, 1.0, 100.0, 95.0)
    assert apply_fill(position, SELL, qty_base, price, 0.1) is position


def test_a_fill_onto_a_senseless_quantity_tells_no_average() -> None:
    position = opened(1, math.inf, 100.0, 95.0)
    assert apply_fill(position, BUY, 1.0, 100.0, 0.1) is position


def test_a_limit_fill_needs_an_open_only_for_a_gap() -> None:
    assert limit_fill(BUY, 1.0, 95.0, math.nan, 101.0, 94.0, COSTS, 0.01).price == 95.0


def test_a_fill_without_a_decision_has_no_slippage() -> None:
    assert fill_at(BUY, 1.0, 100.0, 0.0, 0.0).slippage_bps == 0.0


def test_a_fill_of_nothing_reads_as_not_filled() -> None:
    assert is_filled(Fill(100.0, 0.05, 100.0, 1.0))
    assert not is_filled(NOT_FILLED)


def test_a_level_of_the_book_costs_its_price_and_the_slippage_alone() -> None:
    fill = level_fill(BUY, 2.0, 100.0, 99.0, COSTS, 0.01)
    assert (fill.price, fill.notional_quote, fill.fee_quote) == (100.01, 200.02, 0.10001)
    assert level_fill(SELL, 2.0, 100.0, 99.0, COSTS, 0.01).price == 99.99


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_level_of_nothing_fills_nothing(bad: float) -> None:
    assert level_fill(BUY, bad, 100.0, 100.0, COSTS, 0.01) == NOT_FILLED
    assert level_fill(BUY, 1.0, bad, 100.0, COSTS, 0.01) == NOT_FILLED


@pytest.mark.parametrize(
    ("rises", "opened", "low", "high", "expected"),
    [
        (False, 100.0, 96.0, 101.0, 0.0),  # the trigger at 95 was not traded
        (False, 100.0, 95.0, 101.0, 95.0),  # a touch is enough: that is what a trigger is
        (False, 90.0, 88.0, 91.0, 90.0),  # a gap: the open, not the trigger
        (True, 90.0, 88.0, 94.9, 0.0),
        (True, 90.0, 88.0, 99.0, 95.0),
        (True, 97.0, 96.0, 99.0, 97.0),
    ],
)
def test_a_trigger_is_met_at_its_price_or_at_the_open_beyond_it(
    rises: bool, opened: float, low: float, high: float, expected: float
) -> None:
    assert triggered_price(rises, 95.0, opened, low, high) == expected


def test_a_trigger_that_is_no_price_is_never_met() -> None:
    for bad in (0.0, -1.0, math.nan, math.inf):
        assert triggered_price(False, bad, 100.0, 90.0, 110.0) == 0.0
        assert triggered_price(True, 95.0, 100.0, bad, 110.0) == 0.0
