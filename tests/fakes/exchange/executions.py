"""How orders trade: against the book at once, or later when the book reaches them."""

from dataclasses import replace
from decimal import Decimal

from tests.fakes.exchange.floor import Floor, News
from tests.fakes.exchange.orders import ZERO, Refused, VenueFill, VenueOrder, Wanted


class Executions:
    """Fills, locks and triggers on one floor."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def check_account(self, want: Wanted) -> None:
        """Raises Refused where the account cannot carry the order.

        A conditional order of a perpetual is not looked at before it is triggered.
        """
        floor = self._floor
        if want.is_algo:
            return
        price = self._estimate(want)
        if want.listing.is_swap:
            floor.swap.check(want, want.qty_base, price, floor.open_orders())
        else:
            floor.spot.check(want, want.qty_base, price)

    def sized(self, want: Wanted) -> Wanted:
        """The order with its quantity: of a money amount, of a position to close, or as named."""
        if want.is_algo:
            return want
        if want.only_reduces:
            closable = self._floor.swap.reducible_base(want)
            qty_base = closable if want.close_position else min(want.qty_base, closable)
            return replace(want, qty_base=qty_base)
        if want.quote_qty is not None:
            step = want.listing.qty_step
            qty_base = want.quote_qty / self._estimate(want) // step * step
            return replace(want, qty_base=qty_base)
        return want

    def execute(self, order: VenueOrder) -> None:
        """Trade with what the book offers; the rest waits as a limit, or is over."""
        want, book = order.want, self._floor.book_of(order.want)
        offered = book.offered(want.side, want.price)
        if want.tif == "FOK" and sum(there for _, there in offered) < order.left_base:
            offered = []
        for price, there in offered:
            qty_base = self._can_take(order, min(order.left_base, there), price)
            if not qty_base:
                break
            book.take(want.side, price, qty_base)
            self.fill(order, qty_base, price, is_maker=False)
        if not order.is_open:
            return
        if want.price is None or want.tif in ("IOC", "FOK"):
            self._floor.become(order, "EXPIRED", what="EXPIRED")
        elif not want.listing.is_swap and not order.locked:
            self._floor.lock(order)

    def fill_resting(self, symbol: str, volume_base: Decimal | None) -> None:
        """Fill what the book of `symbol` reaches, best price first, out of `volume_base`."""
        book, left = self._floor.books[symbol], volume_base
        resting = [order for order in self._floor.open_orders(symbol) if order.is_on_book]
        resting.sort(key=lambda order: -order.want.sign * (order.want.price or ZERO))
        for order in resting:
            price = order.want.price or ZERO
            if not order.is_open or not book.crosses(order.want.side, price):
                continue
            reachable = self._can_take(order, order.left_base, price)
            qty_base = reachable if left is None else min(reachable, left)
            if qty_base:
                self.fill(order, qty_base, price, is_maker=True)
                left = None if left is None else left - qty_base

    def fill_triggered(self, symbol: str) -> None:
        """Release every conditional order of `symbol` whose trigger was traded."""
        for order in self._floor.open_orders(symbol):
            if order.is_open and order.is_waiting and self.is_triggered(order.want):
                self._trigger(order)

    def is_triggered(self, want: Wanted) -> bool:
        book = self._floor.book_of(want)
        price = book.mark_price if want.on_mark else book.last_price
        rises = (want.side == "BUY") != want.kind.startswith("TAKE_PROFIT")
        trigger = want.trigger_price or ZERO
        return price >= trigger if rises else price <= trigger

    def fill(self, order: VenueOrder, qty_base: Decimal, price: Decimal, *, is_maker: bool) -> None:
        """Book one execution with the account, the order and whoever listens."""
        floor, listing = self._floor, order.want.listing
        ratio = listing.maker_fee_ratio if is_maker else listing.taker_fee_ratio
        fee, asset, realised = ZERO, listing.quote, ZERO
        if listing.is_swap:
            fee, realised = floor.swap.settle(order, qty_base, price, ratio)
        else:
            fee, asset = floor.spot.settle(order, qty_base, price, ratio)
        fill = VenueFill(
            trade_id=len(floor.fills) + 1,
            order_id=order.order_id,
            client_order_id=order.want.cid,
            symbol=listing.symbol,
            side=order.want.side,
            qty_base=qty_base,
            price=price,
            fee=fee,
            fee_asset=asset,
            is_maker=is_maker,
            realised_quote=realised,
            at_ms=floor.now_ms(),
        )
        floor.fills.append(fill)
        floor.fills_of[listing.symbol].append(fill)
        order.fills.append(fill)
        order.filled_base += qty_base
        order.notional_quote += qty_base * price
        floor.become(order, "PARTIALLY_FILLED" if order.left_base else "FILLED")
        floor.tell(News("TRADE", listing, order, fill))
        if listing.is_swap:
            self._expire_reducers(listing.symbol)

    def _expire_reducers(self, symbol: str) -> None:
        # what rests only to reduce is over at the moment when there is nothing left to reduce
        floor = self._floor
        for order in floor.open_orders(symbol):
            reduces = order.is_on_book and order.want.only_reduces
            if reduces and not floor.swap.reducible_base(order.want):
                floor.become(order, "EXPIRED", what="EXPIRED")

    def _can_take(self, order: VenueOrder, qty_base: Decimal, price: Decimal) -> Decimal:
        want = order.want
        if want.listing.is_swap:
            closable = self._floor.swap.reducible_base(want)
            return min(qty_base, closable) if want.only_reduces else qty_base
        if order.locked:
            return qty_base
        step = want.listing.qty_step
        return min(qty_base, self._floor.spot.affordable_base(want, price) // step * step)

    def _estimate(self, want: Wanted) -> Decimal:
        # what one coin will cost at most: its limit, its trigger, or what the book asks on average
        if want.price or want.trigger_price:
            return want.price or want.trigger_price or ZERO
        book = self._floor.book_of(want)
        left, cost = want.qty_base, ZERO
        offered = book.offered(want.side, None)
        for price, there in offered:
            taken = min(left, there)
            left, cost = left - taken, cost + taken * price
        if cost:
            return cost / (want.qty_base - left)
        return offered[0][0] if offered else book.last_price

    def _trigger(self, order: VenueOrder) -> None:
        order.is_waiting = False
        if order.want.is_algo:
            self._release_algo(order)
            return
        if order.want.price is None:
            self._floor.spot.release(order)
        self.execute(order)

    def _release_algo(self, order: VenueOrder) -> None:
        # a conditional order of a perpetual becomes an order of its own, with an id of its own
        kind = "MARKET" if order.want.price is None else "LIMIT"
        want = replace(order.want, kind=kind, trigger_price=None, is_algo=False)
        try:
            self.check_account(want)
        except Refused as refused:
            order.reason = refused.message
            what = "EXPIRED" if want.only_reduces else "REJECTED"
            self._floor.become(order, what, what=what)
            return
        order.child_id = len(self._floor.orders) + 1
        self._floor.become(order, "TRIGGERED", what="TRIGGERED")
        child = self._floor.enter(self.sized(want))
        self.execute(child)
        self._floor.become(order, "FINISHED", what="FINISHED")
