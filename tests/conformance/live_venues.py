"""The live venue under test: unmodified ccxt on the loopback exchange, on spot and on swaps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.kinds import OrderKind, Side
from engine.core.orders import Confirmed, OrderRequest, Report, VenueOrder
from engine.venues.ccxt_account import Keys
from engine.venues.ccxt_setup import made_ready, unopened
from engine.venues.ccxt_venue import CcxtVenue
from tests.engine.venues.live_bench import HastyClock
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.faults import Fault, Kind, When

START_QUOTE = Decimal(10_000)
PRICE = 50_000
TIMEOUT_S = 0.4  # of one request; a silent exchange is waited for so long
KEYS = Keys(key="loopback-key", secret="loopback-secret")  # noqa: S106 - of nobody
KINDS = ("ccxt spot", "ccxt swap")
LOST = (Kind.RESET, Kind.SILENCE, Kind.HTML, Kind.CUT_JSON, Kind.CUT_BODY)


class LiveBench:
    """An exchange, its clock and books, and a venue on it; `restart` is a process that crashed."""

    ways_to_lose: tuple[Any, ...] = LOST
    forced_prefix = "autoclose-"

    def __init__(self, exchange: Exchange, wall: HastyClock, *, is_swap: bool) -> None:
        self.exchange = exchange
        self.wall = wall
        self.is_swap = is_swap
        self.symbol = "BTC/USDT:USDT" if is_swap else "BTC/USDT"
        self.order_path = "/fapi/v1/order" if is_swap else "/api/v3/order"
        self.unread: list[Report] = []
        self._venue: CcxtVenue | None = None

    @property
    def venue(self) -> CcxtVenue:
        assert self._venue is not None, "restart makes it"
        return self._venue

    async def close(self) -> None:
        if self._venue is not None:
            await self._venue.close()

    async def restart(self) -> None:
        """A new process: it knows nothing of what the one before it sent."""
        await self.close()
        account = unopened(
            "binance",
            [self.symbol],
            KEYS,
            self.wall,
            api_base=self.exchange.base,
            timeout_s=TIMEOUT_S,
        )
        account.row = replace(account.row, burst_s=600.0)  # a card does not wait its turn
        self._venue = await made_ready(account, [self.symbol], 3)

    async def price(self, price: float, **more: Any) -> None:
        self.exchange.price(self.symbol, price, **more)

    def lose(self, kind: Kind, when: When, *, method: str = "POST", **more: Any) -> Fault:
        """The next request of the method meets this fault."""
        path = more.pop("path", "rder")  # order, algoOrder, openOrders
        return self.exchange.faults.add(Fault(kind, method=method, path=path, when=when, **more))

    async def book(
        self, bids: list[tuple[str, str]], asks: list[tuple[str, str]], last_price: float
    ) -> None:
        """The book holds these levels, price and quantity each."""
        self.exchange.book(self.symbol, bids, asks, last_price=last_price)

    async def fund(self, ratio: str) -> None:
        self.exchange.fund(self.symbol, ratio)
        await asyncio.sleep(0.001)  # each has its own millisecond, as funding has

    def since_at(self) -> datetime:
        """A moment before everything that happened here."""
        return an_hour_ago()

    async def halt(self) -> None:
        self.exchange.halt(self.symbol)

    async def resume(self) -> None:
        self.exchange.resume(self.symbol)

    async def delist(self) -> None:
        self.exchange.delist(self.symbol)

    def lose_answer(self, way: Any, when: When) -> None:
        """The next order's answer is lost in that way."""
        self.lose(way, when)

    async def filled(self, order: OrderRequest) -> VenueOrder:
        """The confirmed state of an order that must be taken."""
        outcome = await self.venue.submit(order)
        assert isinstance(outcome, Confirmed), outcome
        return outcome.order

    async def news(self) -> tuple[Report, ...]:
        """What a sweep finds."""
        await self.venue.reread()
        return self.venue.take_reports()

    def orders_booked(self) -> int:
        """How many orders the exchange has ever taken."""
        return len(self.exchange.matching.floor.orders)

    def an_order(
        self,
        side: Side,
        qty: str = "0.1",
        kind: OrderKind = OrderKind.MARKET,
        *,
        name: str = "abcde00000001e01",
        price: str | None = None,
        decision_price: float = float(PRICE),
        **more: Any,
    ) -> OrderRequest:
        """An order; `price` is its limit, or the trigger of a conditional one."""
        at = None if price is None else Decimal(price)
        is_limit = kind is OrderKind.LIMIT
        return OrderRequest(
            client_order_id=name,
            symbol=self.symbol,
            side=side,
            kind=kind,
            qty_base=Decimal(qty),
            limit_price=at if is_limit else None,
            trigger_price=None if is_limit else at,
            decision_price=decision_price,
            **more,
        )


@asynccontextmanager
async def live_bench(
    kind: str, *, now: Callable[[], datetime] | None = None
) -> AsyncIterator[LiveBench]:
    """A bench with START_QUOTE of money and bitcoin at PRICE; `now` stamps what happens."""
    is_swap = kind == "ccxt swap"
    wall = HastyClock(lambda _: None)
    async with Exchange(now=now) as exchange:
        exchange.deposit("USDT", START_QUOTE, to_swap=is_swap)
        bench = LiveBench(exchange, wall, is_swap=is_swap)
        await bench.price(PRICE)
        try:
            await bench.restart()
            yield bench
        finally:
            await bench.close()
            await wall.close()


def an_hour_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


async def until(is_so: Callable[[], bool]) -> None:
    """Returns when it is so; its time-out only ends a hang."""
    async with asyncio.timeout(30):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.01)
