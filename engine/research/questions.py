"""What a backtest will ask of its voters, told beforehand in the order of the market.

Voters with a memory must hear the rounds of all symbols in their order of time, and a backtest
goes through its symbols one by one. So it is run once with voters that only listen.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.core.advice import Snapshot, Verdict, proposal_key
from engine.core.kinds import PositionSide
from engine.research.backtest import Job, run

LISTENED = Verdict(
    approved=False, confidence_ratio=0.5, votes=(), dissent_ratio=0.0, why="only listened"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One round that the backtest wants held."""

    snapshot: Snapshot
    is_lead: bool  # which side the voters would take, and not whether they agree

    @property
    def key(self) -> str:
        """The key of its bar: at most one round is held on each."""
        return proposal_key(self.snapshot.symbol, self.snapshot.timeframe, self.snapshot.at)


def questions_of(job: Job, data_dir: Path | None) -> tuple[Asked, ...]:
    """Every round that the job may ask for, oldest first, the symbols of a moment in their order.

    An account refuses some of them; the job cannot know which.
    """
    found: dict[str, Asked] = {}

    def advise(snapshot: Snapshot) -> Verdict:
        asked = Asked(snapshot, is_lead=False)
        found.setdefault(asked.key, asked)
        return LISTENED

    def lead(snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        asked = Asked(snapshot, is_lead=True)
        found.setdefault(asked.key, asked)
        return snapshot.side, LISTENED

    run(replace(job, advise=advise, lead=lead), data_dir)
    return tuple(sorted(found.values(), key=lambda asked: asked.snapshot.at))
