"""Why the paper venue refuses an order: steps, minimums, and what the account can pay."""

import math
from collections.abc import Mapping
from decimal import Decimal

from engine.core.kinds import OrderKind, Side
from engine.core.market import Instrument, PriceMoved
from engine.core.money import ZERO, on_step, to_quote
from engine.core.orders import OrderRequest, RefusedBy
from engine.core.reasons import Reason
from engine.venues.books import PaperOrder
from engine.venues.paper_account import Account, reducible_base
from engine.venues.paper_fills import Executions, Terms, near_price, rises

FEE_ROOM = Decimal("1.01")
CONDITIONAL = frozenset({OrderKind.STOP, OrderKind.TAKE_PROFIT})


def unfit(
    account: Account,
    order: OrderRequest,
    terms: Terms | None,
    event: PriceMoved | None,
    *,
    rests_stops: bool,
) -> RefusedBy | None:
    """Why the order cannot be one here, whatever the account holds in cash."""
    if terms is None:
        return RefusedBy(Reason.UNKNOWN_SYMBOL, f"there is no {order.symbol} here")
    if event is None or not math.isfinite(order.decision_price):
        return RefusedBy(Reason.NO_PRICE, f"no price of {order.symbol} yet")
    if order.kind in CONDITIONAL and not rests_stops:
        return RefusedBy(Reason.OTHER, "no stops rest at this venue; the desk guards them")
    if order.reduce_only and not reducible_base(account, order, terms):
        return RefusedBy(Reason.REDUCE_ONLY, f"nothing of {order.symbol} to reduce")
    return misfit(order, terms.instrument, event.close_price)


def too_late(order: OrderRequest, terms: Terms, event: PriceMoved) -> RefusedBy | None:
    """Why the market is already past an order that was to wait; None: it waits, or need not."""
    if order.kind in CONDITIONAL:
        price, trigger_price = event.close_price, float(order.trigger_price or ZERO)
        is_past = price >= trigger_price if rises(order) else price <= trigger_price
        return RefusedBy(Reason.OTHER, "it would trigger at once") if is_past else None
    if order.post_only and order.limit_price is not None:
        beyond = float(order.limit_price) - near_price(order.side, event, terms)
        if beyond * order.side.sign >= 0.0:
            return RefusedBy(Reason.OTHER, "it would take, and may only make")
    return None


def shortage(
    account: Account,
    order: OrderRequest,
    executions: Executions,
    terms: Terms,
    marks: Mapping[str, float],
    max_leverage: float,
) -> RefusedBy | None:
    """Why the account cannot carry the order, executed now or resting; None: it can."""
    if order.reduce_only:
        return None  # it can only give back
    unmarked = sorted(account.base_by_symbol.keys() - marks.keys())
    if unmarked:
        return RefusedBy(Reason.NO_PRICE, f"no price of {unmarked[0]}, which is held")
    rest_base = order.qty_base - sum((each.qty_base for each in executions), ZERO)
    rest_price = order.limit_price or order.trigger_price or ZERO
    cost_quote = sum((each.notional_quote + each.fee_quote for each in executions), ZERO)
    if terms.instrument.shortable:
        worst_price = max((each.price for each in executions), default=rest_price)
        text = margin_shortage(account, order, float(worst_price), marks, max_leverage)
    else:
        cost_quote += rest_base * rest_price * (1 + terms.instrument.taker_fee_ratio)
        text = spot_shortage(account, order, cost_quote, marks)
    return None if text is None else RefusedBy(Reason.INSUFFICIENT_FUNDS, text)


def misfit(order: OrderRequest, instrument: Instrument, price: float) -> RefusedBy | None:
    """The refusal of an order that breaks the instrument's steps or minimums at `price`."""
    if not _is_whole(order.qty_base, instrument.qty_step):
        text = f"quantity {order.qty_base} is not a multiple of {instrument.qty_step}"
        return RefusedBy(Reason.BAD_PRECISION, text)
    if order.kind is not OrderKind.MARKET:
        is_limit = order.kind is OrderKind.LIMIT
        name, at = ("limit", order.limit_price) if is_limit else ("trigger", order.trigger_price)
        if at is None or not _is_whole(at, instrument.price_step):
            text = f"{name} price {at} is not a multiple of {instrument.price_step}"
            return RefusedBy(Reason.BAD_PRECISION, text)
        price = min(price, float(at))
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
        resting = (o.leaves_base for o in account.resting_on(order.symbol) if _sells(o))
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
    request = order.request
    return order.leaves_base * (request.limit_price or request.trigger_price or ZERO) * FEE_ROOM
