"""The trading floor: books, orders and accounts of every symbol, and who is told what happens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from tests.fakes.exchange.books import Book
from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import Refused, VenueFill, VenueOrder, Wanted
from tests.fakes.exchange.spot_account import SpotAccount
from tests.fakes.exchange.swap_account import Income, SwapAccount


@dataclass(frozen=True, slots=True)
class News:
    """What happened to an order, or to a wallet without one.

    Orders: NEW, LOCKED, TRADE, CANCELED, EXPIRED, REJECTED, TRIGGERED, FINISHED; wallets: the
    kind of income.
    """

    what: str
    listing: Listing
    order: VenueOrder | None = None
    fill: VenueFill | None = None
    income: Income | None = None


class Floor:
    """State that the matching core works on; `now_ms` stamps what happens."""

    def __init__(
        self, listings: Iterable[Listing], now_ms: Callable[[], int], tell: Callable[[News], None]
    ) -> None:
        self.listings = {row.symbol: row for row in listings}
        self.books = {symbol: Book() for symbol in self.listings}
        self.spot = SpotAccount()
        self.swap = SwapAccount(lambda symbol: self.books[symbol].mark_price)
        self.orders: dict[int, VenueOrder] = {}
        self.fills: list[VenueFill] = []
        self.fills_of: dict[str, list[VenueFill]] = {symbol: [] for symbol in self.listings}
        self.now_ms = now_ms
        self.tell = tell
        self._open: dict[int, VenueOrder] = {}
        self._by_cid: dict[tuple[str, bool, str], int] = {}

    def book_of(self, want: Wanted) -> Book:
        return self.books[want.listing.symbol]

    def open_orders(self, symbol: str = "") -> list[VenueOrder]:
        """What is open, oldest first; every symbol where none is named."""
        return [o for o in self._open.values() if symbol in ("", o.want.listing.symbol)]

    def find(
        self, listing: Listing, *, order_id: int, cid: str, is_algo: bool
    ) -> VenueOrder | None:
        """The order of that id, else the latest of that client id."""
        key = order_id or self._by_cid.get((listing.symbol, is_algo, cid), 0)
        order = self.orders.get(key)
        if order is None or order.want.listing is not listing or order.want.is_algo != is_algo:
            return None
        return order

    def enter(self, want: Wanted, *, is_forced: bool = False) -> VenueOrder:
        """A new open order of `want`, told; nothing is locked or executed yet."""
        order_id = len(self.orders) + 1
        if not want.cid:
            want.cid = f"web_{order_id}"
        now_ms = self.now_ms()
        order = VenueOrder(order_id, want, now_ms, now_ms, qty_base=want.qty_base)
        order.is_waiting, order.is_forced = want.is_conditional, is_forced
        self.orders[order_id] = self._open[order_id] = order
        self._by_cid[want.listing.symbol, want.is_algo, want.cid] = order_id
        self.tell(News("NEW", want.listing, order))
        return order

    def lock(self, order: VenueOrder) -> None:
        """Set aside what a resting spot order will need, and tell the balances."""
        self.spot.lock(order)
        self.tell(News("LOCKED", order.want.listing, order))

    def become(self, order: VenueOrder, status: str, *, what: str = "") -> None:
        """The order's new status; what was locked for it is freed once it is over."""
        order.status, order.updated_ms = status, self.now_ms()
        if not order.is_open:
            order.is_waiting = False
            self._open.pop(order.order_id, None)
            if not order.want.listing.is_swap:
                self.spot.release(order)
        if what:
            self.tell(News(what, order.want.listing, order))

    def earn(self, kind: str, listing: Listing, flow_quote: Decimal) -> None:
        """Book a movement of the perpetuals' wallet that no order made."""
        income = Income(
            kind, listing.symbol, flow_quote, self.now_ms(), 9_000_000 + len(self.swap.income)
        )
        self.swap.income.append(income)
        self.swap.wallet_quote += income.flow_quote
        self.tell(News(kind, listing, income=income))

    def listing(self, market: str, *, is_swap: bool) -> Listing:
        """The listing of a venue's id; raises Refused for an unknown one."""
        for row in self.listings.values():
            if row.market == market and row.is_swap == is_swap:
                return row
        raise Refused(-1121, "Invalid symbol.")
