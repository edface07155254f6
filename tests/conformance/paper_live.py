"""The paper venue on the bench of the live cards, chosen to behave as those exchanges do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from engine.core.kinds import OrderKind, Side
from engine.core.market import Depth, FundingSettled, Level, PriceMoved, Quote
from engine.core.orders import Confirmed, OrderRequest, Report, VenueOrder
from engine.core.ports import Venue
from engine.venues.books import MemoryBooks
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.interruptions import Interruption
from engine.venues.paper import PaperVenue
from engine.venues.paper_conduct import Conduct
from tests.conformance.live_venues import KINDS, PRICE, START_QUOTE, LiveBench, live_bench
from tests.conformance.venues import nothing
from tests.fakes.clocks import NOON, FakeClock
from tests.fakes.exchange.faults import When
from tests.fakes.losing_books import LosingBooks

PAPER_KINDS = ("paper spot", "paper swap")
EVERY_KIND = (*KINDS, *PAPER_KINDS)
EVERY_SWAP = ("ccxt swap", "paper swap")


class Bench(Protocol):
    """What a card that holds for every venue works with."""

    is_swap: bool
    symbol: str
    ways_to_lose: tuple[Any, ...]
    forced_prefix: str

    @property
    def venue(self) -> Venue: ...
    async def restart(self) -> None: ...
    async def price(self, price: float, **more: Any) -> None: ...
    async def book(
        self, bids: list[tuple[str, str]], asks: list[tuple[str, str]], last_price: float
    ) -> None: ...
    async def fund(self, ratio: str) -> None: ...
    def since_at(self) -> datetime: ...
    async def halt(self) -> None: ...
    async def resume(self) -> None: ...
    async def delist(self) -> None: ...
    def lose_answer(self, way: Any, when: When) -> None: ...
    async def filled(self, order: OrderRequest) -> VenueOrder: ...
    async def news(self) -> tuple[Report, ...]: ...
    def orders_booked(self) -> int: ...
    def an_order(
        self, side: Side, qty: str = ..., kind: OrderKind = ..., **more: Any
    ) -> OrderRequest: ...


class PaperLive:
    """A paper venue and its books; `restart` is a process that crashed."""

    ways_to_lose: tuple[Any, ...] = ("the books",)
    forced_prefix = "liquidation-"

    def __init__(self, *, is_swap: bool) -> None:
        self.is_swap = is_swap
        self.symbol = "BTC/USDT:USDT" if is_swap else "BTC/USDT"
        self._stored = MemoryBooks()
        self._books = LosingBooks(self._stored)
        self._clock = FakeClock(NOON)
        self._last_price = float(PRICE)
        self._interruptions: list[Interruption] = []
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
            conduct=Conduct(
                rests_stops=True,
                share_ratio=1.0,
                fees_in_base=True,
                interruptions=self._interruptions,
            ),
        )

    async def restart(self) -> None:
        self.venue = self._made()
        await self.price(self._last_price)

    async def price(self, price: float, *, volume_base: str = "1000000", **more: Any) -> None:
        """The symbol trades from the last price to this one."""
        self._clock.now_at += timedelta(seconds=5)
        before, self._last_price = self._last_price, float(price)
        event = PriceMoved(
            at=self._clock.now_at,
            symbol=self.symbol,
            open_price=before,
            high_price=max(before, price),
            low_price=min(before, price),
            close_price=float(price),
            volume_base=float(volume_base),
            **more,
        )
        await self.venue.observe(event, nothing)
        await self.venue.enforce(event, nothing)

    async def book(
        self, bids: list[tuple[str, str]], asks: list[tuple[str, str]], last_price: float
    ) -> None:
        sides = [tuple(Level(float(p), float(qty)) for p, qty in side) for side in (bids, asks)]
        quote = Quote(sides[0][0].price, sides[1][0].price)
        await self.price(last_price, quote=quote, depth=Depth(*sides))

    async def fund(self, ratio: str) -> None:
        self._clock.now_at += timedelta(seconds=5)
        at = self._clock.now_at
        settled = FundingSettled(at=at, symbol=self.symbol, funding_ratio=float(ratio))
        await self.venue.observe(settled, nothing)

    def since_at(self) -> datetime:
        return NOON

    async def halt(self) -> None:
        until_at = self._clock.now_at + timedelta(days=1)
        self._interruptions.append(Interruption(self.symbol, self._clock.now_at, until_at))

    async def resume(self) -> None:
        self._interruptions.clear()

    async def delist(self) -> None:
        self._interruptions.append(Interruption(self.symbol, self._clock.now_at))
        await self.price(self._last_price)  # time passes

    def lose_answer(self, way: Any, when: When) -> None:
        self._books.lose = [when.value]

    async def filled(self, order: OrderRequest) -> VenueOrder:
        outcome = await self.venue.submit(order)
        assert isinstance(outcome, Confirmed), outcome
        return outcome.order

    async def news(self) -> tuple[Report, ...]:
        return self.venue.take_reports()

    def orders_booked(self) -> int:
        return len(self._stored._orders)

    def an_order(
        self, side: Side, qty: str = "0.1", kind: OrderKind = OrderKind.MARKET, **more: Any
    ) -> OrderRequest:
        price = more.pop("price", None)
        at = None if price is None else Decimal(price)
        is_limit = kind is OrderKind.LIMIT
        more.setdefault("decision_price", float(PRICE))
        return OrderRequest(
            client_order_id=more.pop("name", "abcde00000001e01"),
            symbol=self.symbol,
            side=side,
            kind=kind,
            qty_base=Decimal(qty),
            limit_price=at if is_limit else None,
            trigger_price=None if is_limit else at,
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
