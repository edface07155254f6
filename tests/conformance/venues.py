"""The venues under test, each on a bench that moves its prices."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.core.kinds import OrderKind, Side
from engine.core.market import Depth, Instrument, PriceMoved, Quote
from engine.core.orders import Confirmed, OrderRequest, Outcome, Payment, VenueOrder
from engine.rules.fills import Costs
from engine.venues.books import MemoryBooks, PaperBooks
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.paper import DEFAULT_CONDUCT, PaperVenue
from engine.venues.paper_conduct import Conduct
from storage.database import Database
from storage.paper_books import DatabaseBooks
from storage.tables import METADATA
from tests.fakes.clocks import NOON, FakeClock
from tests.fakes.losing_books import LosingBooks

SPOT, SWAP, OTHER_SWAP = "BTC/USDT", "BTC/USDT:USDT", "ETH/USDT:USDT"
INSTRUMENTS: dict[str, Instrument] = {
    symbol: instrument_of(symbol, 1.0) for symbol in (SPOT, SWAP, OTHER_SWAP)
}
COSTS: dict[str, Costs] = {symbol: costs_of(item) for symbol, item in INSTRUMENTS.items()}
START_QUOTE = Decimal(10_000)


class PaperBench:
    """A paper venue with its clock and books; `restarted` is the process after a crash."""

    def __init__(
        self, books: PaperBooks, clock: FakeClock, conduct: Conduct = DEFAULT_CONDUCT
    ) -> None:
        self.books = LosingBooks(books)
        self.clock = clock
        self.venue = PaperVenue(
            self.books,
            INSTRUMENTS.values(),
            COSTS,
            clock,
            start_cash_quote=START_QUOTE,
            max_leverage=3.0,
            conduct=conduct,
        )
        self._stored = books
        self._conduct = conduct

    def restarted(self) -> "PaperBench":
        return PaperBench(self._stored, self.clock, self._conduct)

    def behaving(self, conduct: Conduct) -> "PaperBench":
        """A venue on the same books that behaves so."""
        return PaperBench(self._stored, self.clock, conduct)

    async def price(
        self,
        price: float,
        *,
        low: float | None = None,
        high: float | None = None,
        symbol: str = SWAP,
        quote: Quote | None = None,
        depth: Depth | None = None,
        volume_base: float = 1000.0,
        opened: float | None = None,
    ) -> PriceMoved:
        """Five seconds later the symbol trades from `price` over [low, high] back to it."""
        self.clock.now_at += timedelta(seconds=5)
        event = PriceMoved(
            at=self.clock.now_at,
            symbol=symbol,
            open_price=price if opened is None else opened,
            high_price=price if high is None else high,
            low_price=price if low is None else low,
            close_price=price,
            volume_base=volume_base,
            quote=quote,
            depth=depth,
        )
        await self.venue.observe(event, nothing)
        return event

    def told(self) -> tuple[VenueOrder, ...]:
        """The venue's news of orders since the last look; fails where it paid something."""
        news = self.venue.take_reports()
        assert not any(isinstance(each, Payment) for each in news)
        return tuple(each for each in news if isinstance(each, VenueOrder))

    async def filled(self, order: OrderRequest) -> VenueOrder:
        """The confirmed state of an order that must be taken."""
        outcome = await self.venue.submit(order)
        assert isinstance(outcome, Confirmed), outcome
        return outcome.order


async def nothing() -> None:
    """What a bench without a desk does before the account changes."""


def an_order(
    side: Side,
    qty: str,
    *,
    limit: str | None = None,
    symbol: str = SWAP,
    name: str = "p1",
    reduce_only: bool = False,
    post_only: bool = False,
    decision_price: float = 50_000.0,
) -> OrderRequest:
    """A market order, or a limit order when it has a limit."""
    return OrderRequest(
        client_order_id=name,
        symbol=symbol,
        side=side,
        kind=OrderKind.MARKET if limit is None else OrderKind.LIMIT,
        qty_base=Decimal(qty),
        limit_price=None if limit is None else Decimal(limit),
        reduce_only=reduce_only,
        post_only=post_only,
        decision_price=decision_price,
    )


def a_conditional(
    side: Side, qty: str, trigger: str, *, target: bool = False, name: str = "s1", **more: Any
) -> OrderRequest:
    """A stop, or a target, that only reduces where it is not told otherwise."""
    order = an_order(side, qty, name=name, reduce_only=more.pop("reduce_only", True), **more)
    kind = OrderKind.TAKE_PROFIT if target else OrderKind.STOP
    return replace(order, kind=kind, trigger_price=Decimal(trigger))


@asynccontextmanager
async def opened_bench(kind: str, folder: Path) -> AsyncIterator[PaperBench]:
    """A bench on books in memory, or in a database file."""
    clock = FakeClock(NOON)
    if kind == "paper, memory":
        yield PaperBench(MemoryBooks(), clock)
        return
    path = folder / "parley.db"
    path.touch()
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        await database.write(METADATA.create_all)
        yield PaperBench(DatabaseBooks(database), clock)
    finally:
        await database.close()


BENCHES = ("paper, memory", "paper, database")


def reason_of(outcome: Outcome) -> object:
    """The refusal's code, or the outcome itself where it is none."""
    return getattr(outcome, "reason", outcome)
