"""The one matching core of the loopback exchange: Decimal arithmetic, its own ledger.

Everything happens at once, in the order it was asked for, so that a script gives the same books
each time. Prices move only by script; what rests is filled when the book reaches it.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from tests.fakes.exchange.books import Level
from tests.fakes.exchange.executions import Executions
from tests.fakes.exchange.filters import check_filters
from tests.fakes.exchange.floor import Floor, News
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import ZERO, Refused, VenueOrder, Wanted
from tests.fakes.exchange.swap_account import SwapPosition

WOULD_MATCH = "Order would immediately match and take."
NOT_A_MAKER = (
    "Due to the order could not be executed as maker, the Post Only order will be rejected."
)


class Matching:
    """What may be asked of the exchange, and what a script does to it."""

    def __init__(
        self, listings: Iterable[Listing], now_ms: Callable[[], int], tell: Callable[[News], None]
    ) -> None:
        self.floor = Floor(listings, now_ms, tell)
        self.trade = Executions(self.floor)

    def submit(self, want: Wanted) -> VenueOrder:
        """Book an order and execute what crosses; raises Refused, and then nothing was booked."""
        check_filters(want, self.floor.book_of(want).last_price)
        self._check_open(want)
        want = self.trade.sized(want)
        self.trade.check_account(want)
        order = self.floor.enter(want)
        if not want.is_conditional:
            self.trade.execute(order)
        elif not want.listing.is_swap:
            self.floor.lock(order)
        return order

    def cancel(self, order: VenueOrder) -> None:
        """Take an open order off; raises Refused for one that is not open."""
        if not order.is_open:
            raise Refused(-2011, "Unknown order sent.")
        self.floor.become(order, "CANCELED", what="CANCELED")

    def move(
        self,
        symbol: str,
        last_price: Decimal,
        levels: tuple[Iterable[Level], Iterable[Level]],
        *,
        mark_price: Decimal | None = None,
        volume_base: Decimal | None = None,
    ) -> None:
        """New `levels` (bids, asks) and last price; resting limits share `volume_base`."""
        book = self.floor.books[symbol]
        book.last_price = last_price
        book.mark_price = last_price if mark_price is None else mark_price
        book.set_levels(*levels)
        self.trade.fill_resting(symbol, volume_base)
        self.trade.fill_triggered(symbol)
        self._liquidate()

    def pay_funding(self, symbol: str, ratio: Decimal) -> None:
        """Longs pay shorts `ratio` of the notional at the mark, where it is positive."""
        listing, mark = self.floor.listings[symbol], self.floor.books[symbol].mark_price
        for position in self.floor.swap.held():
            if position.listing is listing:
                self.floor.earn("FUNDING_FEE", listing, -position.qty_base * mark * ratio)

    def deleverage(self, symbol: str, qty_base: Decimal) -> None:
        """Close a part of the positions of `symbol` against the owner's will, without a fee."""
        for position in self.floor.swap.held():
            if position.listing.symbol == symbol:
                part = min(qty_base, abs(position.qty_base))
                self._force(position, part, cid="adl_autoclose")

    def _check_open(self, want: Wanted) -> None:
        is_swap, listing = want.listing.is_swap, want.listing
        twin = self.floor.find(listing, order_id=0, cid=want.cid, is_algo=want.is_algo)
        if want.cid and twin is not None and twin.is_open:
            raise (
                Refused(-4116, "ClientOrderId is duplicated.")
                if is_swap
                else Refused(-2010, "Duplicate order sent.")
            )
        if want.is_conditional and self.trade.is_triggered(want):
            raise (
                Refused(-2021, "Order would immediately trigger.")
                if is_swap
                else Refused(-2010, "Stop price would trigger immediately.")
            )
        crosses = self.floor.book_of(want).crosses
        if want.is_post_only and want.price is not None and crosses(want.side, want.price):
            raise Refused(-5022, NOT_A_MAKER) if is_swap else Refused(-2010, WOULD_MATCH)

    def _liquidate(self) -> None:
        books = self.floor.books
        worst_first = sorted(
            self.floor.swap.held(), key=lambda p: p.profit_quote(books[p.listing.symbol].mark_price)
        )
        for position in worst_first:
            if position.qty_base and self.floor.swap.is_beyond_margin(position):
                self._take_over(position)

    def _take_over(self, position: SwapPosition) -> None:
        # the venue's own order, at the mark; what is lost beyond the wallet is the insurance's
        floor, listing = self.floor, position.listing
        for order in floor.open_orders(listing.symbol):
            self.cancel(order)
        mark, qty_base = floor.books[listing.symbol].mark_price, abs(position.qty_base)
        self._force(position, qty_base, cid=f"autoclose-{floor.now_ms()}{len(floor.orders)}")
        fee = (qty_base * mark * listing.liquidation_fee_ratio).quantize(Decimal("1e-8"))
        floor.earn("INSURANCE_CLEAR", listing, -min(fee, max(floor.swap.wallet_quote, ZERO)))
        if floor.swap.wallet_quote < 0:
            floor.earn("INSURANCE_CLEAR", listing, -floor.swap.wallet_quote)

    def _force(self, position: SwapPosition, qty_base: Decimal, *, cid: str) -> None:
        mark = self.floor.books[position.listing.symbol].mark_price
        want = Wanted(
            listing=position.listing,
            side="SELL" if position.qty_base > 0 else "BUY",
            kind="LIQUIDATION",
            qty_base=qty_base,
            price=mark,
            tif="IOC",
            cid=cid,
            reduce_only=True,
            position_side=position.side,
        )
        order = self.floor.enter(want, is_forced=True)
        self.trade.fill(order, qty_base, mark, is_maker=False)
