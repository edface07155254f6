"""An order of ours as ccxt's call, and as the words that must be in what leaves."""

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.core.kinds import OrderKind, Side
from engine.core.market import Instrument
from engine.core.money import ceil_to_step, floor_to_step, on_step, to_decimal
from engine.core.orders import OrderRequest
from engine.core.reasons import Reason
from engine.venues.ccxt_guard import Intent
from engine.venues.ccxt_limiter import Lane
from engine.venues.ccxt_row import LiveRow
from engine.venues.ccxt_words import Listing

CONDITIONAL = frozenset({OrderKind.STOP, OrderKind.TAKE_PROFIT})
_TRIGGER = {OrderKind.STOP: "stopLossPrice", OrderKind.TAKE_PROFIT: "takeProfitPrice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The arguments of ccxt's `create_order`; every number is text (a Decimal would vanish)."""

    symbol: str
    kind: str
    side: str
    qty: str
    price: str | None
    params: dict[str, Any]
    intent: Intent


def lane_of(order: OrderRequest) -> Lane:
    """Exits go first, then what protects, then entries."""
    if order.kind in CONDITIONAL:
        return Lane.PROTECT
    return Lane.CLOSE if order.reduce_only else Lane.ENTRY


def objection(order: OrderRequest, row: LiveRow, instrument: Instrument) -> Reason | None:
    """Why the order cannot be asked for at all; ccxt checks none of this."""
    prices = [price for price in (order.limit_price, order.trigger_price) if price is not None]
    if not _is_well_formed(order, prices, instrument):
        return Reason.BAD_PRECISION
    if not 0.0 < order.decision_price < math.inf:
        return Reason.NO_PRICE
    if order.reduce_only and not row.is_swap and order.side is Side.BUY:
        return Reason.REDUCE_ONLY  # there is nothing below zero on spot
    if order.qty_base < instrument.min_qty_base:
        return Reason.MIN_QTY
    price = min(prices, default=to_decimal(order.decision_price))
    exempt = order.reduce_only and row.is_swap  # venues let a small rest be closed there
    if order.qty_base * price < instrument.min_notional_quote and not exempt:
        return Reason.MIN_NOTIONAL
    return None


def _is_well_formed(order: OrderRequest, prices: list[Decimal], instrument: Instrument) -> bool:
    if not all(number.is_finite() and number > 0 for number in (order.qty_base, *prices)):
        return False
    if not on_step(order.qty_base, instrument.qty_step):
        return False
    if not all(on_step(price, instrument.price_step) for price in prices):
        return False
    wants_limit, wants_trigger = order.kind is OrderKind.LIMIT, order.kind in CONDITIONAL
    has_limit, has_trigger = order.limit_price is not None, order.trigger_price is not None
    return (wants_limit, wants_trigger) == (has_limit, has_trigger)


def spelled(
    order: OrderRequest,
    row: LiveRow,
    listing: Listing,
    *,
    leave_before_s: float,
    deadline: datetime,
) -> Call:
    """The call that asks for `order`, and what the guard must find in it."""
    kind, price = _kind_and_price(order, row, listing.instrument)
    is_conditional = order.kind in CONDITIONAL
    params = dict(row.params)
    params[row.stop_cid_param if is_conditional else row.cid_param] = order.client_order_id
    if is_conditional:
        params[_TRIGGER[order.kind]] = _text(order.trigger_price)
    if order.post_only:
        params.update(row.post_only_params)
    if order.reduce_only and row.is_swap:
        params["reduceOnly"] = True
    if order.kind is OrderKind.MARKET and row.market_limit_ratio:
        params["timeInForce"] = "IOC"
    if row.deadline_param:
        params[row.deadline_param] = deadline.strftime("%Y-%m-%dT%H:%M:%SZ")
    qty = order.qty_base / listing.contract_base
    return Call(
        symbol=order.symbol,
        kind=kind,
        side=order.side.value,
        qty=_text(qty),
        price=None if price is None else _text(price),
        params=params,
        intent=_intent(order, row, qty, price, leave_before_s),
    )


def _kind_and_price(
    order: OrderRequest, row: LiveRow, instrument: Instrument
) -> tuple[str, Decimal | None]:
    # where a venue has no market order in base units, or no market stop, a limit stands in that
    # takes: a bounded price at a venue without the order we would like
    if order.kind is OrderKind.LIMIT:
        return "limit", order.limit_price
    if order.kind in CONDITIONAL and order.trigger_price is not None:
        ratio, anchor = row.stop_limit_ratio, order.trigger_price
    else:
        ratio, anchor = row.market_limit_ratio, to_decimal(order.decision_price)
    if not ratio:
        return "market", None
    to_step = ceil_to_step if order.side is Side.BUY else floor_to_step
    return "limit", to_step(anchor * (1 + order.side.sign * ratio), instrument.price_step)


def _intent(
    order: OrderRequest, row: LiveRow, qty: Decimal, price: Decimal | None, leave_before_s: float
) -> Intent:
    spelling = row.spelling
    is_conditional = order.kind in CONDITIONAL
    cid_key = (is_conditional and spelling.stop_cid_key) or spelling.cid_key
    kind_word = spelling.kinds[order.kind]
    words = {
        f"{cid_key}={order.client_order_id}",
        f"{spelling.side_key}={spelling.sides[order.side]}",
        (order.post_only and spelling.post_only) or kind_word,
    }
    if order.reduce_only and spelling.reduce_only:
        words.add(spelling.reduce_only)
    numbers = {spelling.qty_key: qty}
    if price is not None:
        numbers[spelling.price_key] = price
    if order.trigger_price is not None:
        numbers[spelling.trigger_keys[order.kind]] = order.trigger_price
    return Intent(words=frozenset(words), numbers=numbers, leave_before_s=leave_before_s)


def _text(number: Decimal | None) -> str:
    return "" if number is None else format(number.normalize(), "f")
