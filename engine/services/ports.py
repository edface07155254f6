"""What the services need of the durable memory; `storage/` implements both. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.core.events import Event
from engine.core.messages import ParameterVersion
from engine.core.positions import Trade
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
    def result_r(self) -> float: ...


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
