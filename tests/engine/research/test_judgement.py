"""The word is honest: no edge is called good at most as often as stated, and an edge is found."""

from collections import Counter

import numpy as np
import pytest

from engine.market.arrays import Floats
from engine.research.judgement import (
    FEWEST_DAYS,
    SURVIVES_LEVEL_RATIO,
    WEAK_LEVEL_RATIO,
    Evidence,
    Word,
    judged,
)
from engine.research.monte_carlo import fan, stationary
from engine.research.overfitting import overfit
from engine.research.returns import sharpe
from engine.research.trials import Tally, tally_of

SEEDS = 1000
DAYS = 365
SLACK_RATIO = 0.018  # 2.6 deviations of a share of 5 % among 1,000


def random_days(seed: int, edge_r: float = 0.0) -> Floats:
    """A year of a strategy that enters at random: 1 % at risk, half lose 1R, some win several."""
    chance = np.random.default_rng(seed)
    trades = chance.poisson(0.7, DAYS)
    won = chance.binomial(trades, 0.4)
    result_r = 1.5 * won - (trades - won) + edge_r * trades
    return np.asarray(0.01 * result_r)


def evidence_of(returns: Floats, seed: int) -> Evidence:
    """All that the tools measure of one strategy that was tried once."""
    drawn = fan(returns - returns.mean(), stationary(5.0), np.random.default_rng(seed), draws=99)
    as_good = float((drawn.sharpe >= sharpe(returns)).sum())
    return Evidence(
        returns=returns, trades=250, tally=Tally(1, 0.0), random_p_ratio=(1.0 + as_good) / 100.0
    )


def test_random_entries_over_a_thousand_seeds_are_not_called_good_beyond_the_stated_rate() -> None:
    words = Counter(judged(evidence_of(random_days(s), s)).word for s in range(SEEDS))
    survived = words[Word.SURVIVES] / SEEDS
    assert 0.0 < survived <= SURVIVES_LEVEL_RATIO + SLACK_RATIO
    assert survived + words[Word.WEAK] / SEEDS <= WEAK_LEVEL_RATIO + 2 * SLACK_RATIO
    assert words[Word.LUCK] > 0.7 * SEEDS


def test_the_best_of_fifty_random_strategies_is_not_called_good_either() -> None:
    words = [_best_of_fifty(first) for first in range(0, SEEDS, 50)]
    assert sum(counted is Word.SURVIVES for counted, _ in words) <= 2  # of 20
    # who keeps silent about the other 49 is told what they want to hear
    assert sum(silent is Word.SURVIVES for _, silent in words) > 10


def test_a_planted_edge_is_found() -> None:
    words = Counter(judged(evidence_of(random_days(s, edge_r=0.3), s)).word for s in range(100))
    assert words[Word.SURVIVES] > 85
    assert words[Word.LUCK] <= 2


def test_an_edge_among_many_trials_is_found() -> None:
    trials = np.stack([random_days(seed) for seed in range(30)])
    trials[11] += 0.006
    assert _judged_best(trials) is Word.SURVIVES


def test_few_trades_or_few_days_are_never_good() -> None:
    returns = np.random.default_rng(1).normal(0.01, 0.01, DAYS)
    few = judged(Evidence(returns=returns, trades=12, tally=Tally(1, 0.0), random_p_ratio=0.001))
    assert few.word is Word.LUCK
    assert "12 trades are too few, 30 are needed" in few.sentence()
    short = Evidence(
        returns=returns[: FEWEST_DAYS - 1], trades=99, tally=Tally(1, 0.0), random_p_ratio=0.001
    )
    assert judged(short).word is Word.LUCK


def test_nothing_survives_a_test_that_was_not_made() -> None:
    returns = np.random.default_rng(1).normal(0.002, 0.01, DAYS)
    untested = judged(Evidence(returns=returns, trades=99, tally=Tally(1, 0.0)))
    assert untested.word is Word.WEAK
    assert "not set against random entries" in untested.sentence()
    walked = Evidence(returns=returns, trades=99, tally=Tally(1, 0.0), out_returns=returns)
    assert judged(walked).word is Word.SURVIVES
    assert "At most 1 of 20" in judged(walked).sentence()


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ({"random_p_ratio": 0.3}, "random entries do as well in 30%"),
        ({"overfit_ratio": 0.7}, "overfitted in 70%"),
        ({"out_returns": np.random.default_rng(3).normal(-0.001, 0.01, DAYS)}, "had not seen"),
        ({"tally": Tally(500, 0.02)}, "after 500 trials"),
    ],
)
def test_each_test_can_speak_against_a_good_record(against: dict[str, object], words: str) -> None:
    returns = np.random.default_rng(1).normal(0.002, 0.01, DAYS)
    good = {"returns": returns, "trades": 99, "tally": Tally(1, 0.0), "random_p_ratio": 0.001}
    assert judged(Evidence(**good)).word is Word.SURVIVES  # type: ignore[arg-type]
    found = judged(Evidence(**{**good, **against}))  # type: ignore[arg-type]
    assert found.word is Word.LUCK
    assert words in found.sentence()


def _best_of_fifty(first: int) -> tuple[Word, Word]:
    # the word with the trials counted, and the one of who keeps silent about them
    trials = np.stack([random_days(seed) for seed in range(first, first + 50)])
    best = trials[int(np.argmax([sharpe(row) for row in trials]))]
    silent = Evidence(returns=best, trades=250, tally=Tally(1, 0.0), random_p_ratio=0.01)
    return _judged_best(trials), judged(silent).word


def _judged_best(trials: Floats) -> Word:
    sharpes = [sharpe(row) for row in trials]
    best = trials[int(np.argmax(sharpes))]
    return judged(
        Evidence(
            returns=best,
            trades=250,
            tally=tally_of(sharpes),
            random_p_ratio=0.01,
            overfit_ratio=overfit(trials, blocks=8).overfit_ratio,
        )
    ).word
