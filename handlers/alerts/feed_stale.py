"""A symbol's prices stopped coming."""

from engine.core.events import FeedWentStale
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import duration, escape, moment, short_symbol


def feed_stale(event: FeedWentStale) -> str:
    """How long it has been silent, and what that stops."""
    silent_s = (event.at - event.last_at).total_seconds()
    return "\n".join(
        [
            f"📡 <b>{escape(short_symbol(event.symbol))}: prices are stale</b>",
            f"Silent for {duration(silent_s)}, last price",
            moment(event.last_at),
            "No new trades on it until prices return.",
        ]
    )


ALERT = Alert(
    event=FeedWentStale, severity=Severity.WARNING, kind=AlertClass.VENUE, text=feed_stale
)
