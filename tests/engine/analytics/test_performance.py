"""Curves as daily returns, months and one set of measures."""

from datetime import UTC, datetime

import numpy as np
import pytest

from engine.analytics.calendars import month_table
from engine.analytics.equity import EquityCurve, measured
from engine.analytics.performance import LEAST_DAYS, daily_returns, performance
from engine.analytics.ratios import sharpe

DAY_S = 86_400.0
START_S = datetime(2025, 11, 10, tzinfo=UTC).timestamp()


def a_curve(days: list[float], equity: list[float]) -> EquityCurve:
    """A curve with points so many days after the start."""
    return measured(START_S + DAY_S * np.array(days), np.array(equity), "USDT")


def test_days_end_with_their_last_point_and_a_silent_day_changes_nothing() -> None:
    found = daily_returns(a_curve([0.1, 0.9, 1.5, 3.5], [100.0, 110.0, 121.0, 60.5]))
    assert found.tolist() == pytest.approx([0.1, 0.1, 0.0, -0.5])


def test_a_curve_without_worth_or_of_one_point_has_no_returns() -> None:
    assert daily_returns(a_curve([0.0, 1.0], [100.0, 0.0])).size == 0
    assert daily_returns(a_curve([0.0], [100.0])).size == 0


def test_a_young_desk_is_not_blown_up_to_a_year() -> None:
    days = list(range(LEAST_DAYS - 1))
    young = performance(a_curve([float(d) for d in days], [100.0 + d for d in days]))
    assert young.return_ratio == pytest.approx(0.01 * (LEAST_DAYS - 2))
    assert (young.sharpe, young.annual_return_ratio, young.day_var_ratio) == (None, None, None)


def test_an_old_desk_has_every_measure() -> None:
    steps = np.random.default_rng(5).normal(0.002, 0.02, 200)
    curve = a_curve(np.arange(200.0).tolist(), (100.0 * np.exp(np.cumsum(steps))).tolist())
    found = performance(curve)
    assert found.days == 200
    assert found.sharpe == sharpe(daily_returns(curve))
    assert found.recovery_factor == pytest.approx(
        (curve.equity_quote[-1] / curve.equity_quote[0] - 1.0) / found.max_drawdown_ratio
    )
    assert None not in {found.sortino, found.calmar, found.omega, found.day_shortfall_ratio}


def test_a_curve_of_nothing_measures_nothing() -> None:
    found = performance(a_curve([], []))
    assert (found.days, found.return_ratio, found.max_drawdown_ratio) == (0, None, 0.0)
    assert found.recovered


def test_months_compound_to_the_year_and_stand_in_their_place() -> None:
    table = month_table(a_curve([0.0, 20.0, 21.0, 60.0], [100.0, 110.0, 99.0, 198.0]))
    assert table.years == (2025, 2026)
    assert table.change_ratio[0, 10:].tolist() == pytest.approx([0.1, -0.1])  # to 30 Nov, 1 Dec
    assert table.change_ratio[1, 0] == pytest.approx(1.0)
    assert np.isnan(table.change_ratio[0, :10]).all()
    assert np.isnan(table.change_ratio[1, 1:]).all()
    assert np.prod(1.0 + table.year_ratio) == pytest.approx(1.98)
    assert month_table(a_curve([0.0], [1.0])).years == ()
