"""From votes to a verdict: a majority of the answers, if there are enough of them. Pure."""

from collections.abc import Sequence

from engine.core.advice import Verdict, Vote
from engine.core.kinds import PositionSide


def majority(
    votes: Sequence[Vote], side: PositionSide, *, quorum: int, majority_ratio: float
) -> Verdict:
    """The verdict on an entry of `side`.

    - An answer is a vote that did not abstain; one that sees no edge is an answer for nobody.
    - Approved: at least `quorum` answers, and more than `majority_ratio` of them for `side`.
    - Confidence: the mean chance that the answers give to `side`.
    - Dissent: the share of the answers that did not go with the larger camp.
    """
    answers = [vote for vote in votes if not vote.abstained]
    if len(answers) < quorum:
        why = f"{_counted(len(answers))} of {len(votes)} voters, {quorum} needed"
        return _verdict(votes, answers, side, approved=False, why=why, quorum_met=False)
    backers = sum(vote.side() is side for vote in answers)
    approved = backers > majority_ratio * len(answers)
    why = f"{backers} of {len(answers)} for {side.value}"
    return _verdict(votes, answers, side, approved=approved, why=why, quorum_met=True)


def _verdict(
    votes: Sequence[Vote],
    answers: Sequence[Vote],
    side: PositionSide,
    *,
    approved: bool,
    why: str,
    quorum_met: bool,
) -> Verdict:
    return Verdict(
        approved=approved,
        confidence_ratio=_confidence(answers, side),
        votes=tuple(votes),
        dissent_ratio=_dissent(answers),
        why=why,
        quorum_met=quorum_met,
    )


def _confidence(answers: Sequence[Vote], side: PositionSide) -> float:
    # added one by one: sum() adds differently from Python 3.12 on, and verdicts must not
    total = 0.0
    for vote in answers:
        total += vote.p_up if side is PositionSide.LONG else vote.p_down
    return total / len(answers) if answers else 0.0


def _dissent(answers: Sequence[Vote]) -> float:
    sides = [vote.side() for vote in answers]
    if not sides:
        return 0.0
    larger = max(sides.count(side) for side in PositionSide)
    return 1.0 - larger / len(sides)


def _counted(answers: int) -> str:
    return "no answer" if answers == 0 else f"{answers} answer" + ("s" if answers > 1 else "")
