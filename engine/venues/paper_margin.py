"""What the paper venue does to an account by itself: funding, and taking what it cannot carry."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from engine.core.clockwork import to_ms
from engine.core.kinds import OrderKind, OrderState, Side
from engine.core.market import FundingSettled, PriceMoved
from engine.core.money import to_quote
from engine.core.orders import OrderRequest, Payment, VenueOrder
from engine.rules import ledger, margin, steps
from engine.venues.books import BooksChange, PaperOrder
from engine.venues.paper_account import Account, executed
from engine.venues.paper_fills import Terms, taken


def funded(account: Account, event: FundingSettled, mark_price: float) -> BooksChange:
    """The change that one funding interval makes to what is held of the symbol."""
    held_base = account.held_base(event.symbol)
    sign, qty_base = _signed(held_base)
    flow_quote = to_quote(ledger.funding_quote(sign, qty_base, mark_price, event.funding_ratio))
    payment = Payment(
        payment_id=f"funding-{event.symbol}-{to_ms(event.at)}",
        symbol=event.symbol,
        flow_quote=flow_quote,
        paid_at=event.at,
    )
    return BooksChange(
        order=None,
        cash_quote=account.cash_quote + flow_quote,
        base_by_symbol={event.symbol: held_base},
        payments=(payment,),
    )


def taken_away(
    account: Account, event: PriceMoved, terms: Mapping[str, Terms], marks: Mapping[str, float]
) -> tuple[PaperOrder, BooksChange] | None:
    """The forced order that ends what is held of the symbol; None while the account carries it.

    Crossed margin: all perpetuals stand for each other, at their marks.
    """
    held_base = account.held_base(event.symbol)
    sign, qty_base = _signed(held_base)
    others, others_gross = float(account.cash_quote), 0.0
    for symbol, base in account.base_by_symbol.items():
        if symbol == event.symbol or not terms[symbol].instrument.is_margined:
            continue
        worth = ledger.value_quote(*_signed(base), marks[symbol])
        others = steps.quote8(others + worth)
        others_gross = steps.quote8(others_gross + abs(worth))
    price = margin.forced_price(
        sign,
        qty_base,
        event.open_price,
        event.low_price,
        event.high_price,
        others,
        others_gross,
    )
    if not price > 0.0:
        return None
    request = OrderRequest(
        client_order_id=f"liquidation-{event.symbol}-{to_ms(event.at)}",
        symbol=event.symbol,
        side=Side.SELL if sign > 0 else Side.BUY,
        kind=OrderKind.MARKET,
        qty_base=abs(held_base),
        reduce_only=True,
        decision_price=price,
    )
    mine = terms[event.symbol]
    dear = mine.costs._replace(taker_fee_ratio=margin.LIQUIDATION_FEE_RATIO)
    executions = taken(request, request.qty_base, mine._replace(costs=dear), event)
    if not executions:
        return None
    view = VenueOrder(
        client_order_id=request.client_order_id,
        symbol=event.symbol,
        state=OrderState.ACCEPTED,
        venue_order_id=f"paper-{request.client_order_id}",
        is_forced=True,
    )
    order = PaperOrder(request=request, view=view, accepted_at=event.at)
    change = executed(account, order, executions, event.at, rests=False)
    return order, replace(change, is_new=True)


def _signed(held_base: Decimal) -> tuple[int, float]:
    return (1 if held_base > 0 else -1), abs(float(held_base))
