"""Sizes: drawn cases with the cap that decided, then properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.sizing import SizeBound, SizeLimits, cap_size, risk_size, size, tightest_cap

OPEN = SizeLimits(
    max_position_ratio=math.inf,
    max_notional_quote=math.inf,
    room_quote=math.inf,
    cash_quote=math.inf,
    entry_cost_ratio=0.001,
    min_notional_quote=5.0,
    min_qty_base=0.001,
    qty_step=0.001,
)

# equity 10 000, 1 % at risk, entry 100, stop 95: 100 / 5 = 20 units, 2000 notional
CASES = {
    "risk alone": (OPEN, 20.0, SizeBound.RISK),
    "10 % of equity": (OPEN._replace(max_position_ratio=0.1), 10.0, SizeBound.POSITION),
    "a fixed notional": (OPEN._replace(max_notional_quote=500.0), 5.0, SizeBound.NOTIONAL),
    "what exposure leaves": (OPEN._replace(room_quote=333.333), 3.333, SizeBound.ROOM),
    "cash with the fee in it": (OPEN._replace(cash_quote=1001.0), 10.0, SizeBound.CASH),
    "no room": (OPEN._replace(room_quote=0.0), 0.0, SizeBound.ROOM),
    "negative cash": (OPEN._replace(cash_quote=-5.0), 0.0, SizeBound.CASH),
    "unknown cash": (OPEN._replace(cash_quote=math.nan), 0.0, SizeBound.CASH),
    "unknown room": (OPEN._replace(room_quote=math.nan), 0.0, SizeBound.ROOM),
    "unknown maximum": (OPEN._replace(max_notional_quote=math.nan), 0.0, SizeBound.NOTIONAL),
    "unknown cap": (OPEN._replace(max_position_ratio=math.nan), 0.0, SizeBound.POSITION),
    "cut under the minimum by a cap": (OPEN._replace(room_quote=4.0), 0.0, SizeBound.ROOM),
    "minimum notional": (OPEN._replace(min_notional_quote=3000.0), 0.0, SizeBound.TOO_SMALL),
    "minimum quantity": (OPEN._replace(min_qty_base=21.0), 0.0, SizeBound.TOO_SMALL),
    "a coarse step": (OPEN._replace(qty_step=7.0), 14.0, SizeBound.RISK),
    "a step above the size": (OPEN._replace(qty_step=50.0), 0.0, SizeBound.TOO_SMALL),
    "the smallest cap wins": (
        OPEN._replace(max_position_ratio=0.1, max_notional_quote=900.0, room_quote=800.0),
        8.0,
        SizeBound.ROOM,
    ),
}


@pytest.mark.parametrize(("limits", "qty_base", "bound_by"), CASES.values(), ids=CASES.keys())
def test_a_size_and_what_decided_it(
    limits: SizeLimits, qty_base: float, bound_by: SizeBound
) -> None:
    sized = size(10_000.0, 0.01, 100.0, 95.0, limits)
    assert (sized.qty_base, SizeBound(sized.bound_by)) == (qty_base, bound_by)
    assert sized.notional_quote == qty_base * 100.0
    assert sized.risk_quote == qty_base * 5.0
    assert sized.wanted_base == 20.0


def test_a_short_is_sized_like_a_long() -> None:
    assert risk_size(10_000.0, 0.01, 100.0, 105.0, 0.001) == 20.0
    assert risk_size(10_000.0, 0.01, 100.0, 97.0, 0.001) == 33.333


@pytest.mark.parametrize(
    ("equity_quote", "risk_ratio", "entry_price", "stop_price"),
    [
        (0.0, 0.01, 100.0, 95.0),
        (-10.0, 0.01, 100.0, 95.0),
        (10_000.0, 0.0, 100.0, 95.0),
        (-10_000.0, -0.01, 100.0, 95.0),  # two wrongs make no right
        (10_000.0, 0.01, 100.0, 100.0),
        (10_000.0, 0.01, 100.0, 0.0),
        (10_000.0, 0.01, 100.0, math.nan),
        (math.nan, 0.01, 100.0, 95.0),
        (math.inf, 0.01, 100.0, 95.0),
    ],
)
def test_without_equity_risk_or_a_stop_there_is_no_size(
    equity_quote: float, risk_ratio: float, entry_price: float, stop_price: float
) -> None:
    sized = size(equity_quote, risk_ratio, entry_price, stop_price, OPEN)
    assert (sized.qty_base, sized.bound_by) == (0.0, SizeBound.NO_RISK)


def test_a_size_wanted_by_something_else_is_capped_the_same_way() -> None:
    sized = cap_size(50.0, 10_000.0, 100.0, 95.0, OPEN._replace(max_position_ratio=0.2))
    assert (sized.qty_base, sized.bound_by, sized.risk_quote) == (20.0, SizeBound.POSITION, 100.0)
    assert cap_size(math.nan, 10_000.0, 100.0, 95.0, OPEN).qty_base == 0.0


def test_the_tightest_cap_names_itself() -> None:
    cap = tightest_cap(10_000.0, OPEN._replace(max_position_ratio=0.5, cash_quote=1001.0))
    assert cap.notional_quote == pytest.approx(1000.0)
    assert cap.bound_by == SizeBound.CASH


@given(
    equity_quote=st.floats(10.0, 1e6),
    risk_ratio=st.floats(0.0001, 0.1),
    entry_price=st.floats(0.01, 1e5),
    stop_ratio=st.floats(0.5, 1.5),
    caps=st.tuples(*[st.floats(0.0, 1e6)] * 3),
    max_position_ratio=st.floats(0.01, 3.0),
)
def test_no_size_breaks_a_cap_or_risks_more_than_it_may(
    equity_quote: float,
    risk_ratio: float,
    entry_price: float,
    stop_ratio: float,
    caps: tuple[float, float, float],
    max_position_ratio: float,
) -> None:
    limits = SizeLimits(max_position_ratio, *caps, 0.001, 5.0, 0.001, 0.001)
    stop_price = entry_price * stop_ratio
    sized = size(equity_quote, risk_ratio, entry_price, stop_price, limits)
    nearly = 1.0 + 1e-12  # 15 digits
    notional_quote = sized.qty_base * entry_price
    assert sized.qty_base * abs(entry_price - stop_price) <= equity_quote * risk_ratio * nearly
    assert notional_quote <= equity_quote * max_position_ratio * nearly
    assert all(notional_quote <= cap * nearly for cap in caps)
    assert sized.qty_base == 0.0 or sized.notional_quote >= 5.0
