"""Skill over the base rate, its interval, and reliability: on votes whose worth is known."""

import math
from datetime import timedelta

import numpy as np
import pytest

from engine.analytics.skill import Skill, reliability_of, skill_of
from engine.core.forecasts import ScoredVote
from tests.fakes.clocks import NOON


def a_vote(
    number: int, p_up: float, outcome: str, *, warned: bool = False, calibrated: float = math.nan
) -> ScoredVote:
    return ScoredVote(
        voter="oak", identity="oak|m", at=NOON + timedelta(hours=number), is_model=True, p_up=p_up,
        p_down=1.0 - p_up, calibrated_up=calibrated, calibrated_down=1.0 - calibrated, base_up=0.5,
        base_down=0.5, warnings=("vol_shock",) if warned else (), outcome=outcome,
    )  # fmt: skip


def drawn(count: int, edge: float, seed: int = 1) -> list[ScoredVote]:
    """Votes that are honest: what they say happens as often as they say."""
    rng = np.random.default_rng(seed)
    chances = 0.5 + edge * rng.uniform(-1.0, 1.0, count)
    return [
        a_vote(n, float(p), "up" if rng.random() < p else "down") for n, p in enumerate(chances)
    ]


def judged(votes: list[ScoredVote], block: int = 1) -> Skill:
    return skill_of(votes, block, np.random.default_rng(3))


def test_the_base_rate_itself_has_no_skill() -> None:
    found = judged([a_vote(n, 0.5, "up" if n % 2 else "down") for n in range(40)])
    assert found.brier_skill_ratio == pytest.approx(0.0)
    assert math.isnan(found.hit_ratio)  # it never leaned


def test_knowing_the_outcome_is_all_the_skill_there_is() -> None:
    votes = [a_vote(n, float(n % 2), "up" if n % 2 else "down") for n in range(40)]
    found = judged(votes)
    assert found.brier_skill_ratio == pytest.approx(1.0)
    assert found.hit_ratio == 1.0


def test_the_interval_holds_the_skill_of_honest_votes_and_narrows_with_their_count() -> None:
    expected = 4.0 * 0.4**2 / 3.0  # 4 times the variance of the chances
    few, many = judged(drawn(200, 0.4)), judged(drawn(4000, 0.4))
    assert few.low_ratio < expected < few.high_ratio
    assert many.brier_skill_ratio == pytest.approx(expected, abs=0.03)
    assert many.high_ratio - many.low_ratio < 0.4 * (few.high_ratio - few.low_ratio)
    assert (few.verdict, many.verdict) == ("weak", "supported")
    assert judged(drawn(200, 0.0)).verdict == "no evidence"


def test_overlapping_horizons_widen_the_interval() -> None:
    votes = [vote for each in drawn(100, 0.4) for vote in [each] * 6]
    alone, blocked = judged(votes, 1), judged(votes, 24)
    assert blocked.high_ratio - blocked.low_ratio > 1.5 * (alone.high_ratio - alone.low_ratio)


def test_the_effect_of_warnings_is_shown_apart() -> None:
    right = [a_vote(n, 0.7, "up") for n in range(10)]
    wrong = [a_vote(n, 0.7, "down", warned=True) for n in range(10, 20)]
    found = judged(right + wrong)
    assert (found.warned_ratio, found.warned_hit_ratio, found.clean_hit_ratio) == (0.5, 0.0, 1.0)
    assert found.warned_labelled == 10
    assert found.warned_skill_ratio < 0.0 < found.clean_skill_ratio
    assert math.isnan(judged(right).warned_skill_ratio)


def test_too_few_votes_have_no_interval_and_none_have_nothing() -> None:
    few = judged(drawn(9, 0.3))
    assert math.isnan(few.low_ratio)
    assert few.verdict == "no evidence"
    none = judged([])
    assert none.labelled == 0
    assert math.isnan(none.brier_skill_ratio)


def test_honest_votes_lie_on_the_line_and_loud_ones_do_not() -> None:
    honest = drawn(4000, 0.4)
    loud = [a_vote(n, 0.95 if v.p_up > 0.5 else 0.05, v.outcome) for n, v in enumerate(honest)]
    assert reliability_of("x", honest).error_ratio < 0.03
    assert reliability_of("x", loud).error_ratio > 0.2
    curve = reliability_of("x", honest)
    assert np.all(np.diff(curve.said) > 0.0)
    assert curve.count.sum() == 8000  # both barriers


def test_votes_that_were_not_pooled_are_left_out_of_the_calibrated_curve() -> None:
    votes = [a_vote(n, 0.7, "up", calibrated=0.5 if n < 60 else math.nan) for n in range(90)]
    assert reliability_of("x", votes, calibrated=True).count.sum() == 120
    assert reliability_of("x", votes[60:], calibrated=True).count.size == 0
