"""Correlations, betas and clusters against numpy on whole data, and pairwise where bars miss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import EMPTY, Bars, bars_of
from engine.market.correlation import (
    LEAST_HOURS,
    WINDOW_HOURS,
    clusters,
    hourly_returns,
    together,
)
from tests.engine.market.drawn import walk

SYMBOLS = ("BTC", "ETH", "SOL", "GOLD")


def linked(seed: int) -> Floats:
    """(4, hours) returns: three that follow each other, and a loner."""
    chance = np.random.default_rng(seed)
    common = chance.normal(0.0, 0.01, WINDOW_HOURS)
    own = chance.normal(0.0, 0.003, (4, WINDOW_HOURS))
    weight = np.array([1.0, 1.5, 2.0, 0.0])[:, None]
    return np.asarray(weight * common + own, dtype=np.float64)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1))
def test_whole_data_agrees_with_numpy(seed: int) -> None:
    returns = linked(seed)
    found = together(returns, SYMBOLS, "BTC")
    np.testing.assert_allclose(found.correlation, np.corrcoef(returns), rtol=1e-9, atol=1e-9)
    beta = np.cov(returns)[:, 0] / np.var(returns[0], ddof=1)
    np.testing.assert_allclose(found.beta, beta, rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 0.6))
def test_missing_hours_are_left_out_pair_by_pair(seed: int, share: float) -> None:
    returns = linked(seed)
    hole = np.random.default_rng(seed + 1).random(returns.shape) < share
    returns[hole] = np.nan
    found = together(returns, SYMBOLS, "BTC")
    for i in range(4):
        for j in range(4):
            both = np.isfinite(returns[i]) & np.isfinite(returns[j])
            if both.sum() < LEAST_HOURS:
                assert np.isnan(found.correlation[i, j])
                continue
            wanted = np.corrcoef(returns[i][both], returns[j][both])[0, 1]
            assert found.correlation[i, j] == pytest.approx(wanted, abs=1e-9)


def test_clusters_are_what_hangs_together() -> None:
    moves = together(linked(4), SYMBOLS, "BTC")
    assert clusters(moves) == (frozenset({"BTC", "ETH", "SOL"}),)
    assert clusters(moves, 0.9999) == ()
    assert moves.between("BTC", "ETH") > 0.9
    assert abs(moves.between("BTC", "GOLD")) < 0.4
    assert np.isnan(moves.between("BTC", "DOGE"))


def test_a_chain_is_one_cluster_and_the_largest_comes_first() -> None:
    symbols = ("a", "b", "c", "d", "e")
    matrix = np.eye(5)
    for i, j in ((0, 2), (2, 4), (1, 3)):
        matrix[i, j] = matrix[j, i] = 0.8
    moves = together(np.zeros((5, 3)), symbols, "a")._replace(correlation=matrix)
    assert clusters(moves) == (frozenset("ace"), frozenset("bd"))


def test_without_the_symbol_there_is_no_beta_and_a_still_symbol_has_no_correlation() -> None:
    returns = linked(1)
    returns[3] = 0.0
    found = together(returns, SYMBOLS, "DOGE")
    assert np.isnan(found.beta).all()
    assert np.isnan(found.correlation[3]).all()


def test_returns_are_of_closed_hours_on_one_grid() -> None:
    minutes = quarter_hours(1, 4 * (WINDOW_HOURS + 3) + 2)  # the last hour is half done
    short = minutes.tail(4 * 10 + 2)
    returns = hourly_returns({"a": minutes, "b": short, "c": EMPTY}, Timeframe.M15)
    assert returns.shape == (3, WINDOW_HOURS)
    closes = minutes.close[3::4]
    np.testing.assert_allclose(returns[0], (closes[1:] / closes[:-1] - 1.0)[-WINDOW_HOURS:])
    np.testing.assert_array_equal(returns[1, -8:], returns[0, -8:])
    assert np.isnan(returns[1, :-10]).all()
    assert np.isnan(returns[2]).all()


def test_a_missing_hour_takes_both_its_returns() -> None:
    whole = walk(2, 200)
    kept = np.arange(200) != 195
    torn = bars_of(
        whole.open_at_s[kept],
        *(
            column[kept]
            for column in (whole.open, whole.high, whole.low, whole.close, whole.volume_base)
        ),
    )
    returns = hourly_returns({"a": whole, "b": torn}, Timeframe.H1)
    gone = np.flatnonzero(np.isnan(returns[1]))
    assert gone.tolist() == [WINDOW_HOURS - 5, WINDOW_HOURS - 4]
    assert np.isfinite(returns[0]).all()


def quarter_hours(seed: int, count: int) -> Bars:
    """The bars of a walk, a quarter of an hour each."""
    bars = walk(seed, count)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume_base)
    return bars_of(900 * np.arange(count), *columns)
