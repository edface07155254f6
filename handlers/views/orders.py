"""Open orders, and ours against the venue's."""

from engine.core.kinds import OrderKind, OrderState
from engine.core.orders import Order
from engine.services.answers import Comparison, OpenOrders
from handlers.views.text import (
    card,
    clock,
    count_of,
    escape,
    moment,
    price,
    quantity,
    short_symbol,
)
from handlers.views.words import PURPOSE_WORDS

SHOWN = 12
STATE_WORDS = {
    OrderState.INTENT: "written down, not sent",
    OrderState.SENT: "on its way",
    OrderState.UNKNOWN: "nobody knows: being asked after",
    OrderState.ACCEPTED: "rests at the venue",
    OrderState.PARTIALLY_FILLED: "partly filled",
}


def orders_text(found: OpenOrders, badge: str) -> str:
    """One block per order that is not over, oldest first."""
    head = f"<b>{count_of(len(found.orders), 'open order')}</b> · {escape(badge)}"
    as_of = f"As of {moment(found.market_at)}"
    if not found.orders:
        return f"{head}\nNothing is on its way or rests at the venue.\n{as_of}"
    blocks = [line for order in found.orders[:SHOWN] for line in _block(order)]
    more = len(found.orders) - SHOWN
    rest = [f"and {more} more"] if more > 0 else []
    return card([head, *blocks, *rest, as_of])


def _block(order: Order) -> list[str]:
    request = order.request
    name = f"{request.side.value} {quantity(order.leaves_base)}"
    return [
        f"<b>{escape(short_symbol(request.symbol))}</b> {name}, {PURPOSE_WORDS[order.purpose]}"
        f" #{order.position_id}",
        f"{_at(order)}{STATE_WORDS.get(order.state, order.state.value)}, {clock(order.created_at)}",
    ]


def _at(order: Order) -> str:
    request = order.request
    if request.kind is OrderKind.LIMIT and request.limit_price is not None:
        return f"limit {price(request.limit_price)}, "
    if request.trigger_price is not None:
        return f"at {price(request.trigger_price)}, "
    return "at market, "


def comparison_text(found: Comparison, badge: str) -> str:
    """What was compared, what differs, and what was done about it."""
    head = f"<b>Ours and the venue's</b> · {escape(badge)}"
    lines = [_holdings(found.holdings), *_orders(found)]
    return "\n".join([head, *lines, f"As of {moment(found.market_at)}"])


def _holdings(symbols: tuple[str, ...]) -> str:
    if not symbols:
        return "✅ Holdings agree"
    names = ", ".join(escape(short_symbol(symbol)) for symbol in symbols)
    return f"⚖️ Holdings differ: {names}. Look at the venue, then /resume."


def _orders(found: Comparison) -> list[str]:
    if found.asked_after is None or found.cancelled is None or found.foreign is None:
        return ["❔ The venue did not tell its orders. Try again in a minute."]
    lines = []
    if found.asked_after:
        lines.append(f"❔ Asked after {count_of(len(found.asked_after), 'order')} it did not list")
    if found.cancelled:
        lines.append(f"✂️ Cancelled {count_of(len(found.cancelled), 'order')} not in our books")
    if found.foreign:
        names = ", ".join(sorted({escape(short_symbol(symbol)) for symbol in found.foreign}))
        lines.append(f"👤 Not ours, left alone: {names}")
    return lines or ["✅ Open orders agree"]
