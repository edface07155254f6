"""An exit finds too little in the book, again and again."""

from engine.core.events import ExitUnfilled
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape, quantity, short_symbol
from handlers.views.words import PURPOSE_WORDS


def exit_unfilled(event: ExitUnfilled) -> str:
    """What could not be left yet, and what to do about it."""
    order = event.order
    return "\n".join(
        [
            f"🕳 <b>{escape(short_symbol(order.request.symbol))}: an exit is not filled</b>"
            f" #{order.position_id}",
            f"{quantity(order.leaves_base)} ({PURPOSE_WORDS[order.purpose]}) is still held after"
            f" {count_of(order.attempt, 'try', 'tries')} at market.",
            "The desk goes on trying. If the book stays empty, look at the venue's own app.",
        ]
    )


ALERT = Alert(
    event=ExitUnfilled, severity=Severity.WARNING, kind=AlertClass.TRADES, text=exit_unfilled
)
