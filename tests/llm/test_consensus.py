"""The majority: drawn votes, and what must hold for any votes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.advice import Verdict
from engine.core.kinds import PositionSide
from llm.consensus import majority
from tests.llm.snapshots import a_vote

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT


def judged(*chances: float | None, side: PositionSide = LONG, quorum: int = 2) -> Verdict:
    """The verdict on these chances of a rise."""
    votes = [a_vote(p_up, f"v{place}") for place, p_up in enumerate(chances)]
    return majority(votes, side, quorum=quorum, majority_ratio=0.5)


@pytest.mark.parametrize(
    ("chances", "side", "approved", "why"),
    [
        ((0.7, 0.6, 0.4), LONG, True, "2 of 3 for long"),
        ((0.7, 0.6, 0.4), SHORT, False, "1 of 3 for short"),
        ((0.7, 0.4), LONG, False, "1 of 2 for long"),  # half is not more than half
        ((0.7, 0.5, 0.5), LONG, False, "1 of 3 for long"),  # no edge is for nobody
        ((0.7, 0.6, None), LONG, True, "2 of 2 for long"),
        ((0.3, 0.2, 0.9), SHORT, True, "2 of 3 for short"),
    ],
)
def test_verdicts_by_their_drawn_cases(
    chances: tuple[float | None, ...], side: PositionSide, approved: bool, why: str
) -> None:
    verdict = judged(*chances, side=side)
    assert (verdict.approved, verdict.why, verdict.quorum_met) == (approved, why, True)


@pytest.mark.parametrize(
    ("chances", "why"),
    [
        ((0.9, None, None), "1 answer of 3 voters, 2 needed"),
        ((None, None), "no answer of 2 voters, 2 needed"),
        ((), "no answer of 0 voters, 2 needed"),
    ],
)
def test_without_a_quorum_nothing_is_approved(chances: tuple[float | None, ...], why: str) -> None:
    verdict = judged(*chances)
    assert (verdict.approved, verdict.quorum_met, verdict.why) == (False, False, why)


def test_confidence_is_the_mean_chance_of_the_proposed_side() -> None:
    assert judged(0.75, 0.5, None).confidence_ratio == 0.625
    assert judged(0.75, 0.5, side=SHORT).confidence_ratio == 0.375
    assert judged(None).confidence_ratio == 0.0


def test_dissent_is_the_share_that_is_not_with_the_larger_camp() -> None:
    assert judged(0.7, 0.6, 0.4, 0.3).dissent_ratio == 0.5
    assert judged(0.7, 0.6, 0.9, None).dissent_ratio == 0.0
    assert judged(0.7, 0.6, 0.9, 0.5).dissent_ratio == 0.25
    assert judged().dissent_ratio == 0.0


@given(
    st.lists(st.none() | st.floats(0.0, 1.0), max_size=9),
    st.integers(1, 9),
    st.floats(0.34, 1.0),
    st.sampled_from(PositionSide),
)
def test_an_approval_has_its_quorum_and_its_majority(
    chances: list[float | None], quorum: int, majority_ratio: float, side: PositionSide
) -> None:
    votes = tuple(a_vote(p_up) for p_up in chances)
    verdict = majority(votes, side, quorum=quorum, majority_ratio=majority_ratio)
    answers = [vote for vote in votes if not vote.abstained]
    backers = [vote for vote in answers if vote.side() is side]
    assert verdict.votes == votes
    assert 0.0 <= verdict.confidence_ratio <= 1.0
    assert 0.0 <= verdict.dissent_ratio <= 1.0
    assert verdict.quorum_met == (len(answers) >= quorum)
    if verdict.approved:
        assert len(answers) >= quorum
        assert len(backers) > majority_ratio * len(answers)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=7))
def test_one_more_backer_never_turns_an_approval_down(chances: list[float]) -> None:
    if judged(*chances).approved:
        assert judged(*chances, 0.9).approved
