"""Our books and the venue's differ."""

from engine.core.events import BooksMismatched
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, quantity, short_symbol


def books_mismatched(event: BooksMismatched) -> str:
    """Both quantities, and that a person has to look."""
    symbol = escape(short_symbol(event.symbol))
    return "\n".join(
        [
            f"⚖️ <b>{symbol}: books differ</b>",
            f"Ours {quantity(event.ours_base)}, the venue's {quantity(event.venue_base)}",
            f"No new trades until you have looked at {symbol} at the venue.",
        ]
    )


ALERT = Alert(
    event=BooksMismatched, severity=Severity.CRITICAL, kind=AlertClass.RISK, text=books_mismatched
)
