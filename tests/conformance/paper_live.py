"""The paper venue on the bench of the live cards: those that make sense there run there too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from engine.core.kinds import OrderKind, Side
from engine.core.market import PriceMoved
from engine.core.orders import Confirmed, OrderRequest, Report, VenueOrder
from engine.core.ports import Venue
from engine.venues.books import MemoryBooks
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.paper import PaperVenue
from tests.conformance.live_venues import KINDS, PRICE, START_QUOTE, LiveBench, live_bench
from tests.conformance.venues import nothing
from tests.fakes.clocks import NOON, FakeClock

PAPER_KINDS = ("paper spot", "paper swap")
EVERY_KIND = (*KINDS, *PAPER_KINDS)


class Bench(Protocol):
    """What a card that holds for every venue works with."""

    is_swap: bool
    symbol: str

    @property
    def venue(self) -> Venue: ...
    async def restart(self) -> None: ...
    async def price(self, price: float, **more: Any) -> None: ...
    async def filled(self, order: OrderRequest) -> VenueOrder: ...
    async def news(self) -> tuple[Report, ...]: ...
    def orders_booked(self) -> int: ...
    def an_order(
        self, side: Side, qty: str = ..., kind: OrderKind = ..., **more: Any
    ) -> OrderRequest: ...


class PaperLive:
    """A paper venue and its books; `restart` is a process that crashed."""

    def __init__(self, *, is_swap: bool) -> None:
        self.is_swap = is_swap
        self.symbol = "BTC/USDT:USDT" if is_swap else "BTC/USDT"
        self._books = MemoryBooks()
        self._clock = FakeClock(NOON)
        self._last_price = float(PRICE)
        self.venue = self._made()

    def _made(self) -> PaperVenue:
        instrument = instrument_of(self.symbol, 1.0)
        return PaperVenue(
            self._books,
            [instrument],
            {self.symbol: costs_of(instrument)},
            self._clock,
            start_cash_quote=START_QUOTE,
            max_leverage=3.0,
        )

    async def restart(self) -> None:
        self.venue = self._made()
        await self.price(self._last_price)

    async def price(self, price: float, **_more: Any) -> None:
        self._clock.now_at += timedelta(seconds=5)
        before, self._last_price = self._last_price, price  # it trades from there to here
        event = PriceMoved(
            at=self._clock.now_at,
            symbol=self.symbol,
            open_price=before,
            high_price=max(before, price),
            low_price=min(before, price),
            close_price=price,
            volume_base=1e6,
        )
        await self.venue.observe(event, nothing)

    async def filled(self, order: OrderRequest) -> VenueOrder:
        outcome = await self.venue.submit(order)
        assert isinstance(outcome, Confirmed), outcome
        return outcome.order

    async def news(self) -> tuple[Report, ...]:
        return self.venue.take_reports()

    def orders_booked(self) -> int:
        return len(self._books._orders)

    def an_order(
        self, side: Side, qty: str = "0.1", kind: OrderKind = OrderKind.MARKET, **more: Any
    ) -> OrderRequest:
        price = more.pop("price", None)
        return OrderRequest(
            client_order_id=more.pop("name", "abcde00000001e01"),
            symbol=self.symbol,
            side=side,
            kind=kind,
            qty_base=Decimal(qty),
            limit_price=None if price is None else Decimal(price),
            decision_price=float(PRICE),
            **more,
        )


@asynccontextmanager
async def any_bench(kind: str) -> AsyncIterator[Bench]:
    """A bench of the live venue or of the paper one, with bitcoin at PRICE."""
    if kind in PAPER_KINDS:
        paper = PaperLive(is_swap=kind.endswith("swap"))
        await paper.price(PRICE)
        yield paper
        return
    async with live_bench(kind) as live:
        bench: LiveBench = live
        yield bench
