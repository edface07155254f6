"""What is remembered of a round of votes, so that it can be scored when its event is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from engine.core.advice import Vote
from engine.core.clockwork import require_utc
from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a pool was made of, for one barrier: a label teaches exactly this."""

    offset: float  # log-odds of the base rate
    x: tuple[float, ...]  # by voter that answered: distance from its usual word, warnings off
    words: tuple[float, ...]  # its log-odds, warnings off
    ways: tuple[float, ...]  # the probability by each way of pooling
    pooled: float = 0.5  # what was told in the end
    pre_regime: float = 0.5  # and before the regime had its say


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One round: the event, the votes and the pool. Outcome None: not decided yet."""

    key: str  # of the proposal: one round per bar
    snapshot_id: str
    symbol: str
    timeframe: Timeframe
    at: datetime  # the close of the bar
    side: PositionSide  # that was proposed
    regime: Regime
    close_price: float
    up_price: float
    down_price: float
    horizon_bars: int
    base_up: float
    base_down: float
    votes: tuple[Vote, ...]
    voters: tuple[str, ...]  # identities of those that answered, in the order of `Heard.x`
    up: Heard
    down: Heard
    outcome: str | None = None  # a word of engine.market.barriers.Outcome
    resolved_at: datetime | None = None  # the close of the bar that decided it

    def __post_init__(self) -> None:
        require_utc(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredVote:
    """One vote whose event is decided."""

    voter: str
    identity: str
    at: datetime
    is_model: bool
    p_up: float
    p_down: float
    calibrated_up: float  # NaN: it was not pooled
    calibrated_down: float
    base_up: float
    base_down: float
    warnings: tuple[str, ...]
    outcome: str  # of engine.market.barriers.Outcome, never LOST


class ForecastBook(Protocol):
    """The durable memory of forecasts. Raises StorageError."""

    async def load(self) -> tuple[Mapping[str, Any] | None, tuple[Forecast, ...]]:
        """What was learned so far (None: nothing), and the forecasts without an outcome."""
        ...

    async def keep(self, forecasts: Sequence[Forecast], learned: Mapping[str, Any]) -> None:
        """Stores both in one transaction; a forecast replaces the one of its key."""
        ...
