"""From a strategy's signal to the desk's decision: signal, proposal, snapshot, vote, verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one strategy says on one closed bar."""

    side: PositionSide
    strategy: str
    version: str
    why: str
    stop_price: float
    confidence_ratio: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What voters see: the market on the last closed bar, and nothing of the account."""

    symbol: str
    timeframe: Timeframe
    at: datetime  # the close of the bar
    side: PositionSide  # the side that is proposed
    entry_price: float
    stop_price: float
    regime: Regime
    features: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry the desk would like; at most one per symbol and bar."""

    key: str  # a function of symbol, timeframe and bar: the same bar proposes once
    snapshot: Snapshot
    signals: tuple[Signal, ...]  # the strategies that agree, the leading one first

    @property
    def symbol(self) -> str:
        return self.snapshot.symbol

    @property
    def side(self) -> PositionSide:
        return self.snapshot.side


@dataclass(frozen=True, slots=True)
class SizeStep:
    """One line of the arithmetic of a size, as /why tells it."""

    text: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One voter's forecast of the proposal's event. An abstention carries no probabilities."""

    voter: str
    p_up: float  # chance that +1 ATR is reached before -1 ATR
    p_down: float
    reason: str = ""
    abstained: bool = False
    latency_ms: float = 0.0

    def side(self) -> PositionSide | None:
        """The side it speaks for, or None when it abstained or sees no edge."""
        if self.abstained or self.p_up == self.p_down:
            return None
        return PositionSide.LONG if self.p_up > self.p_down else PositionSide.SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The rule over the votes."""

    approved: bool
    confidence_ratio: float  # 0..1
    votes: tuple[Vote, ...]
    dissent_ratio: float  # share of the answering voters against the majority
    why: str
    quorum_met: bool = True


def proposal_key(symbol: str, timeframe: Timeframe, close_at: datetime) -> str:
    """The key of the proposal that one bar may make."""
    return f"{symbol}|{timeframe.value}|{int(close_at.timestamp())}"
