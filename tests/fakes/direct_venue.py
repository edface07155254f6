"""The loopback exchange's matching core as a Venue without a wire, behind a line that misbehaves.

What it books, locks, triggers and refuses is what the exchange of `tests/fakes/exchange` does;
only HTTP is left out, so that thousands of schedules run in seconds.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from engine.core.clockwork import from_ms
from engine.core.errors import Temporary
from engine.core.kinds import Liquidity, OrderKind, OrderState, Side
from engine.core.market import Instrument
from engine.core.orders import (
    Confirmed,
    Fill,
    OrderRequest,
    Outcome,
    RefusedBy,
    Report,
    Unknown,
    VenueOrder,
)
from engine.core.ports import Holdings
from engine.core.reasons import Reason
from tests.fakes.bad_line import Line
from tests.fakes.exchange import orders as venue
from tests.fakes.exchange.floor import News
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.matching import Matching

S = OrderState
STATES = {
    "NEW": S.ACCEPTED,
    "TRIGGERED": S.ACCEPTED,
    "PARTIALLY_FILLED": S.PARTIALLY_FILLED,
    "FILLED": S.FILLED,
    "CANCELED": S.CANCELLED,
    "EXPIRED": S.EXPIRED,
    "REJECTED": S.REFUSED,
}
KINDS = {  # on spot, on swaps
    OrderKind.MARKET: ("MARKET", "MARKET"),
    OrderKind.LIMIT: ("LIMIT", "LIMIT"),
    OrderKind.STOP: ("STOP_LOSS", "STOP_MARKET"),
}
REASONS = {-2022: Reason.REDUCE_ONLY, -4116: Reason.DUPLICATE}


class DirectVenue:
    """One account; what outlives a process is `matching`."""

    fence_s = 1.0

    def __init__(self, matching: Matching, line: Line, prefix: str) -> None:
        self.matching = matching
        self.line = line
        self._prefix = prefix
        self._late: dict[str, tuple[OrderRequest, int]] = {}  # on their way, and how often asked
        self._news: list[VenueOrder] = []
        matching.floor.tell = self._hear

    async def submit(self, order: OrderRequest) -> Outcome:
        self.line.step()
        fault = self.line.draw("lost", "never", "late", "slow", "refused")
        match fault:
            case "never":
                return Unknown("the line was cut")
            case "refused":
                return RefusedBy(Reason.OTHER, "the venue is in a bad mood")
            case "late":
                self._late[order.client_order_id] = (order, 0)
                return Unknown("no answer yet")
            case "slow":
                for _ in range(4):
                    await asyncio.sleep(0)
        outcome = self._booked(order)
        self.line.step()
        return Unknown("the answer was lost") if fault == "lost" else outcome

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        self.line.step()
        fault = self.line.draw("lost", "never", "raced", "slow")
        if fault == "never":
            return Unknown("the line was cut")
        if fault == "slow":
            for _ in range(4):
                await asyncio.sleep(0)
        order = self._order(symbol, client_order_id)
        if fault == "raced" and order is not None:
            self._fill_first(order)
        if order is None:
            return RefusedBy(Reason.NOT_FOUND, "no such order")
        if order.is_open:
            self.matching.cancel(order)
        self.line.step()
        return Unknown("the answer was lost") if fault == "lost" else Confirmed(self._view(order))

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        self.line.step()
        if client_order_id in self._late:
            order, asked = self._late[client_order_id]
            self._late[client_order_id] = (order, asked + 1)
            if asked or self.line.is_quiet:  # it arrives before the fence
                self.arrive(client_order_id)
        self._may_be_away()
        found = self._order(symbol, client_order_id)
        return None if found is None else self._view(found)

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        self.line.step()
        self._may_be_away()
        return tuple(self._view(order) for order in self.matching.floor.open_orders())

    async def holdings(self) -> Holdings:
        self.line.step()
        self._may_be_away()
        return self.held()

    def held(self) -> Holdings:
        """What the account holds, exact."""
        floor = self.matching.floor
        cash_quote = floor.swap.wallet_quote + floor.spot.total("USDT")
        base: dict[str, Decimal] = {}
        for symbol, listing in floor.listings.items():
            if listing.is_swap:
                position = floor.swap.position(listing)
                base[symbol] = position.qty_base
                cash_quote -= position.cost_quote
            else:
                base[symbol] = floor.spot.total(listing.base)
        return Holdings(cash_quote, {symbol: qty for symbol, qty in base.items() if qty})

    def take_reports(self) -> tuple[Report, ...]:
        news, self._news = self._news, []
        match self.line.draw("dropped", "twice", "reversed"):
            case "dropped":
                return ()
            case "twice":
                return (*news, *news)
            case "reversed":
                return tuple(reversed(news))
        return tuple(news)

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return ()

    def holds_stops(self, _symbol: str) -> bool:
        return True

    def arrive(self, client_order_id: str) -> None:
        """A request that was on its way reaches the venue."""
        order, _ = self._late.pop(client_order_id)
        self._booked(order)

    def arrive_all(self) -> None:
        for client_order_id in tuple(self._late):
            self.arrive(client_order_id)

    def _may_be_away(self) -> None:
        if not self.line.reads_work and self.line.draw("away"):
            raise Temporary("the venue does not answer")

    def _fill_first(self, order: venue.VenueOrder) -> None:
        # the cancel was on its way when the market reached the limit: all of it, or a part
        price = order.want.price
        if not order.is_open or price is None:
            return
        step = order.want.listing.qty_step
        some_base = order.left_base * Decimal("0.4") // step * step
        qty_base = order.left_base if self.line.draws(0.5) else some_base
        if qty_base > 0:
            self.matching.trade.fill(order, qty_base, price, is_maker=True)

    def _booked(self, order: OrderRequest) -> Outcome:
        listing = self.matching.floor.listings[order.symbol]
        is_stop = order.kind is OrderKind.STOP
        spot_kind, swap_kind = KINDS[order.kind]
        if order.post_only and not listing.is_swap:
            spot_kind = "LIMIT_MAKER"
        want = venue.Wanted(
            listing=listing,
            side=order.side.value.upper(),
            kind=swap_kind if listing.is_swap else spot_kind,
            qty_base=order.qty_base,
            price=order.limit_price,
            tif="GTX" if order.post_only and listing.is_swap else "GTC",
            trigger_price=order.trigger_price,
            cid=order.client_order_id,
            reduce_only=order.reduce_only and listing.is_swap,
            is_algo=is_stop and listing.is_swap,
        )
        try:
            return Confirmed(self._view(self.matching.submit(want)))
        except venue.Refused as no:
            return RefusedBy(REASONS.get(no.code, Reason.OTHER), no.message)

    def _order(self, symbol: str, client_order_id: str) -> venue.VenueOrder | None:
        floor = self.matching.floor
        listing = floor.listings[symbol]
        for is_algo in (True, False):
            found = floor.find(listing, order_id=0, cid=client_order_id, is_algo=is_algo)
            if found is not None:
                return found
        return None

    def _view(self, order: venue.VenueOrder) -> VenueOrder:
        symbol, cid = order.want.listing.symbol, order.want.cid
        if order.child_id:
            order = self.matching.floor.orders[order.child_id]
        return VenueOrder(
            client_order_id=cid,
            symbol=symbol,
            state=STATES[order.status],
            fills=tuple(fill_of(each, cid) for each in order.fills),
            venue_order_id=str(order.order_id),
        )

    def _hear(self, news: News) -> None:
        order = news.order
        if order is None or not order.want.cid.startswith(self._prefix):
            return
        if news.what in {"TRADE", "CANCELED", "EXPIRED", "FINISHED"}:
            parent = self._order(news.listing.symbol, order.want.cid)
            self._news.append(self._view(parent or order))


def fill_of(fill: venue.VenueFill, cid: str) -> Fill:
    """The exchange's fill in our words."""
    base = fill.symbol.split("/")[0]
    return Fill(
        fill_id=f"{fill.symbol}#{fill.trade_id}",
        client_order_id=cid,
        symbol=fill.symbol,
        side=Side(fill.side.lower()),
        qty_base=fill.qty_base,
        price=fill.price,
        fee_quote=Decimal(0) if fill.fee_asset == base else fill.fee,
        fee_base=fill.fee if fill.fee_asset == base else Decimal(0),
        liquidity=Liquidity.MAKER if fill.is_maker else Liquidity.TAKER,
        filled_at=from_ms(fill.at_ms),
    )


def instrument_of(listing: Listing) -> Instrument:
    """The listing in our words."""
    return Instrument(
        symbol=listing.symbol,
        base=listing.base,
        quote=listing.quote,
        price_step=listing.price_step,
        qty_step=listing.qty_step,
        min_qty_base=listing.qty_step,
        min_notional_quote=listing.min_notional_quote,
        maker_fee_ratio=listing.maker_fee_ratio,
        taker_fee_ratio=listing.taker_fee_ratio,
        shortable=listing.is_swap,
    )


def new_matching(listings: tuple[Listing, ...], now_ms: Callable[[], int]) -> Matching:
    """A floor on which nobody has traded yet, and nobody listens."""
    return Matching(listings, now_ms, lambda _news: None)
