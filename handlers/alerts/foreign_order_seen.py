"""Somebody else trades on the account."""

from engine.core.events import ForeignOrderSeen
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, short_symbol


def foreign_order_seen(event: ForeignOrderSeen) -> str:
    """That there is an order which is not the desk's, and that it is left alone."""
    symbol = escape(short_symbol(event.symbol))
    return (
        f"👤 <b>{symbol}: an order that is not the desk's</b>\n"
        f"{escape(event.name, 60)}: left alone. If you did not place it, check the account."
    )


ALERT = Alert(
    event=ForeignOrderSeen,
    severity=Severity.WARNING,
    kind=AlertClass.VENUE,
    text=foreign_order_seen,
)
