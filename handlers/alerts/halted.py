"""The desk halted: the loudest change of state has its own wording."""

from engine.core.events import TradingStateChanged
from engine.core.kinds import Severity, TradingState
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import clock, escape
from handlers.views.words import CAUSE_WORDS, WAYS_BACK, sentence


def halted(event: TradingStateChanged) -> str:
    """Since when, why, and how to go on."""
    cause = CAUSE_WORDS[event.cause] or "the desk"
    why = sentence(event.why)
    return "\n".join(
        [
            f"🔴 <b>HALTED</b> {clock(event.at)}",
            f"Cause: {cause}, by {escape(event.actor.name, 40)}.",
            *([why] if why else []),
            "No new trades. Stops stay in place.",
            WAYS_BACK[event.cause] or "/resume when it is understood.",
        ]
    )


ALERT = Alert(
    event=TradingStateChanged,
    severity=Severity.CRITICAL,
    kind=AlertClass.RISK,
    text=halted,
    when=lambda event: event.after is TradingState.HALTED,
)
