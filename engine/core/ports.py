"""The doors between the engine and the world. Each is tiny, and has conformance cards in tests.

| port | backtest | simulated, replay | paper | live |
|---|---|---|---|---|
| Clock | moves with events | moves with events | system | system |
| Feed | arrays | simulated or recorded market | ccxt | ccxt |
| Venue | compiled fill rules | paper venue | paper venue | ccxt |
| Advisor | rule voters, tape | voters | voters | voters |
| Confirmer | policy | policy or chat | chat | chat |
| Journal | memory | database | database | database |
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.core.advice import Proposal, Snapshot, Verdict
from engine.core.approvals import Approval, Shadow
from engine.core.events import Event
from engine.core.kinds import PositionSide
from engine.core.market import Bar, FundingSettled, Instrument, MarketEvent, PriceMoved
from engine.core.messages import ParameterVersion
from engine.core.orders import Fill, Order, OrderRequest, Outcome, Payment, Report, VenueOrder
from engine.core.positions import PastTrade, Position, Trade
from engine.core.state import CashMove, DeskState, EquityPoint
from engine.core.timeframes import Timeframe


class Clock(Protocol):
    """What time it is in the market."""

    def now(self) -> datetime:
        """The moment, aware UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after `seconds` of market time."""
        ...

    async def hold(self, thinking: Awaitable[None]) -> None:
        """Awaits `thinking` when market time stands still for it; else lets it run beside."""
        ...


class Feed(Protocol):
    """Where prices come from."""

    step_s: float  # the longest silence of a healthy symbol, in market seconds

    async def instruments(self) -> tuple[Instrument, ...]:
        """What can be traded, in a fixed order; raises SettingsError for an unknown symbol."""
        ...

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        """Up to `bars` closed bars, oldest first, that closed at or before `before`.

        `before` None means: before the first event that `events(None)` will tell.
        """
        ...

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        """The last funding settled at or before `before` (as in `history`); None: not known."""
        ...

    def events(self, after: datetime | None) -> AsyncIterator[MarketEvent]:
        """The market's events, those after the moment `after` only (None: from the beginning)."""
        ...


class Venue(Protocol):
    """Where orders go. Every implementation passes tests/conformance/test_venue.py.

    Nothing here raises for what a venue does: what cannot be proved is an `Unknown`.
    """

    fence_s: float  # how long a request that left may still be booked; "absent" counts after it

    async def submit(self, order: OrderRequest) -> Outcome: ...

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome: ...

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        """The order, or None when the venue says that it does not know it.

        Raises Temporary when the venue did not answer: that is never "not found".
        """
        ...

    async def open_orders(self) -> tuple[VenueOrder, ...]: ...

    async def holdings(self) -> "Holdings": ...

    def take_reports(self) -> tuple[Report, ...]:
        """What the venue tells unasked since the last call, oldest first; never blocks.

        News of own orders, forced ones, and payments. After a gap it may be incomplete.
        """
        ...

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        """Every payment and forced order at or after `at`, oldest first; raises Temporary."""
        ...

    def holds_stops(self, symbol: str) -> bool:
        """Whether a STOP can rest here, so that a position stays protected without the desk."""
        ...


First = Callable[[], Awaitable[None]]


class MarketObserver(Protocol):
    """Sees the market beside the desk: the paper venue, which has no other way to know it.

    `first` is awaited before the account changes: the desk then knows the past for good, and a
    restart does not meet the change before its moment.
    """

    async def observe(self, event: PriceMoved | FundingSettled, first: First) -> None:
        """Before the desk: resting orders are matched, funding is paid; raises StorageError."""
        ...

    async def enforce(self, event: PriceMoved, first: First) -> None:
        """After the desk's exits: takes what the account cannot carry; raises StorageError."""
        ...


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the venue says the account holds."""

    cash_quote: Decimal
    base_by_symbol: Mapping[str, Decimal]  # signed: short is negative; zeros are left out


class Advisor(Protocol):
    """The parley: asks the voters and applies the rule over their votes."""

    async def advise(self, snapshot: Snapshot) -> Verdict: ...


class Leader(Protocol):
    """The parley where nobody has proposed."""

    async def lead(self, snapshot: Snapshot) -> tuple[PositionSide, Verdict]:
        """The likelier side of the event, and the verdict on it; the snapshot's own side is only
        a placeholder. Not approved where the voters may not, or cannot, lead."""
        ...


class Confirmer(Protocol):
    """A person's word on a trade that needs one."""

    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool | None:
        """Yes or no; None: people are asked, and the trade is parked until they have answered."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Says that a command was done, so that it is never done twice."""

    command_id: str
    answer: str
    done_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one transaction makes durable: all of it, or nothing.

    Orders and positions replace their row; fills, payments, moves, trades and events are inserted
    once by key.
    """

    orders: tuple[Order, ...] = ()
    fills: tuple[Fill, ...] = ()
    payments: tuple[Payment, ...] = ()
    moves: tuple[CashMove, ...] = ()
    positions: tuple[Position, ...] = ()
    trades: tuple[Trade, ...] = ()
    equity: tuple[EquityPoint, ...] = ()
    state: DeskState | None = None
    events: tuple[Event, ...] = ()
    parameters: ParameterVersion | None = None  # the successor of the newest version
    receipt: Receipt | None = None
    approvals: tuple[Approval, ...] = ()  # each replaces a row of a smaller revision, none other
    shadows: tuple[Shadow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the desk remembers at start-up."""

    state: DeskState | None = None  # None: a desk that never ran
    positions: tuple[Position, ...] = ()  # open ones
    orders: tuple[Order, ...] = ()
    # ^ of open positions, all that are not terminal, and limit entries of the cursor's last hour
    fill_ids: frozenset[str] = field(default_factory=frozenset)  # of these orders
    heard: Mapping[str, datetime] = field(default_factory=dict)
    # ^ payments and forced orders of the cursor's last day: id -> moment
    decided: Mapping[str, int | None] = field(default_factory=dict)
    # ^ proposal key -> position id (None: denied), decided after the cursor
    entries_at: tuple[datetime, ...] = ()  # moments of the last hour's entries, market time
    past: tuple[PastTrade, ...] = ()  # every closed trade, in no particular order
    approvals: tuple[Approval, ...] = ()  # those that are not settled
    last_approval: int = 0  # the highest number so far
    shadows: tuple[Shadow, ...] = ()  # those that would still be open


class Journal(Protocol):
    """The durable memory. `append` returns after the commit, or raises StorageError."""

    async def append(self, record: Record) -> None: ...

    async def swap(self, approval: Approval, events: Sequence[Event]) -> Approval:
        """The approval in force afterwards: this one where the row was one revision before it.

        With it `events` are stored. Else somebody was faster: nothing is stored, and the row that
        stands is returned. Raises StorageError.
        """
        ...

    async def load(self) -> Memory: ...

    async def receipt(self, command_id: str) -> Receipt | None: ...


class Publisher(Protocol):
    """Tells the process what happened, after it is durable."""

    def publish(self, events: Sequence[Event]) -> None: ...
