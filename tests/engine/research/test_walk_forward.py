"""A walk chooses on the past only, judges on what follows only, and counts what it tried."""

import math
from itertools import pairwise

import numpy as np
import pytest

from engine.analytics.equity import measured
from engine.core.parameters import Parameters
from engine.research.folds import Walk, windows
from engine.research.outcome import Stopped, Watch
from engine.research.returns import daily_returns, yearly_sharpe
from engine.research.trials import TrialLog, tally
from engine.research.walk_forward import best_of, scored_of, stability, walk_forward
from tests.engine.research.drawn_run import DAY, START, drawn_run

CANDIDATES = [Parameters().with_value("stop_atr", value) for value in (1.0, 2.0, 3.0, 4.0)]
WINDOWS = windows(START, START + 300 * DAY, Walk(train=60 * DAY, test=30 * DAY))


def test_an_edge_is_chosen_again_and_again_and_stays_out_of_sample() -> None:
    run = drawn_run(0.012)
    found = walk_forward(run, WINDOWS, best_of(run, CANDIDATES))
    assert len(found.steps) == 8
    assert all(step.chosen.stop_atr == 3.0 for step in found.steps)
    assert found.out_sharpe > 3.0
    assert found.kept_ratio > 0.5
    assert found.stability == ()  # nothing ever differed
    assert found.trades == 160
    assert found.returns.size == sum(step.out_returns.size for step in found.steps)


def test_among_noise_what_was_best_does_not_stay_so() -> None:
    run = drawn_run(0.0)
    found = walk_forward(run, WINDOWS, best_of(run, CANDIDATES))
    assert found.in_sharpe > 1.0  # the best of four on the past
    assert found.out_sharpe < 0.5 * found.in_sharpe
    assert found.kept_ratio < 0.5
    ((name, ratio),) = found.stability
    assert name == "stop_atr"
    assert 0.0 <= ratio < 1.0


def test_every_run_is_counted_as_a_trial_and_the_same_returns_once() -> None:
    log = TrialLog("walk", "market")
    run = log.counted(drawn_run(0.0))
    walk_forward(run, WINDOWS, best_of(run, CANDIDATES))
    assert len(log.noted) == 8 * (4 + 2)
    counted = tally(log.noted)
    assert counted.trials == 8 * 4 + 8  # the chosen one's training was seen before
    assert counted.variance > 0.0
    first = log.noted[0]
    assert (first.study, first.market, first.trades) == ("walk", "market", 20)
    assert first.config_hash == CANDIDATES[0].config_hash()
    assert len({trial.key for trial in log.noted}) == counted.trials


def test_who_trades_too_little_is_not_chosen() -> None:
    run = drawn_run(0.004)
    outcome = run(CANDIDATES[2], START, START + 60 * DAY)
    assert scored_of(outcome, yearly_sharpe, 21) == -math.inf
    choose = best_of(run, CANDIDATES, min_trades=21)
    assert choose(START, START + 60 * DAY) is CANDIDATES[0]  # what is in force stays


def test_stability_is_the_step_against_the_range() -> None:
    values = (1.0, 2.0, 1.0, 3.0)
    ((_, ratio),) = stability([Parameters().with_value("stop_atr", value) for value in values])
    steps = [abs(after - before) for before, after in pairwise(values)]
    assert ratio == pytest.approx(1.0 - np.mean(steps) / 2.0)
    flags = [Parameters().with_value("allow_short", value) for value in (True, True, False)]
    assert stability(flags) == (("allow_short", 0.5),)


def test_a_stop_is_heard_between_two_runs() -> None:
    run = drawn_run(0.0)
    asked: list[int] = []
    watch = Watch(told=lambda done, of, text: asked.append(of), stop=lambda: len(asked) >= 3)
    choose = best_of(run, CANDIDATES, watch=watch)
    with pytest.raises(Stopped):
        walk_forward(run, WINDOWS, choose, watch)
    assert len(asked) == 3


def test_days_without_a_point_are_left_out_and_ruin_is_the_end() -> None:
    at_s = np.array([0.0, 3600.0, 86_400.0, 3 * 86_400.0, 4 * 86_400.0])
    curve = measured(at_s, np.array([100.0, 110.0, 99.0, 0.0, 5.0]), "USDT")
    assert daily_returns(curve) == pytest.approx([0.1, -0.1, -1.0, 0.0])
