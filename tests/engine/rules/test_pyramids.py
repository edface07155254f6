"""Adding to winners: drawn cases, and that no sequence of additions risks more than 1R."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.exits import Position, tightened
from engine.rules.fills import apply_fill
from engine.rules.ledger import initial_risk_quote
from engine.rules.plans import TRAIL, opened
from engine.rules.pyramids import AddTerms, add_size, is_confirmed, risk_room_quote
from engine.rules.steps import floor_to_step

TERMS = AddTerms(from_r=1.0, share_ratio=0.5, max_adds=2)


def a_long(stop_price: float = 95.0) -> Position:
    """Ten units from 100, 1R = 5 per unit = 50."""
    return tightened(opened(1, 10.0, 100.0, 95.0), stop_price, TRAIL)


def floored(qty_base: float) -> float:
    return floor_to_step(qty_base, 0.01)


# stop, price, additions so far -> quantity
CASES = {
    "not in gain by 1R yet": (95.0, 104.9, 0, 0.0),
    "in gain, but the stop still risks all of 1R": (95.0, 105.0, 0, 0.0),
    "at breakeven there is 1R to risk: 50 / 6": (100.0, 106.0, 0, 5.0),
    "half of the first is enough where the room is wide": (104.0, 106.0, 0, 5.0),
    "the room decides: 20 of 50 left, 9 to the stop": (97.0, 106.0, 0, 2.22),
    "the second needs 2R": (104.0, 109.9, 1, 0.0),
    "the second": (104.0, 110.0, 1, 5.0),
    "no third": (104.0, 130.0, 2, 0.0),
    "a price at the stop": (106.0, 106.0, 0, 0.0),
    "a price that is none": (104.0, math.nan, 0, 0.0),
}


@pytest.mark.parametrize(
    ("stop_price", "price", "adds_done", "qty_base"), CASES.values(), ids=CASES.keys()
)
def test_how_much_may_be_added(
    stop_price: float, price: float, adds_done: int, qty_base: float
) -> None:
    assert floored(add_size(a_long(stop_price), price, adds_done, 50.0, TERMS, 0.0)) == qty_base
    short = tightened(opened(-1, 10.0, 100.0, 105.0), 200.0 - stop_price, TRAIL)
    assert floored(add_size(short, 200.0 - price, adds_done, 50.0, TERMS, 0.0)) == qty_base


def test_without_a_gain_that_confirms_nothing_is_added() -> None:
    assert not is_confirmed(a_long(104.0), 120.0, 0, TERMS._replace(from_r=0.0))
    assert not is_confirmed(opened(1, 10.0, 100.0, 0.0), 120.0, 0, TERMS)
    assert not is_confirmed(opened(1, 0.0, 100.0, 95.0), 120.0, 0, TERMS)
    assert add_size(opened(1, 10.0, 100.0, 0.0), 120.0, 0, 50.0, TERMS, 0.0) == 0.0


def test_the_room_is_what_the_first_risk_leaves() -> None:
    assert risk_room_quote(a_long(), 50.0) == 0.0
    assert risk_room_quote(a_long(98.0), 50.0) == 30.0
    assert risk_room_quote(a_long(103.0), 50.0) == 80.0
    assert risk_room_quote(a_long(), math.nan) == 0.0


@given(
    sign=st.sampled_from([1, -1]),
    moves=st.lists(st.tuples(st.floats(0.0, 20.0), st.floats(0.0, 1.0)), min_size=1, max_size=8),
    share_ratio=st.floats(0.05, 3.0),
    from_r=st.sampled_from([0.25, 0.5, 1.0]),
)
def test_with_every_addition_in_it_the_stop_never_costs_more_than_the_first_risk(
    sign: int, moves: list[tuple[float, float]], share_ratio: float, from_r: float
) -> None:
    position = opened(sign, 10.0, 100.0, 100.0 - sign * 5.0)
    budget_quote = initial_risk_quote(position)
    terms = AddTerms(from_r, share_ratio, 5)
    gain_price, adds_done = 0.0, 0
    for more_price, behind in moves:
        gain_price += more_price  # the stop follows somewhere between entry and price
        price = 100.0 + sign * gain_price
        position = tightened(position, 100.0 + sign * gain_price * behind * 0.99, TRAIL)
        added_base = add_size(position, price, adds_done, budget_quote, terms, 0.001)
        worse_price = price * (1.0 + sign * 0.001)
        position = apply_fill(position, sign, floored(added_base), worse_price, 0.01)
        adds_done += added_base > 0.0
        lost_quote = (position.entry_price - position.stop_price) * sign * position.qty_base
        assert lost_quote <= budget_quote * (1.0 + 1e-9)
