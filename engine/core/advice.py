"""From a strategy's signal to the desk's decision: signal, proposal, snapshot, vote, verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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


class Tier(StrEnum):
    """What an objection does to a vote."""

    REJECT = "reject"  # the vote counts as an abstention
    STRIP = "strip"  # its levels are dropped, its forecast counts
    WARN = "warn"  # it counts for less
    VETO = "veto"  # a warning that the person made a reason to say no


@dataclass(frozen=True, slots=True)
class Objection:
    """What a check of `llm/checks` has against a vote."""

    code: str
    tier: Tier
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One voter's forecast of the proposal's event. An abstention carries no probabilities."""

    voter: str
    p_up: float  # chance that the barrier above is reached first, in the voter's own words
    p_down: float
    reason: str = ""  # text of others: never markup, never a command
    abstained: bool = False
    latency_ms: float = 0.0
    abstention: str = ""  # why not, as a code: of `llm.contract.ErrorKind` or of a check
    objections: tuple[Objection, ...] = ()
    evidence: tuple[tuple[str, float], ...] = ()
    stop_price: float | None = None  # what the voter would do; the desk sets its own
    target_price: float | None = None
    is_model: bool = False
    model: str = ""  # as the provider names it
    prompt_hash: str = ""
    cost_usd: float = 0.0
    calibrated_up: float | None = None  # after calibration; None where nothing was learned on
    calibrated_down: float | None = None

    @property
    def identity(self) -> str:
        """Who it is to the record: another model under the same name is somebody else."""
        return f"{self.voter}|{self.model}" if self.model else self.voter

    def side(self) -> PositionSide | None:
        """The side it speaks for, or None when it abstained or sees no edge."""
        if self.abstained or self.p_up == self.p_down:
            return None
        return PositionSide.LONG if self.p_up > self.p_down else PositionSide.SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPart:
    """One way of pooling the votes, and what it counts for."""

    name: str
    weight_ratio: float  # by how well it did so far; all together 1
    p_up: float
    p_down: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The votes as one honest probability of the event, and how it came about."""

    p_up: float
    p_down: float  # the rest of 1 is "neither within the horizon"
    base_up: float  # how often the event happened in this market's own past
    base_down: float
    sd_up: float  # of the log-odds
    sd_down: float
    low_ratio: float  # lower bound of the chance that the proposed side's barrier is first
    barrier_atr: float
    horizon_bars: int
    voters_effective: float  # so many independent voters would know as much
    outcomes: int  # how many labelled forecasts were learned from
    parts: tuple[PoolPart, ...] = ()
    biased_side: PositionSide | None = None  # halved: one side dominated without an edge

    def chance(self, side: PositionSide) -> float:
        return self.p_up if side is PositionSide.LONG else self.p_down


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The rule over the votes."""

    approved: bool
    confidence_ratio: float  # 0..1; calibrated where there is a pool, and what Kelly sizes on
    votes: tuple[Vote, ...]
    dissent_ratio: float  # share of the answering voters against the majority
    why: str
    quorum_met: bool = True
    pool: Pool | None = None  # None: rule voters alone, counted and not calibrated


def proposal_key(symbol: str, timeframe: Timeframe, close_at: datetime) -> str:
    """The key of the proposal that one bar may make."""
    return f"{symbol}|{timeframe.value}|{int(close_at.timestamp())}"
