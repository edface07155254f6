"""Float rounding against the Decimal gate of engine.core.money."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.core.money import to_decimal
from engine.rules.steps import (
    ceil_to_step,
    cleaned,
    floor_to_step,
    from_steps,
    quote8,
    round_to_step,
    snapped,
    steps_in,
)

STEPS = st.sampled_from([1e-8, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 10.0])


def exact(value: float, step: float, rounding: str) -> Decimal:
    """The same rounding in Decimal, by the gate's 15 digits."""
    unit = to_decimal(step)
    return (to_decimal(value) / unit).to_integral_value(rounding=rounding) * unit


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        (0.7 - 0.4, 0.1, 0.3),  # 0.29999999999999993 is three tenths
        (0.1 + 0.2, 0.1, 0.3),  # 0.30000000000000004 as well
        (0.3, 0.1, 0.3),  # 0.3 / 0.1 is 2.9999999999999996
        (1.999, 0.01, 1.99),
        (0.0009, 0.001, 0.0),
        (1234.5678, 0.0, 1234.5678),  # no step, nothing to round
        (7.0, 2.5, 5.0),
        (5e-324, 0.001, 0.0),
        (1e300, 0.001, 1e300),  # beyond what steps can count
        (math.nan, 0.001, 0.0),
        (math.inf, 0.001, 0.0),
        (-1.0, 0.001, 0.0),
        (1.0, math.nan, 1.0),
        (1.0, math.inf, 1.0),
    ],
)
def test_floor_to_step_knows_noise_from_value(value: float, step: float, expected: float) -> None:
    assert floor_to_step(value, step) == expected


def test_ceiling_and_nearest_know_noise_from_value_too() -> None:
    assert ceil_to_step(0.1 + 0.2, 0.1) == 0.3
    assert ceil_to_step(0.301, 0.1) == 0.4
    assert ceil_to_step(math.nan, 0.1) == 0.0
    assert ceil_to_step(0.301, 0.0) == 0.301
    assert round_to_step(0.25, 0.1) == 0.3
    assert round_to_step(0.24, 0.1) == 0.2
    assert round_to_step(0.24, 0.0) == 0.24


@given(count=st.integers(0, 10**6), step=STEPS)
def test_a_multiple_of_a_step_stays_what_it_is(count: int, step: float) -> None:
    multiple = float(to_decimal(step) * count)
    assert floor_to_step(multiple, step) == multiple
    assert ceil_to_step(multiple, step) == multiple
    assert round_to_step(multiple, step) == multiple
    assert snapped(multiple, step) == multiple


@given(value=st.floats(1e-6, 1e6), step=STEPS)
def test_floor_and_ceiling_agree_with_decimal_to_the_last_digit(value: float, step: float) -> None:
    count = Decimal(value) / to_decimal(step)
    # nearer to a multiple than 15 digits tell: either neighbour is right
    assume(abs(count - round(count)) > count * Decimal("1e-14"))
    assert to_decimal(floor_to_step(value, step)) == exact(value, step, ROUND_FLOOR)
    assert to_decimal(ceil_to_step(value, step)) == exact(value, step, ROUND_CEILING)


@given(counts=st.lists(st.integers(1, 10**5), min_size=2, max_size=30), step=STEPS)
def test_sums_of_quantities_stay_on_the_grid_when_snapped(counts: list[int], step: float) -> None:
    total = 0.0
    for count in counts:
        total = snapped(total + from_steps(float(count), step), step)
    assert to_decimal(total) == to_decimal(step) * sum(counts)


def test_snapped_keeps_the_dust_that_a_fee_in_base_left() -> None:
    assert snapped(0.99905 - 0.999, 0.001) == 0.99905 - 0.999
    assert snapped(1.0 - 0.999, 0.001) == 0.001
    assert snapped(0.3 - 0.3, 0.1) == 0.0
    assert snapped(0.1 - 0.3, 0.1) == 0.0
    assert snapped(math.nan, 0.1) == 0.0


def test_what_cannot_be_counted_in_steps_says_so() -> None:
    assert steps_in(1.0, 0.0) == -1.0
    assert from_steps(3.0, 0.0) == 0.0
    assert cleaned(2.9999999999999996, 1e-14) == 3.0
    assert cleaned(2.9, 1e-14) == 2.9
    assert cleaned(-1.0, 1e-14) == -1.0


def test_a_step_without_a_whole_reciprocal_is_multiplied() -> None:
    assert from_steps(3.0, 0.3) == 3.0 * 0.3
    assert from_steps(3.0, 2.5) == 7.5


@given(
    hundred_millionths=st.integers(-(10**14), 10**14), noise=st.sampled_from([0.0, 1e-16, -1e-16])
)
def test_quote8_is_the_double_nearest_to_the_decimal(hundred_millionths: int, noise: float) -> None:
    money = Decimal(hundred_millionths).scaleb(-8)
    rounded = quote8(float(money) * (1.0 + noise))
    assert rounded == float(money)
    assert to_decimal(rounded) == money


@given(value=st.floats(-1e6, 1e6))
def test_quote8_is_within_half_a_unit_and_idempotent(value: float) -> None:
    rounded = quote8(value)
    # a million holds doubles 1.2e-10 apart, so half a unit is told that closely
    assert abs(Decimal(rounded) - Decimal(value)) <= Decimal("0.52e-8")
    assert quote8(rounded) == rounded


def test_quote8_passes_what_has_no_eighth_digit() -> None:
    assert quote8(1e15) == 1e15
    assert quote8(math.inf) == math.inf
    assert math.isnan(quote8(math.nan))
