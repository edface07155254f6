"""From a pool to the desk's verdict: is the proposed side likelier than the other, honestly?

Whether that pays for its costs is asked by the gate, which knows them (engine/risk/
expected_value.py): it gets the same probability as the sizing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from engine.core.advice import Pool, PoolPart, Tier, Verdict, Vote
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.barriers import BaseRates
from llm.calibration.bayes import logit, sigmoid
from llm.calibration.learning import Round
from llm.calibration.problem import Pooled
from llm.calibration.state import WAYS
from llm.contract import Question

BIAS_SIDES = {1: PositionSide.LONG, -1: PositionSide.SHORT, 0: None}


class Asked(NamedTuple):
    """What a pool is asked: the side, how often its event happens, and which event it is."""

    side: PositionSide
    base: BaseRates
    barrier_atr: float
    horizon_bars: int


def pool_of(asked: Asked, found: Round, outcomes: int, low_bound_sd: float) -> Pool:
    """The round's pool. Two exclusive chances over 1 together are scaled to 1."""
    up, down = found.up.chance, found.down.chance
    whole = max(1.0, up + down)
    mine = found.up if asked.side is PositionSide.LONG else found.down
    low = sigmoid(logit(mine.chance) - low_bound_sd * mine.sd) / whole
    count = len(found.voters)
    return Pool(
        p_up=up / whole,
        p_down=down / whole,
        base_up=asked.base.up_ratio,
        base_down=asked.base.down_ratio,
        sd_up=found.up.sd,
        sd_down=found.down.sd,
        low_ratio=low,
        barrier_atr=asked.barrier_atr,
        horizon_bars=asked.horizon_bars,
        voters_effective=count / (1.0 + (count - 1) * found.correlation_ratio) if count else 0.0,
        outcomes=outcomes,
        parts=_parts(found.up, found.down),
        biased_side=BIAS_SIDES[found.biased_sign],
    )


def verdict_of(
    question: Question, votes: Sequence[Vote], found: Round, outcomes: int, chosen: Parameters
) -> Verdict:
    """The verdict on the question's proposal; `votes` are all of the round, abstentions too."""
    side = question.snapshot.side
    asked = Asked(side, question.base, question.barrier_atr, question.horizon_bars)
    pool = pool_of(asked, found, outcomes, chosen.low_bound_sd)
    votes = with_calibrated(votes, found)
    mine = pool.chance(side)
    other = pool.p_up + pool.p_down - mine
    vetoing = [each for vote in votes for each in vote.objections if each.tier is Tier.VETO]
    answers = [vote for vote in votes if not vote.abstained]
    if vetoing:
        why = f"{vetoing[0].code}: {vetoing[0].text}"
    else:
        why = f"{mine:.0%} for {side.value}, {other:.0%} against, of {_counted(len(answers))}"
    return Verdict(
        approved=not vetoing and mine > other,
        confidence_ratio=mine,
        votes=tuple(votes),
        dissent_ratio=dissent_ratio(answers),
        why=why,
        pool=pool,
    )


def with_calibrated(votes: Sequence[Vote], found: Round) -> tuple[Vote, ...]:
    """The votes, each that was pooled with its own calibrated chances."""
    pairs = zip(found.voters, found.up.calibrated, found.down.calibrated, strict=True)
    calibrated = {voter: (up, down) for voter, up, down in pairs}
    return tuple(
        replace(
            vote,
            calibrated_up=calibrated[vote.identity][0],
            calibrated_down=calibrated[vote.identity][1],
        )
        if vote.identity in calibrated and not vote.abstained
        else vote
        for vote in votes
    )


def dissent_ratio(answers: Sequence[Vote]) -> float:
    """The share of the answers that did not go with the larger camp."""
    sides = [vote.side() for vote in answers]
    if not sides:
        return 0.0
    return 1.0 - max(sides.count(side) for side in PositionSide) / len(sides)


def _parts(up: Pooled, down: Pooled) -> tuple[PoolPart, ...]:
    # one weight per way for the card: the mean of the two barriers'
    rows = zip(WAYS, up.weights, down.weights, up.heard.ways, down.heard.ways, strict=True)
    return tuple(
        PoolPart(name=way, weight_ratio=(one + other) / 2.0, p_up=p_up, p_down=p_down)
        for way, one, other, p_up, p_down in rows
    )


def _counted(count: int) -> str:
    return f"{count} voter" + ("" if count == 1 else "s")
