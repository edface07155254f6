"""What a backtest is asked to do: bars, costs, parameters, a span."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.core.advice import Snapshot, Verdict
from engine.core.kinds import PositionSide
from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars
from engine.rules.fills import Costs
from engine.strategies.contract import Strategy
from engine.strategies.registry import STRATEGIES
from engine.venues.funding import NO_FUNDING, Funding

if TYPE_CHECKING:
    from engine.research.proposals import Memory

Advise = Callable[[Snapshot], Verdict]
Lead = Callable[[Snapshot], tuple[PositionSide, Verdict]]
Told = Callable[[int, int, str], None]  # done, of how many, and what


def untold(_done: int, _of: int, _text: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Series:
    """One symbol: what it is, what it costs, and its bars, history included."""

    instrument: Instrument
    costs: Costs
    bars: Bars
    funding: Funding = NO_FUNDING  # perpetuals only; without it none is paid
    detail: Bars | None = None  # shorter bars of the same time: see Job.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One backtest. Bars that closed at or before `starts_at` are history."""

    series: Sequence[Series]  # in the feed's order
    timeframe: Timeframe
    parameters: Parameters
    advise: Advise  # pure: rule voters, or a tape of recorded votes
    start_cash_quote: Decimal
    starts_at: datetime
    ends_at: datetime
    strategies: Sequence[Strategy] = STRATEGIES  # others where luck is measured
    lead: Lead | None = None  # as pure; needed where voters may propose
    detail: Timeframe | None = None  # prices move by the shorter bars of this length
    memory: "Memory | None" = None  # of proposals, where many jobs run on the same bars

    @property
    def step(self) -> Timeframe:
        """From one moment to the next."""
        return self.detail or self.timeframe
