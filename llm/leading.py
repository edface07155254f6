"""Which side voters would take where nobody has proposed, and how sure they are. Pure.

With models the pool says it (llm/panel.py). Rule voters are counted, and their words are pooled as
those of voters without any record: 40 % of what they say beyond even chances, and the base rate
beside it. So a backtest, which has no memory of votes, leads as the desk does.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.core.advice import Snapshot, Verdict, Vote
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.barriers import BaseRates
from llm.calibration.learning import Habits, Round, asked
from llm.calibration.state import fresh
from llm.consensus import majority
from llm.pooling.verdict import Asked, pool_of, with_calibrated

EVEN = BaseRates(0.5, 0.5, 0)  # a rule voter knows of no "neither", and of no past
NO_LEAD = Verdict(
    approved=False, confidence_ratio=0.5, votes=(), dissent_ratio=0.0, why="no lead is asked for"
)


def said_side(votes: Sequence[Vote]) -> PositionSide:
    """The side that the answers lean to, in their own words."""
    lean = 0.0
    for vote in votes:
        lean += 0.0 if vote.abstained else vote.p_up - vote.p_down
    return PositionSide.LONG if lean > 0.0 else PositionSide.SHORT


def pooled_side(found: Round) -> PositionSide:
    """The side that the pool holds likelier."""
    return PositionSide.LONG if found.up.chance > found.down.chance else PositionSide.SHORT


def counted_lead(
    votes: Sequence[Vote], snapshot: Snapshot, parameters: Parameters
) -> tuple[PositionSide, Verdict]:
    """The side of rule voters, and their majority's verdict on it; pooled where it says yes."""
    side = said_side(votes)
    verdict = majority(
        votes, side, quorum=parameters.quorum, majority_ratio=parameters.majority_ratio
    )
    if not verdict.approved:
        return side, verdict
    found, _ = asked(fresh(), tuple(votes), EVEN, snapshot.regime.value, Habits())
    event = Asked(side, EVEN, parameters.barrier_atr, parameters.horizon_bars)
    pool = pool_of(event, found, 0, parameters.low_bound_sd)
    return side, replace(
        verdict,
        votes=with_calibrated(votes, found),
        confidence_ratio=pool.chance(side),
        pool=pool,
    )
