"""Our own look at the wire held an order back."""

from engine.core.events import OrderRefused
from engine.core.kinds import Severity
from engine.core.reasons import Reason
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, quantity, short_symbol
from handlers.views.words import PURPOSE_WORDS, sentence


def order_held_back(event: OrderRefused) -> str:
    """Which order, what was wrong with it, and what that means."""
    request = event.order.request
    return "\n".join(
        [
            f"🧯 <b>{escape(short_symbol(request.symbol))}: an order was held back</b>",
            f"{request.side.value.capitalize()} {quantity(request.qty_base)}"
            f" ({PURPOSE_WORDS[event.order.purpose]}) did not leave as it was meant:",
            f"<i>{sentence(event.text, 200)}</i>",
            "That is a bug, or a library that changed. The desk takes no entries; look after the"
            " open positions in the venue's own app.",
        ]
    )


ALERT = Alert(
    event=OrderRefused,
    severity=Severity.CRITICAL,
    kind=AlertClass.TRADES,
    text=order_held_back,
    # exits are tried again every few seconds: the first says it, the others are refusals
    when=lambda event: event.reason is Reason.HELD_BACK and event.order.attempt == 1,
)
