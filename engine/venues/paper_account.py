"""The paper venue's account: what is held, what rests, and what an order may still take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.market import Instrument
from engine.core.money import ZERO, on_step, to_quote
from engine.core.orders import Fill, OrderRequest, RefusedBy, VenueOrder
from engine.core.reasons import Reason
from engine.venues.books import Books, BooksChange, PaperOrder
from engine.venues.paper_fills import Execution

FEE_ROOM = Decimal("1.01")


@dataclass(slots=True)
class Account:
    """The books in memory; changed only by `apply`, after the change was stored."""

    cash_quote: Decimal
    base_by_symbol: dict[str, Decimal] = field(default_factory=dict)
    working: dict[str, PaperOrder] = field(default_factory=dict)

    def held_base(self, symbol: str) -> Decimal:
        return self.base_by_symbol.get(symbol, ZERO)

    def resting_on(self, symbol: str) -> tuple[PaperOrder, ...]:
        """Resting orders of `symbol`, oldest first."""
        return tuple(order for order in self.working.values() if order.request.symbol == symbol)

    def shorts(self) -> list[tuple[str, Decimal]]:
        """The symbols that are owed, with their negative holdings."""
        return [(symbol, base) for symbol, base in self.base_by_symbol.items() if base < 0]

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
    return Account(books.cash_quote, dict(books.base_by_symbol), working)


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
    view = VenueOrder(
        client_order_id=order.client_order_id,
        symbol=order.request.symbol,
        state=state,
        fills=fills,
        venue_order_id=order.view.venue_order_id,
    )
    return PaperOrder(request=order.request, view=view, accepted_at=order.accepted_at)


def misfit(order: OrderRequest, instrument: Instrument, price: float) -> RefusedBy | None:
    """The refusal of an order that breaks the instrument's steps or minimums at `price`."""
    if not _is_whole(order.qty_base, instrument.qty_step):
        text = f"quantity {order.qty_base} is not a multiple of {instrument.qty_step}"
        return RefusedBy(Reason.BAD_PRECISION, text)
    limit_price = order.limit_price
    if order.kind is OrderKind.LIMIT:
        if limit_price is None or not _is_whole(limit_price, instrument.price_step):
            text = f"limit price {limit_price} is not a multiple of {instrument.price_step}"
            return RefusedBy(Reason.BAD_PRECISION, text)
        price = min(price, float(limit_price))
    if order.qty_base < instrument.min_qty_base:
        text = f"quantity {order.qty_base} is under {instrument.min_qty_base}"
        return RefusedBy(Reason.MIN_QTY, text)
    notional_quote = float(order.qty_base) * price
    # venues let any remainder be closed, however small
    if not order.reduce_only and notional_quote < instrument.min_notional_quote:
        text = f"notional {notional_quote:.8g} is under {instrument.min_notional_quote}"
        return RefusedBy(Reason.MIN_NOTIONAL, text)
    return None


def spot_shortage(
    account: Account, order: OrderRequest, cost_quote: Decimal, marks: Mapping[str, float]
) -> str | None:
    """Why the account cannot pay a spot order that costs `cost_quote`, fee included; or None.

    Resting orders hold what they may need; what shorts were sold for is not ours to spend.
    """
    if order.side is Side.SELL:
        resting = (o.request.qty_base for o in account.resting_on(order.symbol) if _sells(o))
        free_base = account.held_base(order.symbol) - sum(resting, ZERO)
        if order.qty_base <= free_base:
            return None
        return f"{order.qty_base} to sell, {free_base} free"
    reserved_quote = sum((_reserve_quote(o) for o in account.working.values()), ZERO)
    shorts_quote = sum(
        (
            to_quote(-float(base) * marks[s])
            for s, base in account.base_by_symbol.items()
            if base < 0
        ),
        ZERO,
    )
    free_quote = account.cash_quote - reserved_quote - shorts_quote
    if cost_quote <= free_quote:
        return None
    return f"{cost_quote:.2f} needed, {free_quote:.2f} free"


def margin_shortage(
    account: Account,
    order: OrderRequest,
    price: float,
    marks: Mapping[str, float],
    max_leverage: float,
) -> str | None:
    """Why the account cannot carry a perpetual order at `price`; None for one that reduces.

    Gross notional after it, at the marks, may be `max_leverage` times the equity.
    """
    held_base = float(account.held_base(order.symbol))
    after_base = held_base + order.side.sign * float(order.qty_base)
    if abs(after_base) <= abs(held_base) and held_base * after_base >= 0.0:
        return None
    gross_quote, equity_quote = 0.0, float(account.cash_quote)
    for symbol, base in account.base_by_symbol.items():
        value_quote = float(base) * marks[symbol]
        equity_quote += value_quote
        gross_quote += abs(value_quote) if symbol != order.symbol else 0.0
    gross_quote += abs(after_base) * price
    if gross_quote <= max_leverage * equity_quote:
        return None
    return f"{gross_quote:.2f} gross, {max_leverage * equity_quote:.2f} allowed"


def _is_whole(value: Decimal, step: Decimal) -> bool:
    return value.is_finite() and value > 0 and on_step(value, step)


def _sells(order: PaperOrder) -> bool:
    return order.request.side is Side.SELL


def _reserve_quote(order: PaperOrder) -> Decimal:
    # with room for a fee: nobody charges over a percent
    if _sells(order) or order.request.reduce_only:
        return ZERO
    return order.request.qty_base * (order.request.limit_price or ZERO) * FEE_ROOM
