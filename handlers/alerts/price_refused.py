"""The feed told a price that cannot be one."""

from engine.core.events import PriceRefused
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, short_symbol


def price_refused(event: PriceRefused) -> str:
    """What was refused, and that the desk goes on with the last good price."""
    return (
        f"🚫 <b>{escape(short_symbol(event.symbol))}: a price was refused</b>\n"
        f"{escape(event.text, 100).capitalize()}. The desk goes on with the last good one."
    )


ALERT = Alert(
    event=PriceRefused, severity=Severity.WARNING, kind=AlertClass.VENUE, text=price_refused
)
