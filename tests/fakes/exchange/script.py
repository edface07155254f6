"""What a test makes the market do."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from engine.core.clockwork import to_ms
from tests.fakes.exchange.books import DEEP_BASE, Book, Level
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.public_streams import PublicStreams
from tests.fakes.exchange.world import World

Number = Decimal | int | float | str


def exact(value: Number) -> Decimal:
    return Decimal(str(value))


class MarketScript:
    """Prices, books, bars, funding, halts: the market moves by these calls and by nothing else."""

    scripted_ms: int | None = None  # the moment inside a bar that is being told

    def __init__(self, world: World, public: PublicStreams) -> None:
        self._world = world
        self._public = public

    def listing(self, symbol: str) -> Listing:
        return self._world.matching.floor.listings[symbol]

    def price(
        self,
        symbol: str,
        price: Number,
        *,
        spread: Number | None = None,
        depth_base: Number = DEEP_BASE,
        mark_price: Number | None = None,
        volume_base: Number | None = None,
    ) -> None:
        """A trade at `price`, bid and ask half a `spread` (two price steps) away on each side.

        `depth_base` stands at each side; resting limits that are reached share `volume_base`
        (None: all are filled).
        """
        last = exact(price)
        half = self.listing(symbol).price_step if spread is None else exact(spread) / 2
        depth = exact(depth_base)
        levels = ([(last - half, depth)], [(last + half, depth)])
        volume = None if volume_base is None else exact(volume_base)
        self._move(
            symbol,
            last,
            levels,
            mark_price=None if mark_price is None else exact(mark_price),
            volume_base=volume,
            traded_base=volume or self.listing(symbol).qty_step,
        )

    def book(
        self,
        symbol: str,
        bids: Iterable[tuple[Number, Number]],
        asks: Iterable[tuple[Number, Number]],
        *,
        last_price: Number | None = None,
    ) -> None:
        """A book of these levels (price, quantity); nobody traded unless `last_price` says so."""
        sides = [[(exact(price), exact(qty)) for price, qty in side] for side in (bids, asks)]
        known = self._world.matching.floor.books[symbol].last_price
        last = known if last_price is None else exact(last_price)
        traded = None if last_price is None else self.listing(symbol).qty_step
        self._move(symbol, last, (sides[0], sides[1]), traded_base=traded)

    def bar(
        self,
        symbol: str,
        open_at: datetime,
        prices: tuple[Number, Number, Number, Number],
        *,
        volume_base: Number = 1,
        length_ms: int = 60_000,
    ) -> None:
        """A whole bar: open, the nearer extreme, the other one, close; stamped inside the bar."""
        opened, high, low, close = map(exact, prices)
        extremes = (high, low) if high - opened < opened - low else (low, high)
        start_ms = to_ms(open_at)
        moments = (0, length_ms // 3, 2 * length_ms // 3, length_ms - 1)
        share = exact(volume_base) / 4
        try:
            for offset_ms, price in zip(moments, (opened, *extremes, close), strict=True):
                self.scripted_ms = start_ms + offset_ms
                half = self.listing(symbol).price_step
                levels = ([(price - half, DEEP_BASE)], [(price + half, DEEP_BASE)])
                self._move(symbol, price, levels, traded_base=share)
            self.scripted_ms = start_ms + length_ms
            self.pass_time(symbol)
        finally:
            self.scripted_ms = None

    def pass_time(self, symbol: str) -> None:
        """Tell the bars of `symbol` that are over by now."""
        closed = self._world.tapes[symbol].close_until(self._world.now_ms())
        self._public.tell_bars(self.listing(symbol), closed)

    def fund(self, symbol: str, ratio: Number) -> None:
        """Settle one funding interval: longs pay shorts where the ratio is positive."""
        mark = self._world.matching.floor.books[symbol].mark_price
        self._world.settled.append((symbol, exact(ratio), mark, self._world.now_ms()))
        self._world.matching.pay_funding(symbol, exact(ratio))

    def announce_funding(self, symbol: str, ratio: Number, at: datetime) -> None:
        """What premiumIndex tells of the next settlement."""
        self._world.funding[symbol] = (exact(ratio), to_ms(at))

    def halt(self, symbol: str) -> None:
        """No more orders on the symbol; the listing says so."""
        listing = self.listing(symbol)
        listing.status = "SETTLING" if listing.is_swap else "BREAK"

    def resume(self, symbol: str) -> None:
        self.listing(symbol).status = "TRADING"

    def delist(self, symbol: str) -> None:
        """Halt it and cancel what rests there."""
        self.halt(symbol)
        for order in self._world.matching.floor.open_orders(symbol):
            self._world.matching.cancel(order)

    def freeze_book(self, symbol: str) -> None:
        """From now on the public sees this book, whatever is traded behind it."""
        book = self._world.matching.floor.books[symbol]
        shown = Book(list(book.bids), list(book.asks), book.last_price, book.mark_price)
        shown.version = book.version
        self._world.stale[symbol] = shown

    def thaw_book(self, symbol: str) -> None:
        self._world.stale.pop(symbol, None)

    def _move(
        self,
        symbol: str,
        last: Decimal,
        levels: tuple[list[Level], list[Level]],
        *,
        mark_price: Decimal | None = None,
        volume_base: Decimal | None = None,
        traded_base: Decimal | None = None,
    ) -> None:
        # without `traded_base` nobody traded: the book alone moved
        listing = self.listing(symbol)
        if traded_base is not None:
            closed = self._world.tapes[symbol].add(self._world.now_ms(), last, traded_base)
            self._public.tell_bars(listing, closed)
        move = self._world.matching.move
        move(symbol, last, levels, mark_price=mark_price, volume_base=volume_base)
        if traded_base is None:
            self._public.tell_book(listing)
        else:
            self._public.tell_market(listing, last, traded_base)
