"""A position that cannot be protected is left at once."""

import math

import pytest

from engine.rules.exits import NO_EXIT, Exit, ExitReason, opened
from engine.rules.protection import unprotected_exit

ALL = Exit(ExitReason.PROTECTION, 2.0, 101.0)


@pytest.mark.parametrize(
    ("refusals", "unprotected_s", "left"),
    [
        (0, 0.0, NO_EXIT),
        (2, 29.9, NO_EXIT),
        (3, 0.0, ALL),
        (0, 30.0, ALL),
        (0, math.nan, ALL),
        (5, math.inf, ALL),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_three_refusals_or_half_a_minute_are_too_much(
    refusals: int, unprotected_s: float, left: Exit, sign: int
) -> None:
    position = opened(sign, 2.0, 100.0, 100.0 - sign * 5.0)
    assert unprotected_exit(position, refusals, unprotected_s, 3, 30.0, 101.0) == left


@pytest.mark.parametrize(
    ("qty_base", "stop_price", "price"), [(0.0, 95.0, 101.0), (2.0, 0.0, 101.0), (2.0, 95.0, 0.0)]
)
def test_nothing_leaves_where_nothing_is_held_guarded_or_priced(
    qty_base: float, stop_price: float, price: float
) -> None:
    position = opened(1, qty_base, 100.0, stop_price)
    assert unprotected_exit(position, 9, 99.0, 3, 30.0, price) == NO_EXIT
