"""What the services need of the durable memory; `storage/` implements both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.core.events import Event
from engine.core.people import Actor
from engine.core.ports import Receipt
from engine.core.positions import Trade
from engine.core.state import EquityPoint


@dataclass(frozen=True, slots=True)
class TradeTotals:
    """Sums over closed trades, exact."""

    trades: int
    wins: int
    net_pnl_quote: Decimal
    result_r: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredParameters:
    """One version of the parameters as the database keeps it."""

    version: int  # 1, 2, 3, ...
    values: Mapping[str, bool | int | float | str]
    config_hash: str
    author: Actor
    why: str
    at: datetime
    changes: tuple[tuple[str, str, str], ...] = ()  # name, old, new, as a person reads them


class Archive(Protocol):
    """What has been: reads that never change anything."""

    async def trades(
        self, *, before: int | None, limit: int, symbol: str | None = None
    ) -> tuple[Trade, ...]:
        """Closed trades by falling id, those below `before` only."""
        ...

    async def totals(self, *, since: datetime | None = None) -> TradeTotals:
        """Sums over the trades closed at or after `since`."""
        ...

    async def equity(self, *, points: int) -> tuple[EquityPoint, ...]:
        """The equity curve thinned to about `points`, first and last kept, oldest first."""
        ...


class ParameterStore(Protocol):
    """The versions of the parameters. Raises StorageError."""

    async def newest(self) -> StoredParameters | None: ...

    async def append(
        self, stored: StoredParameters, events: tuple[Event, ...], receipt: Receipt | None
    ) -> None:
        """One transaction: the version, what is told of it, and that the command is done."""
        ...

    async def history(self, limit: int) -> tuple[StoredParameters, ...]:
        """The newest versions, newest first."""
        ...
