"""Value at risk and expected shortfall against hand-made pasts."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analytics.tail import LEAST_RETURNS, diversification_ratio, results, tail


def test_the_past_tells_the_loss_that_covers_the_level_and_the_mean_beyond() -> None:
    made = -np.arange(1.0, 101.0)  # losses of 1 to 100
    found = tail(made, 0.95, 1.0)
    assert found is not None
    assert found.historical_quote == 95.0
    assert found.shortfall_quote == pytest.approx(np.mean([95, 96, 97, 98, 99, 100]))


def test_the_normal_way_is_the_textbooks() -> None:
    made = np.tile([-10.0, 10.0], 50)
    found = tail(made, 0.99, 4.0)
    assert found is not None
    deviation = float(made.std(ddof=1)) * 2.0  # four steps
    normal = NormalDist()
    assert found.parametric_quote == pytest.approx(deviation * normal.inv_cdf(0.99))
    beyond = normal.pdf(normal.inv_cdf(0.99)) / 0.01
    assert found.normal_shortfall_quote == pytest.approx(deviation * beyond)
    assert found.historical_quote == 20.0


def test_gains_alone_are_no_loss_and_a_short_past_says_nothing() -> None:
    found = tail(np.full(LEAST_RETURNS, 5.0), 0.95, 1.0)
    assert found is not None
    assert (found.historical_quote, found.parametric_quote, found.shortfall_quote) == (0, 0, 0)
    assert tail(np.full(LEAST_RETURNS - 1, 5.0), 0.95, 1.0) is None


@given(st.lists(st.floats(-1e4, 1e4), min_size=LEAST_RETURNS, max_size=200))
def test_the_deeper_level_is_never_the_smaller_loss(made: list[float]) -> None:
    mild, deep = (tail(np.array(made), level, 1.0) for level in (0.95, 0.99))
    assert mild is not None
    assert deep is not None
    slack = 1e-6
    assert deep.historical_quote >= mild.historical_quote
    assert deep.parametric_quote >= mild.parametric_quote - slack
    assert deep.shortfall_quote >= mild.shortfall_quote - slack
    assert mild.shortfall_quote >= mild.historical_quote - slack


def test_results_are_of_the_present_positions_where_every_return_is_known() -> None:
    moves = np.array([[0.1, np.nan, -0.1], [0.2, 0.3, 0.2]])
    made = results(moves, np.array([100.0, -10.0]))
    assert made == pytest.approx([8.0, -12.0])


def test_diversification_is_nothing_for_twins_and_full_for_a_perfect_hedge() -> None:
    move = np.random.default_rng(1).normal(0.0, 0.01, 100)
    twins = np.array([move, move])
    assert diversification_ratio(twins, np.array([5.0, 5.0])) == pytest.approx(0.0, abs=1e-12)
    assert diversification_ratio(twins, np.array([5.0, -5.0])) == pytest.approx(1.0)
    other = np.random.default_rng(2).normal(0.0, 0.01, 100)
    apart = diversification_ratio(np.array([move, other]), np.array([5.0, 5.0]))
    assert apart == pytest.approx(1.0 - math.sqrt(0.5), abs=0.05)
    assert math.isnan(diversification_ratio(twins[:, :10], np.array([5.0, 5.0])))
    assert math.isnan(diversification_ratio(twins * 0.0, np.array([5.0, 5.0])))
