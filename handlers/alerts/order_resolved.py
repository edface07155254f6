"""An order of unknown outcome was found."""

from engine.core.events import OrderResolved
from engine.core.kinds import OrderState, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, quantity, short_symbol
from handlers.views.words import PURPOSE_WORDS

_NEVER_SENT = "It never reached the venue."


def order_resolved(event: OrderResolved) -> str:
    """What became of the order in the end."""
    order = event.order
    state = order.state.value.replace("_", " ")
    filled = f"It is {state}: {quantity(order.filled_base)} of {quantity(order.request.qty_base)}."
    return "\n".join(
        [
            f"🔎 <b>{escape(short_symbol(order.request.symbol))} order found</b>",
            f"{order.request.side.value.capitalize()} ({PURPOSE_WORDS[order.purpose]})",
            _NEVER_SENT if order.state is OrderState.NEVER_ARRIVED else filled,
        ]
    )


ALERT = Alert(
    event=OrderResolved, severity=Severity.NOTICE, kind=AlertClass.TRADES, text=order_resolved
)
