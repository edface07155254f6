"""Entries were stopped or allowed again: a breaker, a pause, a resume."""

from engine.core.events import TradingStateChanged
from engine.core.kinds import Severity, TradingState
from engine.core.state import Cause
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import clock, escape
from handlers.views.words import STATE_MARKS, STATE_MEANINGS, WAYS_BACK, sentence


def state_changed(event: TradingStateChanged) -> str:
    """The state now, who or what changed it, and why."""
    what = "Breaker" if event.cause in {Cause.BREAKER, Cause.STREAK} else "Trading"
    why = sentence(event.why)
    lines = [
        f"{STATE_MARKS[event.after]} <b>{what}: {event.after.upper()}</b> {clock(event.at)}",
        f"{STATE_MEANINGS[event.after].capitalize()}.",
        *([why] if why else []),
        *([WAYS_BACK[event.cause]] if WAYS_BACK[event.cause] else []),
        f"Was {event.before.upper()}; changed by {escape(event.actor.name, 40)}.",
    ]
    return "\n".join(lines)


ALERT = Alert(
    event=TradingStateChanged,
    severity=Severity.WARNING,
    kind=AlertClass.RISK,
    text=state_changed,
    when=lambda event: event.after is not TradingState.HALTED,
)
