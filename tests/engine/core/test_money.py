"""The gate between Decimal and float64."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.money import (
    NotFinite,
    ceil_to_step,
    floor_to_step,
    on_step,
    round_to_step,
    to_decimal,
    to_quote,
)

STEPS = st.sampled_from([Decimal(text) for text in ("1", "0.1", "0.01", "0.5", "0.00001", "25")])
VALUES = st.decimals(min_value=0, max_value=9_999_999, places=8)


def test_noise_of_a_difference_does_not_cost_a_step() -> None:
    assert floor_to_step(0.7 - 0.4, Decimal("0.1")) == Decimal("0.3")
    assert to_decimal(0.1 + 0.2) == Decimal("0.3")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_money(value: float) -> None:
    for gate in (to_decimal, to_quote, lambda v: floor_to_step(v, Decimal(1))):
        with pytest.raises(NotFinite):
            gate(value)


def test_a_decimal_that_is_not_finite_is_refused_too() -> None:
    with pytest.raises(NotFinite):
        floor_to_step(Decimal("NaN"), Decimal(1))


@given(VALUES)
def test_money_survives_the_way_through_float(value: Decimal) -> None:
    assert to_quote(float(value)) == value


@given(VALUES, STEPS)
def test_steps_bracket_the_value(value: Decimal, step: Decimal) -> None:
    low, high, near = (f(value, step) for f in (floor_to_step, ceil_to_step, round_to_step))
    assert low <= value <= high
    assert high - low in {Decimal(0), step}
    assert near in {low, high}
    assert all(on_step(found, step) for found in (low, high, near))
