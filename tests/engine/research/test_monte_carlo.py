"""Redrawn pasts keep what they promise: blocks stay whole, ends add up, bands are in order."""

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.market.arrays import Floats
from engine.research.monte_carlo import (
    circular,
    fan,
    interval,
    stationary,
    trades_redrawn,
    trades_reordered,
    usual_block,
)
from engine.research.outcome import Stopped, Watch


def some_returns(seed: int = 1, days: int = 300, mean: float = 0.001) -> Floats:
    return np.random.default_rng(seed).normal(mean, 0.02, days)


def test_the_other_orders_of_the_same_trades_end_in_the_same_place() -> None:
    returns = some_returns()
    drawn = fan(returns, trades_reordered, np.random.default_rng(2), draws=300)
    assert np.allclose(drawn.final, np.prod(1.0 + returns), rtol=1e-12)
    assert drawn.max_drawdown[0] < drawn.max_drawdown[-1]


def test_bands_are_in_order_and_hold_what_was_seen() -> None:
    returns = some_returns()
    drawn = fan(returns, stationary(usual_block(returns.size)), np.random.default_rng(2))
    assert np.all(np.diff(drawn.bands, axis=0) >= 0.0)
    assert drawn.bands.shape == (5, drawn.step.size)
    assert drawn.seen[-1] == pytest.approx(np.prod(1.0 + returns))
    outside = (drawn.seen < drawn.bands[0]) | (drawn.seen > drawn.bands[-1])
    assert outside.mean() < 0.2
    assert drawn.step[-1] == returns.size


def test_the_mean_of_many_draws_is_the_mean_of_the_returns() -> None:
    returns = some_returns(days=120)
    for draw in (trades_redrawn, stationary(8.0), circular(7)):
        rows = draw(returns.size, 6000, np.random.default_rng(5))
        assert rows.shape == (6000, 120)
        assert returns[rows].mean() == pytest.approx(returns.mean(), abs=4.5e-5), draw


def test_stationary_blocks_have_the_mean_length_and_wrap_around() -> None:
    rows = stationary(10.0)(500, 400, np.random.default_rng(4))
    follows = (rows[:, 1:] - rows[:, :-1]) % 500 == 1
    # a new block begins with chance 1 in 10, and follows by accident once in 500
    assert follows.mean() == pytest.approx(0.9 + 0.1 / 500, abs=0.003)
    assert np.any((rows[:, :-1] == 499) & (rows[:, 1:] == 0))


def test_circular_blocks_are_whole() -> None:
    rows = circular(6)(60, 50, np.random.default_rng(4)).reshape(50, 10, 6)
    assert np.all(np.diff(rows, axis=2) % 60 == 1)


def test_days_that_hang_together_spread_wider_in_blocks_than_one_by_one() -> None:
    chance = np.random.default_rng(8)
    shocks = chance.normal(0.0, 0.01, 2000)
    returns = np.convolve(shocks, np.ones(10) / np.sqrt(10.0), mode="valid")  # ten days of memory
    alone = fan(returns, trades_redrawn, np.random.default_rng(1), draws=800).final
    blocks = fan(returns, stationary(40.0), np.random.default_rng(1), draws=800).final
    assert np.log(blocks).std() > 1.8 * np.log(alone).std()


def test_ruin_is_counted_by_the_drawdown_that_was_named() -> None:
    returns = some_returns(mean=-0.001)
    drawn = fan(returns, trades_redrawn, np.random.default_rng(2), draws=500, ruin_ratio=0.3)
    assert drawn.risk_of_ruin_ratio == (drawn.max_drawdown >= 0.3).mean()
    assert 0.5 < drawn.risk_of_ruin_ratio < 1.0
    assert drawn.loss_probability_ratio > 0.8
    assert drawn.drawdown_at(0.5) == np.quantile(drawn.max_drawdown, 0.5)


def test_a_path_that_lost_everything_stays_there() -> None:
    returns = np.array([0.1] * 9 + [-1.0] * 1)
    drawn = fan(returns, trades_reordered, np.random.default_rng(2), draws=50)
    assert np.all(drawn.final == 0.0)
    assert np.all(drawn.max_drawdown == 1.0)


def test_the_same_seed_draws_the_same_paths() -> None:
    twice = [fan(some_returns(), stationary(5.0), np.random.default_rng(9)) for _ in range(2)]
    assert np.array_equal(twice[0].final, twice[1].final)
    low, high = interval(twice[0].sharpe)
    assert low < high


def test_a_stop_is_heard_between_the_chunks() -> None:
    heard: list[int] = []
    watch = Watch(told=lambda done, of, text: heard.append(done), stop=lambda: len(heard) == 3)
    with pytest.raises(Stopped):
        fan(some_returns(), trades_redrawn, np.random.default_rng(1), draws=5000, watch=watch)
    assert heard == [0, 250, 500]


def test_too_few_returns_are_refused() -> None:
    with pytest.raises(UserError, match="4 returns are too few"):
        fan(np.zeros(4), trades_redrawn, np.random.default_rng(1))
