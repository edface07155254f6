"""What the voters did: disagreed, failed, cost, drifted."""

from dataclasses import dataclass

from engine.core.advice import Vote
from engine.core.events.base import Event
from engine.core.kinds import PositionSide


@dataclass(frozen=True, slots=True, kw_only=True)
class DissentSeen(Event):
    """An entry was approved although many voters were against it."""

    symbol: str
    side: PositionSide
    dissent_ratio: float
    votes: tuple[Vote, ...]

    def key(self) -> str:
        return f"DissentSeen|{self.symbol}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyFallbacks(Event):
    """More than the allowed share of a day's parleys were not decided by models."""

    fallen_ratio: float

    def key(self) -> str:
        return f"ManyFallbacks|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDown(Event):
    """An account, or one voter's model, is not asked for a while."""

    voter: str
    account: str
    kind: str  # of llm.contract.ErrorKind: the real cause
    pause_s: float

    def key(self) -> str:
        return f"ProviderDown|{self.account}|{self.voter}|{self.kind}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetReached(Event):
    """A level of the day's or the month's budget for models was reached."""

    used_ratio: float

    def key(self) -> str:
        return f"BudgetReached|{self.used_ratio:.1f}|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibrated(Event):
    """The last calls were right too seldom: half of what was learned was forgotten."""

    accuracy_ratio: float
    outcomes: int

    def key(self) -> str:
        return f"Recalibrated|{self.outcomes}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasSeen(Event):
    """The voters speak for one side without being right about it: it counts half."""

    side: PositionSide
    outcomes: int

    def key(self) -> str:
        return f"BiasSeen|{self.side.value}|{self.outcomes}"
