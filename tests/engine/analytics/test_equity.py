"""The equity curve and its times under water."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.equity import (
    EquityCurve,
    deepest,
    drawdowns,
    episodes,
    equity_curve,
    measured,
    without_moves,
)
from engine.core.state import EquityPoint

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_curve(*equity: float) -> EquityCurve:
    """A curve with one point per minute."""
    return measured(np.arange(0.0, 60.0 * len(equity), 60.0), np.array(equity), "USDT")


def test_points_become_a_curve() -> None:
    points = [
        EquityPoint(
            at=NOON + timedelta(minutes=minute),
            equity_quote=Decimal("10000.12345678") - minute,
            cash_quote=Decimal(1),
            unrealised_quote=Decimal(0),
            drawdown_ratio=0.0,
            open_positions=0,
        )
        for minute in range(3)
    ]
    curve = equity_curve(points, "USDT")
    assert curve.equity_quote.tolist() == [10000.12345678, 9999.12345678, 9998.12345678]
    assert curve.at_s[0] == NOON.timestamp()
    assert len(equity_curve([], "USDT")) == 0


def test_a_deposit_is_no_gain_and_a_withdrawal_no_loss() -> None:
    equity = np.array([1000.0, 1100.0, 2100.0, 1050.0, 525.0])  # +10 %, +1 000 in, -50 %, half out
    moved = np.array([0.0, 0.0, 1000.0, 1000.0, 475.0])
    shown = without_moves(equity, moved)
    assert shown[-1] == 525.0
    assert shown[1:] / shown[:-1] == pytest.approx([1.1, 1.0, 0.5, 1.0])


@given(st.lists(st.floats(1.0, 1e6), max_size=30))
def test_where_nothing_moved_the_curve_is_the_equity_to_the_last_digit(
    equity: list[float],
) -> None:
    shown = without_moves(np.array(equity), np.full(len(equity), 7.5))
    assert shown.tolist() == equity


def test_an_account_that_was_emptied_begins_anew() -> None:
    shown = without_moves(np.array([100.0, 0.0, 50.0]), np.array([0.0, -100.0, -50.0]))
    assert shown.tolist() == [100.0, 0.0, 50.0]


def test_drawn_times_under_water() -> None:
    curve = a_curve(100.0, 90.0, 95.0, 100.0, 110.0, 55.0, 88.0)
    first, second = episodes(curve)
    assert first.ratio == pytest.approx(0.1)
    assert first.recovered
    assert (first.peak_at_s, first.trough_at_s, first.end_at_s) == (0.0, 60.0, 180.0)
    assert first.duration_s == 180.0
    assert (second.ratio, second.recovered) == (0.5, False)
    assert (second.peak_at_s, second.trough_at_s, second.end_at_s) == (240.0, 300.0, 360.0)
    assert deepest(curve) == second


def test_a_curve_that_never_falls_was_never_under_water() -> None:
    assert episodes(a_curve(1.0, 1.0, 2.0)) == ()
    assert deepest(a_curve(1.0, 2.0)) is None
    assert deepest(a_curve()) is None


def test_an_account_without_equity_is_wholly_under_water() -> None:
    assert drawdowns(np.array([0.0, -5.0, 10.0, 5.0])).tolist() == [1.0, 1.0, 0.0, 0.5]


@given(st.lists(st.floats(0.01, 1e7), min_size=1, max_size=60))
def test_the_deepest_point_agrees_with_a_plain_loop(equity: list[float]) -> None:
    peak, wanted = 0.0, 0.0
    for value in equity:
        peak = max(peak, value)
        wanted = max(wanted, 1.0 - value / peak)
    worst = deepest(a_curve(*equity))
    assert (worst.ratio if worst else 0.0) == pytest.approx(wanted, abs=1e-12)
