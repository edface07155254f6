"""A symbol's prices came back."""

from engine.core.events import FeedRecovered
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import duration, escape, short_symbol


def feed_recovered(event: FeedRecovered) -> str:
    """How long the silence was."""
    return (
        f"📡 <b>{escape(short_symbol(event.symbol))}: prices are back</b>\n"
        f"after {duration(event.silent_s)}; it can be traded again."
    )


ALERT = Alert(
    event=FeedRecovered, severity=Severity.INFO, kind=AlertClass.VENUE, text=feed_recovered
)
