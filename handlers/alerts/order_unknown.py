"""Nobody knows what became of an order."""

from engine.core.events import OrderUnknown
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, quantity, short_symbol
from handlers.views.words import PURPOSE_WORDS


def order_unknown(event: OrderUnknown) -> str:
    """Which order, and what the desk does about it."""
    request = event.order.request
    symbol = escape(short_symbol(request.symbol))
    lines = [
        f"❓ <b>{symbol} order: no answer</b>",
        f"{request.side.value.capitalize()} {quantity(request.qty_base)}"
        f" ({PURPOSE_WORDS[event.order.purpose]})",
        f"The desk asks the venue by its id and never sends it twice. {symbol} takes no new"
        " trades until it is found.",
    ]
    if event.text:
        lines.append(f"<i>{escape(event.text, 200)}</i>")
    return "\n".join(lines)


ALERT = Alert(
    event=OrderUnknown, severity=Severity.WARNING, kind=AlertClass.TRADES, text=order_unknown
)
