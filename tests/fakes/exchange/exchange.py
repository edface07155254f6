"""The exchange to test against: Binance spot and USD-M perpetuals over real sockets on loopback.

    async with Exchange() as exchange:
        exchange.deposit("USDT", 10_000)
        exchange.price("BTC/USDT", 50_000)
        exchange.faults.add(Fault(Kind.RESET, method="POST", path="/order", when=When.AFTER))
        ...  # unmodified ccxt, through a session to exchange.base
        assert exchange.ledger().fills == ...

Markets move by script only. Signing time is wall time; orders, fills and bars are stamped by the
clock that was handed in.
"""

import socket
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Self

from aiohttp import web

from engine.core.clockwork import to_ms
from tests.fakes.exchange.answers import Answers
from tests.fakes.exchange.faults import Call, Faults
from tests.fakes.exchange.floor import News
from tests.fakes.exchange.gate import Gate
from tests.fakes.exchange.ledger import Ledger
from tests.fakes.exchange.listings import Listing, default_listings
from tests.fakes.exchange.market_rest import MarketRest
from tests.fakes.exchange.matching import Matching
from tests.fakes.exchange.orders import VenueOrder, Wanted
from tests.fakes.exchange.script import MarketScript, Number, exact
from tests.fakes.exchange.spot_rest import SpotRest
from tests.fakes.exchange.streams import Streams
from tests.fakes.exchange.swap_account_rest import SwapAccountRest
from tests.fakes.exchange.swap_rest import SwapRest
from tests.fakes.exchange.tape import Tape
from tests.fakes.exchange.world import Routes, World


class Exchange(MarketScript):
    """The server and its thin control surface."""

    def __init__(
        self,
        listings: Iterable[Listing] | None = None,
        *,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._now = now
        self.skew_ms = 0  # how far the exchange's clock is ahead of ours
        self.faults = Faults()
        rows = default_listings() if listings is None else tuple(listings)
        self.matching = Matching(rows, self.now_ms, self._told)
        floor = self.matching.floor
        self.gate = Gate(self.wall_ms)
        tapes = {symbol: Tape() for symbol in floor.listings}
        self.world = World(self.matching, self.gate, self.now_ms, tapes)
        self.streams = Streams(self.world)
        super().__init__(self.world, self.streams.public)
        self._runner: web.AppRunner | None = None
        self._answers: Answers | None = None
        self._calls: list[Call] = []
        self._port = 0

    # ---- life

    async def __aenter__(self) -> Self:
        await self.appear()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.vanish()

    async def appear(self) -> None:
        """Listen, at the same address as before where there was one."""
        app = web.Application()
        self.streams.add_to(app)
        self._answers = Answers(self.world, self.faults, self._routes())
        app.router.add_route("*", "/{path:.*}", self._answers.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        await web.SockSite(self._runner, listener).start()

    async def vanish(self) -> None:
        """Refuse every connection and end the open ones; what was booked stays."""
        self.faults.clear()
        if self._answers is not None:
            self._calls += self._answers.asked
            self._answers.close()
        await self.streams.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._answers = self._runner = None

    @property
    def base(self) -> str:
        """Where a session leads its calls, once the exchange has appeared."""
        return f"http://127.0.0.1:{self._port}"

    def _routes(self) -> Routes:
        rests = (
            MarketRest(self.world, is_swap=False),
            MarketRest(self.world, is_swap=True),
            SpotRest(self.world),
            SwapRest(self.world),
            SwapAccountRest(self.world),
        )
        return {key: route for rest in rests for key, route in rest.routes().items()}

    @property
    def asked(self) -> list[str]:
        """Every request so far: "POST /api/v3/order"."""
        present = self._answers.asked if self._answers is not None else []
        return [f"{call.method} {call.path}" for call in (*self._calls, *present)]

    # ---- clocks

    def wall_ms(self) -> int:
        """The exchange's own clock: wall time and its skew."""
        return int(time.time() * 1000) + self.skew_ms

    def now_ms(self) -> int:
        """Market time."""
        if self.scripted_ms is not None:
            return self.scripted_ms
        return self.wall_ms() if self._now is None else to_ms(self._now())

    # ---- the account

    def deposit(self, asset: str, amount: Number, *, to_swap: bool = False) -> None:
        """Put money or coins in, or take some out with a negative amount."""
        if to_swap:
            self.matching.floor.swap.wallet_quote += exact(amount)
        else:
            self.matching.floor.spot.free[asset] += exact(amount)

    def pay_fees_in(self, asset: str, price: Number) -> None:
        """On spot, pay fees in the exchange's own coin while there is enough of it."""
        self.matching.floor.spot.fee_asset = asset
        self.matching.floor.spot.fee_price = exact(price)

    def by_hand(
        self,
        symbol: str,
        side: str,
        qty: Number,
        *,
        price: Number | None = None,
        trigger_price: Number | None = None,
    ) -> VenueOrder:
        """An order that the account's owner places in the exchange's own app.

        Market, limit with a `price`, a stop at the market with a `trigger_price`.
        """
        listing = self.listing(symbol)
        kind = "MARKET" if price is None else "LIMIT"
        if trigger_price is not None:
            kind = "STOP_MARKET" if listing.is_swap else "STOP_LOSS"
        want = Wanted(listing, side, kind, exact(qty))
        want.price = None if price is None else exact(price)
        want.trigger_price = None if trigger_price is None else exact(trigger_price)
        want.is_algo = listing.is_swap and trigger_price is not None
        return self.matching.submit(want)

    def deleverage(self, symbol: str, qty: Number) -> None:
        """The exchange closes a part of the position against the owner's will (ADL)."""
        self.matching.deleverage(symbol, exact(qty))

    def ledger(self) -> Ledger:
        """What was booked so far."""
        return Ledger.of(self.matching.floor)

    def _told(self, news: News) -> None:
        self.streams.tell_news(news)
