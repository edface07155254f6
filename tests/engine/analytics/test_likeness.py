"""Likeness: agrees with numpy's own, leaves the present bar out, and says what it does not know."""

import numpy as np
import pytest

from engine.analytics.likeness import LEAST_RETURNS, WINDOW_BARS, likeness
from engine.market.arrays import Floats
from engine.market.bars import Bars, bars_of

STEP_S = 3600
AT_S = 1_000 * STEP_S
COUNT = WINDOW_BARS + 1


def series(close: Floats, *, ends_s: int = AT_S - STEP_S, without: int = -1) -> Bars:
    """Hourly bars of these closes; the last one closes at `ends_s`, one may be missing."""
    open_at_s = ends_s - STEP_S * np.arange(close.size, 0, -1)
    kept = np.arange(close.size) != without
    prices = close[kept]
    return bars_of(open_at_s[kept], prices, prices, prices, prices, np.ones(prices.size))


def walks(count: int = COUNT) -> tuple[Floats, Floats]:
    """A market, and one that moves twice as far with it and by itself."""
    chance = np.random.default_rng(3)
    one = chance.normal(0.0, 0.01, count)
    other = 2.0 * one + chance.normal(0.0, 0.01, count)
    closes = (100.0 * np.cumprod(1.0 + one), 50.0 * np.cumprod(1.0 + other))
    return closes[0].astype(np.float64), closes[1].astype(np.float64)


def test_it_agrees_with_the_obvious_reference() -> None:
    one, other = walks()
    found = likeness([series(one), series(other)], 1, 0, AT_S, STEP_S)
    moves = np.array([np.diff(close) / close[:-1] for close in (one, other)])
    cov = np.cov(moves)
    assert found.correlation_ratio == pytest.approx([np.corrcoef(moves)[0, 1], 1.0])
    assert found.beta == pytest.approx([1.0, cov[0, 1] / cov[0, 0]])


def test_the_bar_that_closes_now_and_what_is_older_than_the_window_change_nothing() -> None:
    one, other = walks()
    plain = likeness([series(one), series(other)], 0, 0, AT_S, STEP_S)
    now = np.append(one, 1e6)
    longer = np.append([7.0, 900.0], other)
    found = likeness([series(now, ends_s=AT_S), series(longer)], 0, 0, AT_S, STEP_S)
    assert np.array_equal(found.correlation_ratio, plain.correlation_ratio)
    assert np.array_equal(found.beta, plain.beta)


def test_a_missing_bar_takes_its_two_returns_out() -> None:
    one, other = walks()
    found = likeness([series(one), series(other, without=100)], 0, 0, AT_S, STEP_S)
    moves = np.array([np.diff(close) / close[:-1] for close in (one, other)])
    both = np.delete(moves, [99, 100], axis=1)
    assert found.correlation_ratio[1] == pytest.approx(np.corrcoef(both)[0, 1])


@pytest.mark.parametrize("close", [np.full(COUNT, 5.0), walks(LEAST_RETURNS)[1], np.zeros(0)])
def test_a_still_market_and_too_short_a_past_say_nothing(close: Floats) -> None:
    found = likeness([series(walks()[0]), series(close)], 0, 0, AT_S, STEP_S)
    assert np.isnan(found.correlation_ratio).tolist() == [False, True]
    assert np.isnan(found.beta).tolist() == [False, True]


def test_one_return_more_is_enough() -> None:
    one, other = walks()
    found = likeness([series(one), series(other[-LEAST_RETURNS - 1 :])], 0, 0, AT_S, STEP_S)
    assert np.isfinite(found.correlation_ratio).all()


def test_without_bitcoin_no_beta_is_known() -> None:
    one, other = walks()
    found = likeness([series(one), series(other)], 0, None, AT_S, STEP_S)
    assert np.isnan(found.beta).all()
    assert np.isfinite(found.correlation_ratio).all()
