"""Intervals and tests agree with scipy, and many tests at once are not fooled by luck."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.analytics.intervals import (
    chance_of_loss_by_luck,
    corrected,
    mean_interval,
    share_interval,
    t_below,
    t_quantile,
)


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_is_wilsons(hits: int, count: int) -> None:
    hits = min(hits, count)
    found = share_interval(hits, count)
    wanted = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert found is not None
    assert found == pytest.approx((wanted.low, wanted.high), abs=1e-12)


@given(st.floats(-40.0, 40.0), st.integers(1, 500))
def test_students_distribution_is_scipys(value: float, freedom: int) -> None:
    assert t_below(value, freedom) == pytest.approx(stats.t.cdf(value, freedom), abs=1e-12)


@given(st.floats(0.55, 0.999), st.integers(1, 300))
def test_its_quantiles_are_scipys(chance: float, freedom: int) -> None:
    assert t_quantile(chance, freedom) == pytest.approx(stats.t.ppf(chance, freedom), rel=1e-8)


def test_the_interval_of_a_mean_and_its_test_are_scipys() -> None:
    values = np.random.default_rng(1).normal(-0.2, 1.0, 30)
    wanted = stats.ttest_1samp(values, 0.0, alternative="less")
    assert chance_of_loss_by_luck(values) == pytest.approx(wanted.pvalue, rel=1e-9)
    both = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    assert mean_interval(values) == pytest.approx((both.low, both.high), rel=1e-9)


def test_too_little_has_no_interval() -> None:
    assert share_interval(0, 0) is None
    for values in (np.zeros(0), np.array([1.0]), np.full(9, 0.1)):
        assert mean_interval(values) is None
        assert chance_of_loss_by_luck(values) is None


def test_holm_multiplies_the_smallest_by_all_and_never_falls() -> None:
    assert corrected([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert corrected([0.9, 0.8]) == (1.0, 1.0)
    assert corrected([]) == ()


@given(st.lists(st.floats(0.0, 1.0), max_size=30))
def test_a_corrected_chance_is_never_smaller(chances: list[float]) -> None:
    found = corrected(chances)
    assert all(new >= old for new, old in zip(found, chances, strict=True))
    assert all(math.isfinite(each) and each <= 1.0 for each in found)
