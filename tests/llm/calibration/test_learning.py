"""Pooling and learning: strong priors, earned weight, and guards that can be seen to act."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.voters import WORLDS, a_run
from engine.market.barriers import BaseRates, Outcome
from llm.calibration.bayes import logit, sigmoid
from llm.calibration.learning import Habits, asked, kept_ratio, resolved
from llm.calibration.recent import accuracy_ratio, biased_sign, needs_recalibration
from llm.calibration.state import WAYS, encoded, fresh
from tests.llm.calibration.made import (
    BASE,
    HABITS,
    QUIET,
    WARNED,
    a_forecast,
    lived,
    said,
    silent,
)


def test_without_votes_the_pool_is_the_base_rate() -> None:
    found, state = asked(fresh(), (silent("a"),), BASE, "range", HABITS)
    assert found.up.chance == pytest.approx(0.45)
    assert found.voters == ()
    assert state.questions == 1


def test_at_first_a_loud_vote_moves_the_pool_by_less_than_it_says() -> None:
    found, _ = asked(fresh(), (said("a", 0.85, 0.05),), BASE, "range", HABITS)
    assert 0.45 < found.up.chance < 0.65
    assert found.down.chance < 0.45
    assert found.up.sd > 0.0


def test_an_abstention_is_not_a_neutral_vote() -> None:
    with_silent, _ = asked(fresh(), (said("a", 0.8), silent("b")), BASE, "range", HABITS)
    alone, _ = asked(fresh(), (said("a", 0.8),), BASE, "range", HABITS)
    neutral, _ = asked(fresh(), (said("a", 0.8), said("b", 0.45)), BASE, "range", HABITS)
    assert with_silent.up.chance == alone.up.chance
    assert neutral.up.chance != alone.up.chance


def test_a_warning_shrinks_a_vote_and_many_shrink_it_to_a_floor() -> None:
    plain, _ = asked(fresh(), (said("a", 0.8),), BASE, "range", HABITS)
    warned, _ = asked(fresh(), (said("a", 0.8, objections=WARNED),), BASE, "range", HABITS)
    assert 0.45 < warned.up.chance < plain.up.chance
    assert warned.up.heard.x[0] == pytest.approx(0.8 * plain.up.heard.x[0])
    assert kept_ratio(said("a", 0.8, objections=WARNED * 9), 0.8) == 0.4
    assert kept_ratio(said("a", 0.8, objections=WARNED), 0.1) == 0.1


def test_a_voter_that_always_says_the_same_says_nothing() -> None:
    state = fresh()
    for _ in range(200):
        _, state = asked(state, (said("a", 0.8),), BASE, "range", QUIET)
    found, _ = asked(state, (said("a", 0.8),), BASE, "range", QUIET)
    assert abs(found.up.heard.x[0]) < 0.25 * abs(logit(0.8) - logit(0.45))


def test_a_label_teaches_what_was_heard_however_late_it_comes() -> None:
    votes = (said("a", 0.8), said("b", 0.3))
    found, state = asked(fresh(), votes, BASE, "range", QUIET)
    forecast = a_forecast(found, votes)
    at_once = resolved(state, forecast, Outcome.UP, QUIET).state
    _, later = asked(state, (said("c", 0.5),), BASE, "range", QUIET)
    late = resolved(later, forecast, Outcome.UP, QUIET).state
    assert late.up.platt_mean[:2].tolist() == at_once.up.platt_mean.tolist()


def test_a_lost_outcome_teaches_nothing() -> None:
    votes = (said("a", 0.8),)
    found, state = asked(fresh(), votes, BASE, "range", HABITS)
    lesson = resolved(state, a_forecast(found, votes), Outcome.LOST, HABITS)
    assert encoded(lesson.state) == encoded(state)


def test_neither_and_both_are_a_loss_for_either_side() -> None:
    votes = (said("a", 0.6, 0.3),)
    found, state = asked(fresh(), votes, BASE, "range", HABITS)
    forecast = a_forecast(found, votes)
    neither = resolved(state, forecast, Outcome.NEITHER, HABITS).state
    both = resolved(state, forecast, Outcome.BOTH, HABITS).state
    assert encoded(neither) == encoded(both)
    assert neither.up.stack_mean[0] < state.up.stack_mean[0]
    assert neither.down.stack_mean[0] < state.down.stack_mean[0]


def test_a_voter_that_turns_adversarial_loses_its_slope() -> None:
    state = lived(250, 0.7, seed=3)
    before = state.up.platt_mean[:, 1].mean()
    state = lived(150, -0.7, seed=4, state=state)
    soon = state.up.platt_mean[:, 1].mean()
    state = lived(150, -0.7, seed=5, state=state)
    later = state.up.platt_mean[:, 1].mean()
    assert before > 0.15
    assert soon < before / 2
    assert later < 0.05


def test_informed_voters_earn_weight_and_uninformed_ones_lose_it_to_the_base_rate() -> None:
    def base_weight(truth: float) -> float:
        state = lived(300, truth)
        raised = np.exp(state.up.ways - state.up.ways.max())
        return float(raised[WAYS.index("base rate")] / raised.sum())

    assert base_weight(1.0) < 0.05 < 0.3 < base_weight(0.0)


def test_a_regime_moves_the_pool_only_after_fifty_labels_and_as_far_as_it_pays() -> None:
    state = lived(200, 0.5)
    votes = (said("a", 0.8), said("b", 0.7))
    here, _ = asked(state, votes, BASE, "range", QUIET)
    elsewhere, _ = asked(state, votes, BASE, "volatile", QUIET)
    assert elsewhere.up.chance == pytest.approx(elsewhere.up.heard.pre_regime)
    parts = state.regimes["range"]
    assert parts[0].labels == 200
    paying = replace(parts[0], gain=1.0, mean=np.array([0.2, 0.0]))
    moved, _ = asked(
        replace(state, regimes={"range": (paying, parts[1])}), votes, BASE, "range", QUIET
    )
    assert logit(moved.up.chance) - logit(here.up.heard.pre_regime) == pytest.approx(0.2)
    idle = replace(paying, gain=-1.0)
    still, _ = asked(
        replace(state, regimes={"range": (idle, parts[1])}), votes, BASE, "range", QUIET
    )
    assert still.up.chance == pytest.approx(still.up.heard.pre_regime)


def test_too_many_wrong_calls_recalibrate_once_and_pull_to_the_prior() -> None:
    state = lived(150, 1.0)
    told = 0
    before = state.up.platt_mean[:, 1].mean()
    rng = np.random.default_rng(4)
    for step in range(120):
        lean = float(rng.uniform(0.1, 0.8))
        votes = (said("a", lean), said("b", lean))
        found, state = asked(state, votes, BASE, "range", HABITS)
        wrong = Outcome.DOWN if found.up.chance > found.down.chance else Outcome.UP
        lesson = resolved(state, a_forecast(found, votes, step), wrong, HABITS)
        state, told = lesson.state, told + lesson.recalibrated
    assert told == 1
    assert state.recalibrated_at > 0
    assert state.up.platt_mean[:, 1].mean() < before


def test_recalibration_can_be_switched_off() -> None:
    rows = ((1, 1, -1),) * 100
    assert needs_recalibration(rows, 100, 0.55)
    assert not needs_recalibration(rows, 99, 0.55)
    assert not needs_recalibration(rows, 100, 0.0)
    assert not needs_recalibration(rows[:39], 100, 0.55)
    assert accuracy_ratio(((1, 1, 1), (1, 1, -1), (0, 1, 1), (1, 1, 0))) == (0.5, 2)


def test_a_side_that_dominates_without_an_edge_counts_half() -> None:
    lost = ((1, 1, -1),) * 60
    assert biased_sign(lost, 0.85, 0.55) == 1
    assert biased_sign(((1, -1, 1),) * 60, 0.85, 0.55) == -1
    assert biased_sign(((1, 1, 1),) * 60, 0.85, 0.55) == 0  # one-sided and right
    assert biased_sign(lost[:39], 0.85, 0.55) == 0
    assert biased_sign((*lost, *((1, -1, 1),) * 20), 0.85, 0.55) == 0
    state = lived(60, 0.8)
    votes = (said("a", 0.8), said("b", 0.8))
    whole, _ = asked(replace(state, recent=()), votes, BASE, "range", HABITS)
    halved, _ = asked(replace(state, recent=lost), votes, BASE, "range", HABITS)
    base = logit(0.45)
    assert halved.biased_sign == 1
    assert logit(halved.up.chance) - base == pytest.approx((logit(whole.up.chance) - base) / 2)
    assert halved.down.chance == whole.down.chance


def test_voters_that_say_the_same_count_as_one_and_a_half() -> None:
    apart, alike = lived(200, 0.5), fresh()
    rng = np.random.default_rng(2)
    for _ in range(200):
        each = float(rng.uniform(0.2, 0.7))
        votes = (said("a", each), said("b", each), said("c", each))
        _, alike = asked(alike, votes, BASE, "range", QUIET)
    found, _ = asked(alike, (said("a", 0.6), said("b", 0.6)), BASE, "range", QUIET)
    far, _ = asked(apart, (said("a", 0.6), said("b", 0.6)), BASE, "range", QUIET)
    assert found.correlation_ratio > 0.9
    assert far.correlation_ratio < 0.2


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_pool_stays_near_the_base_rate_or_above_it_in_every_world(world: object) -> None:
    from benchmarks.parley_skill import one_seed
    from benchmarks.voters import World

    assert isinstance(world, World)
    found = [one_seed(world, 300, seed) for seed in range(2)]
    pooled = np.mean([each["mixture, as shipped"] for each in found])
    raw = np.mean([each["mean of the words"] for each in found])
    assert pooled > -1.5
    assert world.calibrated or pooled > raw + 3.0


def test_the_worlds_are_what_they_say() -> None:
    run = a_run(WORLDS[0], 4000, np.random.default_rng(1))
    assert run.base_ratio == pytest.approx(sigmoid(-0.35))
    assert abs(run.label.mean() - run.chance.mean()) < 0.03
    assert 0.08 < np.isnan(run.votes).mean() < 0.12


def test_the_order_of_the_voters_does_not_matter() -> None:
    one, _ = asked(fresh(), (said("a", 0.8), said("b", 0.3)), BASE, "range", HABITS)
    other, _ = asked(fresh(), (said("b", 0.3), said("a", 0.8)), BASE, "range", HABITS)
    assert one.up.chance == pytest.approx(other.up.chance, abs=1e-12)


def test_extreme_words_stay_finite() -> None:
    votes = (said("a", 1.0, 0.0), said("b", 0.0, 1.0), said("c", 1.0, 0.0))
    base = BaseRates(1.0, 0.0, 10)
    found, state = asked(fresh(), votes, base, "range", Habits())
    for outcome in (Outcome.UP, Outcome.DOWN):
        state = resolved(state, a_forecast(found, votes), outcome, Habits()).state
    again, _ = asked(state, votes, base, "range", Habits())
    assert 0.0 < again.up.chance < 1.0
    assert np.isfinite(state.up.stack_mean).all()
