"""What is told of votes and decisions: frozen values, ready for a view."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.core.events import ProposalDecided
from engine.core.forecasts import Forecast, ScoredVote
from engine.core.kinds import Regime, TradingState
from engine.core.orders import Fill, Order
from engine.core.positions import Position, Trade
from engine.core.state import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A decision with everything that came before and after it."""

    decision: ProposalDecided
    forecast: Forecast | None  # None: older than the memory of votes
    orders: tuple[Order, ...]  # oldest first; empty where it was denied
    fills: tuple[Fill, ...]
    position: Position | None
    trade: Trade | None  # None: not closed


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What stands between the symbol and an entry, the nearest gate last."""

    symbol: str
    trading: TradingState
    cause: Cause
    why: str
    position_id: int | None  # an open position is in the way
    not_traded: str  # what the venue says where it stopped trading, or will; else empty
    is_frozen: bool  # an order of unknown outcome stands there
    regime: Regime
    last: ProposalDecided | None  # the newest decision on it
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """The last rounds of votes, newest first."""

    forecasts: tuple[Forecast, ...]
    market_at: datetime | None


class ForecastArchive(Protocol):
    """The memory of votes. Raises StorageError."""

    async def forecast(self, key: str) -> Forecast | None: ...

    async def last(self, limit: int, symbol: str | None = None) -> tuple[Forecast, ...]:
        """The newest rounds, newest first."""
        ...

    async def scored(self, limit: int = 5000) -> tuple[ScoredVote, ...]:
        """The last votes whose event is decided, oldest first."""
        ...


class DecisionArchive(Protocol):
    """The memory of decisions and what followed. Raises StorageError."""

    async def decision(
        self, *, position_id: int | None = None, symbol: str | None = None
    ) -> ProposalDecided | None:
        """The decision that made a position; or the newest, on a symbol where one is named."""
        ...

    async def orders_of(self, position_id: int) -> tuple[Order, ...]: ...

    async def fills_of(self, position_id: int) -> tuple[Fill, ...]: ...

    async def position(self, position_id: int) -> Position | None: ...

    async def trade(self, trade_id: int) -> Trade | None: ...
