"""How limit orders wait: drawn cases, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.queues import part_base, queue_left_base, reached_base

BUY, SELL = 1, -1
NAN = math.nan


@pytest.mark.parametrize(
    ("sign", "limit", "low", "high", "expected"),
    [
        (BUY, 100.0, 100.0, 100.0, 12.0),  # a tick at the limit: all of it traded there
        (BUY, 100.0, 100.0, 100.3, 3.0),  # four steps, an even share of each
        (SELL, 100.3, 100.0, 100.3, 3.0),
        (BUY, 99.9, 100.0, 100.3, 0.0),  # not reached
        (SELL, 100.4, 100.0, 100.3, 0.0),
    ],
)
def test_volume_is_spread_evenly_over_what_the_event_traded(
    sign: int, limit: float, low: float, high: float, expected: float
) -> None:
    assert reached_base(sign, limit, low, high, 12.0, 0.1) == pytest.approx(expected)


def test_without_a_step_only_a_tick_says_what_traded_at_the_limit() -> None:
    assert reached_base(BUY, 100.0, 100.0, 100.0, 12.0, 0.0) == 12.0
    assert reached_base(BUY, 100.0, 100.0, 100.5, 12.0, 0.0) == 0.0


@pytest.mark.parametrize("volume", [0.0, -1.0, NAN, math.inf])
def test_an_unknown_volume_serves_nobody(volume: float) -> None:
    assert reached_base(BUY, 100.0, 100.0, 100.0, volume, 0.1) == 0.0


@pytest.mark.parametrize(
    ("ahead", "reached", "shown", "expected"),
    [
        (5.0, 2.0, NAN, 3.0),
        (5.0, 7.0, NAN, 0.0),
        (5.0, 0.0, 1.5, 1.5),  # more of them left than traded
        (5.0, 4.0, 9.0, 1.0),  # others joined behind
    ],
)
def test_who_is_before_us(ahead: float, reached: float, shown: float, expected: float) -> None:
    assert queue_left_base(ahead, reached, shown) == expected


@pytest.mark.parametrize(
    ("left", "traded", "share", "expected"),
    [
        (1.0, 2.0, 0.25, 0.5),
        (1.0, 2.22, 0.25, 0.55),  # whole steps, rounded down
        (1.0, 8.0, 0.25, 1.0),
        (1.0, 0.01, 0.25, 0.0),
        (1.0, 2.0, 0.0, 1.0),  # no share is set
        (1.0, 0.0, 0.25, 1.0),  # nobody says what traded
        (1.0, NAN, 0.25, 1.0),
    ],
)
def test_a_share_of_what_traded(left: float, traded: float, share: float, expected: float) -> None:
    assert part_base(left, traded, share, 0.01) == expected


@given(
    left=st.floats(0.01, 1e6),
    traded=st.floats(0.0, 1e6),
    share=st.floats(0.0, 1.0),
    ahead=st.floats(0.0, 1e6),
)
def test_nobody_gets_more_than_is_left_and_a_queue_never_grows(
    left: float, traded: float, share: float, ahead: float
) -> None:
    assert 0.0 <= part_base(left, traded, share, 0.01) <= left
    assert 0.0 <= queue_left_base(ahead, traded, NAN) <= ahead
