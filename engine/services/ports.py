"""What the services need of the durable memory; `storage/` implements both. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from engine.core.events import Event
from engine.core.messages import ParameterVersion
from engine.core.positions import Trade
from engine.core.queries import TradeFilter
from engine.core.state import EquityPoint


class TradeTotals(Protocol):
    """Sums over closed trades, exact."""

    @property
    def trades(self) -> int: ...

    @property
    def wins(self) -> int: ...

    @property
    def net_pnl_quote(self) -> Decimal: ...

    @property
    def commission_quote(self) -> Decimal: ...

    @property
    def result_r(self) -> float: ...


class TradeHistory(Protocol):
    """Closed trades by filter, and what equity was. Raises StorageError."""

    async def page(
        self, wanted: TradeFilter, *, before: int | None = None, limit: int = 10
    ) -> tuple[Trade, ...]:
        """Such trades, last closed first; `before`: those that closed before this trade_id."""
        ...

    async def trade(self, trade_id: int) -> Trade | None: ...

    async def strategies(self) -> tuple[str, ...]:
        """The names under which trades were made."""
        ...

    async def days(self, wanted: TradeFilter) -> Mapping[date, TradeTotals]:
        """Sums by the day (UTC) of the closing, oldest first; days without a trade are absent."""
        ...

    async def equity_at(self, moments: Sequence[datetime]) -> tuple[EquityPoint | None, ...]:
        """For each moment the last point at or before it; None where there is none."""
        ...


class Archive(Protocol):
    """What has been. Raises StorageError."""

    async def trades(
        self, *, before: int | None = None, limit: int = 10, symbol: str | None = None
    ) -> tuple[Trade, ...]:
        """Closed trades, the last closed first, those that closed before trade `before` only."""
        ...

    async def totals(self, since: datetime | None = None) -> TradeTotals:
        """Sums over the trades closed at or after `since`."""
        ...

    async def last_events(self, limit: int, kinds: Sequence[str] = ()) -> tuple[Event, ...]:
        """The newest events, newest first; `kinds`: only of these classes, by name."""
        ...

    async def equity(self, points: int = 500) -> tuple[EquityPoint, ...]:
        """The equity curve thinned to about `points`, oldest first, the last one always there."""
        ...


class ParameterArchive(Protocol):
    """The versions of the parameters. Raises StorageError."""

    async def newest(self) -> ParameterVersion | None: ...

    async def by_hash(self, config_hash: str) -> ParameterVersion | None: ...

    async def history(self, limit: int) -> tuple[ParameterVersion, ...]:
        """The last versions, newest first."""
        ...
