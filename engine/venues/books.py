"""What the paper venue remembers: its account and its orders, behind a port of three methods.

`storage/paper_books.py` keeps it in the database; `MemoryBooks` forgets it with the process.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from engine.core.errors import DeskError
from engine.core.money import ZERO
from engine.core.orders import WORKING, Fill, OrderRequest, Payment, Report, VenueOrder


class Seen(NamedTuple):
    """What the venue did by itself up to now, so that an event told again does nothing twice."""

    at: datetime  # everything before it was seen,
    names: frozenset[str]  # and of this moment these: "funding:BTC/USDT:USDT"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperOrder:
    """One order at the paper venue: what was asked, and how it stands with all its fills."""

    request: OrderRequest
    view: VenueOrder
    accepted_at: datetime  # market time; only later prices can fill it while it rests
    arrives_at: datetime | None = None  # it travels until then; None: it is there
    ahead_base: float | None = None  # who stands before a resting limit; None: nobody knows
    waited_at: datetime | None = field(default=None, compare=False)
    # ^ the last event that it waited through; not stored

    @property
    def client_order_id(self) -> str:
        return self.request.client_order_id

    @property
    def acted_at(self) -> datetime:
        """The last moment whose prices it has met: told again, they do nothing twice."""
        met_at = self.view.fills[-1].filled_at if self.view.fills else self.accepted_at
        return max(self.accepted_at, met_at, self.waited_at or self.accepted_at)

    @property
    def leaves_base(self) -> Decimal:
        """What is not yet executed."""
        return self.request.qty_base - sum((fill.qty_base for fill in self.view.fills), ZERO)

    @property
    def is_working(self) -> bool:
        return self.view.state in WORKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The account at start-up. Finished orders stay behind `PaperBooks.find`."""

    cash_quote: Decimal
    base_by_symbol: Mapping[str, Decimal] = field(default_factory=dict)  # signed; no zeros
    working: tuple[PaperOrder, ...] = ()  # resting orders, oldest first
    seen: Seen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksChange:
    """One order's new state and what it did to the account: stored together or not at all."""

    order: PaperOrder | None  # None: only the account changes (the first deposit, funding)
    is_new: bool = False  # the order must not be there yet
    new_fills: tuple[Fill, ...] = ()  # those of `order` that were not stored before
    cash_quote: Decimal  # after the change
    base_by_symbol: Mapping[str, Decimal] = field(default_factory=dict)
    # ^ new holdings of the symbols that changed; zero: nothing is held any more
    payments: tuple[Payment, ...] = ()  # that were not stored before
    seen: Seen | None = None  # the account's, at the change


class IdTaken(DeskError):
    """An order of this client_order_id is in the books already; nothing was saved."""


class PaperBooks(Protocol):
    """The paper venue's durable memory."""

    async def load(self) -> Books | None:
        """The account, or None where nothing was ever saved."""
        ...

    async def save(self, change: BooksChange) -> None:
        """Returns after the commit, or raises StorageError; IdTaken for a new order that is not."""
        ...

    async def find(self, client_order_id: str) -> PaperOrder | None:
        """The order of this id, working or finished, or None; raises StorageError."""
        ...

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        """Payments and forced orders at or after `at`, oldest first; raises StorageError."""
        ...


class MemoryBooks:
    """PaperBooks for a market that is replayed from its beginning each time."""

    def __init__(self) -> None:
        self._cash_quote: Decimal | None = None
        self._base_by_symbol: dict[str, Decimal] = {}
        self._orders: dict[str, PaperOrder] = {}
        self._payments: dict[str, Payment] = {}
        self._seen: Seen | None = None

    async def load(self) -> Books | None:
        if self._cash_quote is None:
            return None
        return Books(
            cash_quote=self._cash_quote,
            base_by_symbol={s: base for s, base in self._base_by_symbol.items() if base},
            working=tuple(order for order in self._orders.values() if order.is_working),
            seen=self._seen,
        )

    async def save(self, change: BooksChange) -> None:
        order = change.order
        if order is not None and change.is_new and order.client_order_id in self._orders:
            raise IdTaken(order.client_order_id)
        self._cash_quote = change.cash_quote
        self._base_by_symbol.update(change.base_by_symbol)
        self._seen = change.seen
        for payment in change.payments:
            self._payments.setdefault(payment.payment_id, payment)
        if order is not None:
            self._orders[order.client_order_id] = order

    async def find(self, client_order_id: str) -> PaperOrder | None:
        return self._orders.get(client_order_id)

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        forced = [order for order in self._orders.values() if order.view.is_forced]
        return in_order(
            [order for order in forced if order.accepted_at >= at],
            [payment for payment in self._payments.values() if payment.paid_at >= at],
        )


def in_order(forced: Sequence[PaperOrder], payments: Sequence[Payment]) -> tuple[Report, ...]:
    """Both kinds of reports by their moment; a moment's liquidation comes before its funding."""
    told: list[tuple[datetime, Report]] = [(order.accepted_at, order.view) for order in forced]
    told += [(payment.paid_at, payment) for payment in payments]
    return tuple(report for _, report in sorted(told, key=lambda each: each[0]))
