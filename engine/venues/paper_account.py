"""The paper venue's account: what is held, what rests, and what an order may still take."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from engine.core.kinds import OrderState, Side
from engine.core.money import ZERO, floor_to_step
from engine.core.orders import Fill, OrderRequest
from engine.venues.books import Books, BooksChange, PaperOrder
from engine.venues.paper_fills import Execution, Executions, Terms


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

    def without(self, client_order_id: str) -> "Account":
        """The account as if that order did not rest here."""
        working = {cid: each for cid, each in self.working.items() if cid != client_order_id}
        return replace(self, working=working)

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


def reducible_base(account: Account, order: OrderRequest, terms: Terms) -> Decimal:
    """How much of what is held the order's side would reduce, in whole steps."""
    against_base = -order.side.sign * account.held_base(order.symbol)
    return floor_to_step(max(against_base, ZERO), terms.instrument.qty_step)


def fillable_base(account: Account, order: PaperOrder, terms: Terms) -> Decimal:
    """How much of a working order may trade: all that is left, or what there is to reduce.

    A sale of spot coins is limited to what is held: two resting ones do not sell them twice.
    """
    request = order.request
    if not request.reduce_only and (terms.instrument.shortable or request.side is Side.BUY):
        return order.leaves_base
    return min(order.leaves_base, reducible_base(account, request, terms))


def executed(
    account: Account, order: PaperOrder, executions: Executions, at: datetime, *, rests: bool
) -> BooksChange:
    """The change that executions make. What is left of the order rests on, or expires."""
    fills = tuple(
        _fill(order, execution, at, number)
        for number, execution in enumerate(executions, len(order.view.fills) + 1)
    )
    request = order.request
    left_base = order.leaves_base - sum((fill.qty_base for fill in fills), ZERO)
    state = OrderState.PARTIALLY_FILLED if rests else OrderState.EXPIRED
    if not left_base:
        state = OrderState.FILLED
    cash_quote, held_base = account.cash_quote, account.held_base(request.symbol)
    for execution in executions:
        flow_quote = -request.side.sign * execution.notional_quote - execution.fee_quote
        cash_quote += flow_quote
        held_base += request.side.sign * execution.qty_base - execution.fee_base
    return BooksChange(
        order=in_state(order, state, (*order.view.fills, *fills)),
        new_fills=fills,
        cash_quote=cash_quote,
        base_by_symbol={request.symbol: held_base},
    )


def in_state(order: PaperOrder, state: OrderState, fills: tuple[Fill, ...]) -> PaperOrder:
    """The same order, standing differently."""
    return replace(order, view=replace(order.view, state=state, fills=fills))


def over(account: Account, order: PaperOrder, state: OrderState) -> BooksChange:
    """The change that ends an order without another fill."""
    gone = in_state(order, state, order.view.fills)
    return BooksChange(order=gone, cash_quote=account.cash_quote)


def _fill(order: PaperOrder, execution: Execution, at: datetime, number: int) -> Fill:
    request = order.request
    return Fill(
        fill_id=f"{request.client_order_id}-{number}",
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=request.side,
        qty_base=execution.qty_base,
        price=execution.price,
        fee_quote=execution.fee_quote,
        liquidity=execution.liquidity,
        filled_at=at,
        fee_base=execution.fee_base,
    )
