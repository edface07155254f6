"""Deflation and overfitting: figures of the papers, no skill among noise, skill where planted."""

import itertools
import math

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.research.overfitting import (
    deflated,
    expected_best,
    overfit,
    periods_needed,
    probabilistic,
)
from engine.research.returns import sharpe
from engine.research.trials import tally_of


def test_the_best_of_many_is_what_simulation_says() -> None:
    chance = np.random.default_rng(1)
    for trials in (10, 100, 1000):
        best = chance.normal(0.0, 0.3, (4000, trials)).max(axis=1).mean()
        assert expected_best(trials, 0.09) == pytest.approx(best, rel=0.03)
    assert expected_best(1, 0.09) == 0.0


def test_the_example_of_the_deflated_sharpe_paper() -> None:
    # Bailey and Lopez de Prado (2014), numerical example: 2.5 a year over five years of days,
    # 100 trials with a variance of 1/2 a year, skew -3, kurtosis 10: hurdle 0.1132, real 0.9004
    returns = _returns_like(2.5 / math.sqrt(250), -3.0, 10.0, 1250)
    found = deflated(returns, 100, 0.5 / 250)
    assert found.hurdle_ratio == pytest.approx(0.1132, abs=0.0002)
    assert found.real_ratio == pytest.approx(0.9004, abs=0.003)


def test_without_an_edge_the_probability_is_uniform() -> None:
    chance = np.random.default_rng(7)
    found = [probabilistic(chance.standard_t(5, 250)) for _ in range(2000)]
    shares = [np.mean(np.array(found) > level) for level in (0.5, 0.8, 0.95)]
    assert shares == pytest.approx([0.5, 0.2, 0.05], abs=0.025)


def test_the_more_trials_the_less_the_same_result_is_worth() -> None:
    returns = np.random.default_rng(3).normal(0.001, 0.01, 500)
    worth = [deflated(returns, trials, 0.002).real_ratio for trials in (1, 10, 100, 1000)]
    assert worth == sorted(worth, reverse=True)
    assert worth[0] == probabilistic(returns)
    assert deflated(returns, 50, 0.0).hurdle_ratio > 0.0  # trials count, known variance or not


def test_a_flat_or_empty_record_says_nothing() -> None:
    assert probabilistic(np.zeros(100)) == 0.5
    assert probabilistic(np.zeros(0)) == 0.5
    assert math.isinf(periods_needed(np.zeros(100)))


def test_a_record_as_long_as_needed_is_just_enough() -> None:
    returns = np.random.default_rng(3).normal(0.001, 0.01, 4000)
    needed = periods_needed(returns)
    enough = np.tile(returns, math.ceil(needed / 4000))[: math.ceil(needed) + 1]
    assert 10 < needed < 4000
    assert sharpe(enough) != 0.0
    # the same moments over exactly so many periods are over 0 at 95 %
    z = sharpe(returns) * math.sqrt(needed - 1.0)
    assert z == pytest.approx(1.645, abs=0.2)


def test_choosing_the_best_of_noise_is_overfitting_every_second_time() -> None:
    chance = np.random.default_rng(11)
    found = [
        overfit(chance.normal(0.0, 0.01, (30, 480)), blocks=8).overfit_ratio for _ in range(40)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=0.1)


def test_a_planted_edge_is_the_best_on_both_sides() -> None:
    returns = np.random.default_rng(2).normal(0.0, 0.01, (40, 800))
    returns[17] += 0.004
    found = overfit(returns)
    assert found.overfit_ratio < 0.01
    assert found.loss_ratio < 0.01
    assert found.logits.size == math.comb(16, 8)


def test_sharpes_from_block_sums_are_those_of_the_returns() -> None:
    returns = np.random.default_rng(5).normal(0.0005, 0.01, (6, 44))
    found = overfit(returns, blocks=4)
    blocks = np.array_split(np.arange(44), 4)
    for way, chosen in enumerate(itertools.combinations(range(4), 2)):
        inside = np.concatenate([blocks[b] for b in chosen])
        outside = np.setdiff1d(np.arange(44), inside)
        best = max(range(6), key=lambda row: sharpe(returns[row, inside]))
        assert found.in_sharpe[way] == pytest.approx(sharpe(returns[best, inside]))
        assert found.out_sharpe[way] == pytest.approx(sharpe(returns[best, outside]))
        others = [sharpe(returns[row, outside]) for row in range(6)]
        rank = 1 + sum(other < others[best] for other in others)
        assert found.logits[way] == pytest.approx(math.log(rank / (7 - rank)))


def test_trials_that_are_all_alike_prove_nothing() -> None:
    same = np.tile(np.random.default_rng(1).normal(0.0, 0.01, 200), (5, 1))
    assert overfit(same, blocks=8).overfit_ratio == 0.5


def test_one_trial_or_a_short_time_is_refused() -> None:
    with pytest.raises(UserError, match="at least two"):
        overfit(np.zeros((1, 100)))
    with pytest.raises(UserError, match="20 days are too few for 16 blocks"):
        overfit(np.zeros((4, 20)))


def test_a_tally_counts_and_spreads() -> None:
    found = tally_of([0.1, 0.2, 0.3])
    assert found.trials == 3
    assert found.variance == pytest.approx(0.01)
    assert tally_of([0.1]).variance == 0.0


def _returns_like(wanted: float, skew: float, kurtosis: float, size: int) -> np.ndarray:
    # a sample with these very moments: three values with chances that solve for them
    high = (skew + math.sqrt(4.0 * kurtosis - 3.0 * skew * skew)) / 2.0
    low = (skew - math.sqrt(4.0 * kurtosis - 3.0 * skew * skew)) / 2.0
    up, down = 1.0 / (high * (high - low)), 1.0 / (-low * (high - low))
    counts = [round(up * size), round(down * size)]
    values = [high] * counts[0] + [low] * counts[1] + [0.0] * (size - sum(counts))
    drawn = np.array(values)
    drawn = (drawn - drawn.mean()) / drawn.std(ddof=1)
    return np.asarray(drawn + wanted)
