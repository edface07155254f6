"""The paper venue's account: what is held, what rests, and what an order may still take."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from engine.core.kinds import OrderState, Side
from engine.core.market import PriceMoved
from engine.core.money import ZERO
from engine.core.orders import Fill, OrderRequest
from engine.venues.books import Books, BooksChange, PaperOrder
from engine.venues.paper_fills import Execution, Terms, rested


@dataclass(slots=True)
class Account:
    """The books in memory; changed only by `apply`, after the change was stored."""

    cash_quote: Decimal
    base_by_symbol: dict[str, Decimal] = field(default_factory=dict)
    working: dict[str, PaperOrder] = field(default_factory=dict)
    seen_at: datetime | None = None  # as in `Seen`
    seen: set[str] = field(default_factory=set)

    def held_base(self, symbol: str) -> Decimal:
        return self.base_by_symbol.get(symbol, ZERO)

    def resting_on(self, symbol: str) -> tuple[PaperOrder, ...]:
        """Resting orders of `symbol`, oldest first."""
        return tuple(order for order in self.working.values() if order.request.symbol == symbol)

    def shorts(self) -> list[tuple[str, Decimal]]:
        """The symbols that are owed, with their negative holdings."""
        return [(symbol, base) for symbol, base in self.base_by_symbol.items() if base < 0]

    def sees(self, what: str, symbol: str, at: datetime) -> bool:
        """Whether this is the first time; told again after a restart or a bad save it is not."""
        name = f"{what}:{symbol}"
        if self.seen_at is not None:
            if at < self.seen_at or (at == self.seen_at and name in self.seen):
                return False
            if at > self.seen_at:
                self.seen.clear()
        self.seen_at = at
        self.seen.add(name)
        return True

    def apply(self, change: BooksChange) -> None:
        self.cash_quote = change.cash_quote
        for symbol, base in change.base_by_symbol.items():
            if base:
                self.base_by_symbol[symbol] = base
            else:
                self.base_by_symbol.pop(symbol, None)
        if change.order is None:
            return
        if change.order.is_working:
            self.working[change.order.client_order_id] = change.order
        else:
            self.working.pop(change.order.client_order_id, None)


def account_of(books: Books) -> Account:
    """The account that the books describe."""
    working = {order.client_order_id: order for order in books.working}
    account = Account(books.cash_quote, dict(books.base_by_symbol), working)
    if books.seen is not None:
        account.seen_at, account.seen = books.seen.at, set(books.seen.names)
    return account


def fillable_base(account: Account, order: OrderRequest, *, may_short: bool = True) -> Decimal:
    """How much of the order may trade: all of it, or what there is to reduce.

    Without `may_short` a sale is limited to what is held: two resting sales of the same spot
    coins are not sold twice.
    """
    if not order.reduce_only and (may_short or order.side is Side.BUY):
        return order.qty_base
    against_base = -order.side.sign * account.held_base(order.symbol)
    return min(order.qty_base, max(against_base, ZERO))


def executed(
    account: Account, order: PaperOrder, execution: Execution, at: datetime
) -> BooksChange:
    """The change that one execution makes. What a reduce-only order could not reduce expires."""
    request = order.request
    fill = Fill(
        fill_id=f"{request.client_order_id}-{len(order.view.fills) + 1}",
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=request.side,
        qty_base=execution.qty_base,
        price=execution.price,
        fee_quote=execution.fee_quote,
        liquidity=execution.liquidity,
        filled_at=at,
    )
    is_whole = execution.qty_base == request.qty_base
    state = OrderState.FILLED if is_whole else OrderState.EXPIRED
    signed_base = request.side.sign * execution.qty_base
    flow_quote = -request.side.sign * execution.notional_quote - execution.fee_quote
    return BooksChange(
        order=in_state(order, state, (*order.view.fills, fill)),
        new_fills=(fill,),
        cash_quote=account.cash_quote + flow_quote,
        base_by_symbol={request.symbol: account.held_base(request.symbol) + signed_base},
    )


def in_state(order: PaperOrder, state: OrderState, fills: tuple[Fill, ...]) -> PaperOrder:
    """The same order, standing differently."""
    return replace(order, view=replace(order.view, state=state, fills=fills))


def matched(
    account: Account, order: PaperOrder, terms: Terms, event: PriceMoved
) -> BooksChange | None:
    """What the event does to a resting order; None: it goes on resting."""
    qty_base = fillable_base(account, order.request, may_short=terms.instrument.shortable)
    if not qty_base:  # what it would have closed is closed
        gone = in_state(order, OrderState.EXPIRED, order.view.fills)
        return BooksChange(order=gone, cash_quote=account.cash_quote)
    execution = rested(order.request, qty_base, terms, event)
    return None if execution is None else executed(account, order, execution, event.at)
