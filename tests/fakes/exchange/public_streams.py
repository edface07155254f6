"""What the public streams say: trades, books, bars, the day's figures, marks."""

from decimal import Decimal

from tests.fakes.exchange import market_events
from tests.fakes.exchange.books import Level
from tests.fakes.exchange.links import Links
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import VenueOrder
from tests.fakes.exchange.tape import INTERVALS_MS, Closed
from tests.fakes.exchange.words import Body
from tests.fakes.exchange.world import World

BOOK_RATES = ("", "@100ms", "@500ms", "@0ms", "@1000ms")
Shown = tuple[int, dict[Decimal, Decimal], dict[Decimal, Decimal]]


class PublicStreams:
    """Says what happens on the market; silent about a symbol whose book is stale."""

    def __init__(self, world: World, links: Links) -> None:
        self._world = world
        self._links = links
        self._shown: dict[str, Shown] = {}
        self._last_trade = 0

    def tell_market(self, listing: Listing, price: Decimal, qty_base: Decimal) -> None:
        """A trade was made and the book moved."""
        self._last_trade += 1
        if listing.symbol in self._world.stale:
            return
        now_ms, at = self._world.now_ms(), (self._last_trade, self._world.now_ms())
        if self._has(listing, "trade"):
            self._say(listing, "trade", market_events.trade(listing, price, qty_base, at))
        if self._has(listing, "aggTrade"):
            self._say(listing, "aggTrade", market_events.agg_trade(listing, price, qty_base, at))
        self.tell_book(listing)
        self._tell_day(listing, now_ms)
        tape = self._world.tapes[listing.symbol]
        for interval in INTERVALS_MS:
            row = tape.last(interval) if self._has(listing, f"kline_{interval}") else None
            if row is not None:
                self._say_bar(listing, interval, market_events.bar(listing, interval, row, now_ms))

    def tell_bars(self, listing: Listing, closed: Closed) -> None:
        """Bars are over."""
        for interval, row in closed:
            if self._has(listing, f"kline_{interval}"):
                event = market_events.bar(listing, interval, row, self._world.now_ms())
                self._say_bar(listing, interval, event)

    def tell_forced(self, order: VenueOrder) -> None:
        """A position was liquidated."""
        event = market_events.forced(order, self._world.now_ms())
        self._say(order.want.listing, "forceOrder", event)
        self._links.publish("swap", "!forceOrder@arr", event)

    def tell_book(self, listing: Listing) -> None:
        """The book moved, without a trade or with one."""
        now_ms = self._world.now_ms()
        if listing.symbol in self._world.stale:
            return
        book = self._world.book(listing.symbol)
        if self._has(listing, "bookTicker"):
            event = market_events.book_ticker(listing, book, now_ms)
            self._say(listing, "bookTicker", event, kind="bookTicker")
        rates = [rate for rate in BOOK_RATES if self._has(listing, f"depth{rate}")]
        if not rates:
            return
        before = self._shown.get(listing.symbol, (book.version - 1, {}, {}))
        self.show(listing)
        if before[0] < book.version:
            sides = (_changed(before[1], book.bids), _changed(before[2], book.asks))
            versions = (before[0], book.version)
            event = market_events.depth_update(listing, versions, sides, now_ms)
            for rate in rates:
                self._say(listing, f"depth{rate}", event)

    def show(self, listing: Listing) -> None:
        """Remember what the listeners know of the book."""
        book = self._world.book(listing.symbol)
        self._shown[listing.symbol] = (book.version, dict(book.bids), dict(book.asks))

    def _tell_day(self, listing: Listing, now_ms: int) -> None:
        book = self._world.book(listing.symbol)
        row = self._world.tapes[listing.symbol].last("1d")
        for stream, kind in (("miniTicker", "24hrMiniTicker"), ("ticker", "24hrTicker")):
            if self._has(listing, stream):
                event = {"e": kind, **market_events.day(listing, book, row, now_ms)}
                self._say(listing, stream, event)
        for stream in ("markPrice", "markPrice@1s"):
            if listing.is_swap and self._has(listing, stream):
                funding = self._world.next_funding(listing.symbol)
                self._say(listing, stream, market_events.mark(listing, book, funding, now_ms))

    def _has(self, listing: Listing, stream: str) -> bool:
        room = "swap" if listing.is_swap else "spot"
        return self._links.has(room, f"{listing.market.lower()}@{stream}")

    def _say(self, listing: Listing, stream: str, event: Body, *, kind: str = "") -> None:
        room = "swap" if listing.is_swap else "spot"
        self._links.publish(room, f"{listing.market.lower()}@{stream}", event, kind=kind)

    def _say_bar(self, listing: Listing, interval: str, event: Body) -> None:
        self._say(listing, f"kline_{interval}", event)


def _changed(before: dict[Decimal, Decimal], now: list[Level]) -> list[Level]:
    present = dict(now)
    gone = [(price, Decimal(0)) for price in before if price not in present]
    return gone + [(price, qty) for price, qty in now if before.get(price) != qty]
