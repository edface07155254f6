"""The venue said no."""

from engine.core.events import OrderRefused
from engine.core.kinds import Severity
from engine.core.reasons import REASON_TEXTS, Reason
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, quantity, short_symbol
from handlers.views.words import PURPOSE_WORDS, sentence


def order_refused(event: OrderRefused) -> str:
    """Which order, our word for the reason, and what the venue said."""
    request = event.order.request
    lines = [
        f"⛔ <b>{escape(short_symbol(request.symbol))} order refused</b>",
        f"{request.side.value.capitalize()} {quantity(request.qty_base)}"
        f" ({PURPOSE_WORDS[event.order.purpose]})",
        sentence(REASON_TEXTS[event.reason]) + ".",
    ]
    if event.text:
        lines.append(f"<i>{escape(event.text, 200)}</i>")
    return "\n".join(lines)


ALERT = Alert(
    event=OrderRefused,
    severity=Severity.WARNING,
    kind=AlertClass.TRADES,
    text=order_refused,
    when=lambda event: event.reason is not Reason.HELD_BACK or event.order.attempt > 1,
)
