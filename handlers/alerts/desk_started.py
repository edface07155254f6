"""The desk is up."""

from engine.core.events import DeskStarted
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape
from handlers.views.words import STATE_MARKS, STATE_MEANINGS


def desk_started(event: DeskStarted) -> str:
    """What runs, whether it trades, and what the restart found."""
    state = f"{STATE_MARKS[event.trading]} {event.trading.upper()}"
    lines = [
        "▶️ <b>Desk started</b>",
        escape(event.mode),
        f"{state}: {STATE_MEANINGS[event.trading]}",
        count_of(event.open_positions, "open position"),
    ]
    if event.resolved_orders:
        lines.append(f"{count_of(event.resolved_orders, 'order')} looked up after the restart")
    return "\n".join(lines)


ALERT = Alert(event=DeskStarted, severity=Severity.NOTICE, kind=AlertClass.DESK, text=desk_started)
