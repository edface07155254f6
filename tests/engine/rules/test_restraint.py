"""What losses do to the next trades: smaller limits of the day, and a pause after a streak."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.limits import BreakerLimits
from engine.rules.restraint import adapted_limits, adapted_ratio, in_streak, streak_after

PLAIN = BreakerLimits(0.03, 0.06, 0.15, 0.25)


@pytest.mark.parametrize(
    ("day_start", "peak", "halt", "expected"),
    [
        (1000.0, 1000.0, 0.25, 0.04),
        (1100.0, 1000.0, 0.25, 0.04),
        (875.0, 1000.0, 0.25, 0.02),  # half of the way
        (812.5, 1000.0, 0.25, 0.01),  # three quarters: the floor
        (500.0, 1000.0, 0.25, 0.01),
        (1000.0, 0.0, 0.25, 0.01),  # nobody knows the peak
        (1000.0, math.nan, 0.25, 0.01),
        (500.0, 1000.0, 0.0, 0.04),
    ],
)
def test_a_days_limit_shrinks_as_capital_falls_under_its_peak(
    day_start: float, peak: float, halt: float, expected: float
) -> None:
    assert adapted_ratio(0.04, day_start, peak, halt) == pytest.approx(expected)


def test_only_the_limits_of_the_day_adapt_and_only_where_they_are_to() -> None:
    found = adapted_limits(PLAIN, 875.0, 1000.0, adapts=True)
    assert found == pytest.approx(BreakerLimits(0.015, 0.03, 0.15, 0.25))
    assert adapted_limits(PLAIN, 875.0, 1000.0, adapts=False) == PLAIN


@given(day_start=st.floats(0.0, 2e6), peak=st.floats(0.0, 1e6), halt=st.floats(0.0, 1.0))
def test_an_adapted_limit_never_grows_and_never_vanishes(
    day_start: float, peak: float, halt: float
) -> None:
    assert 0.01 <= adapted_ratio(0.04, day_start, peak, halt) <= 0.04


@pytest.mark.parametrize(
    ("streak", "result", "after"), [(0, -1.0, 1), (3, -1e-8, 4), (3, 0.0, 0), (3, 2.0, 0)]
)
def test_a_streak_counts_losses_and_ends_with_a_trade_that_is_none(
    streak: int, result: float, after: int
) -> None:
    assert streak_after(streak, result) == after


@pytest.mark.parametrize(
    ("streak", "since_s", "most", "pauses"),
    [
        (3, 0.0, 3, True),
        (4, 599.0, 3, True),
        (3, 600.0, 3, False),
        (2, 0.0, 3, False),
        (99, 0.0, 0, False),
        (3, math.inf, 3, False),
        (3, math.nan, 3, True),
    ],
)
def test_a_losing_streak_pauses_entries_for_a_while(
    streak: int, since_s: float, most: int, pauses: bool
) -> None:
    assert in_streak(streak, since_s, most, 600.0) is pauses
