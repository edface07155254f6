"""The voters speak for one side and are not right about it."""

from engine.core.events import BiasSeen
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert


def bias_seen(event: BiasSeen) -> str:
    """Which side, and what is done about it."""
    return "\n".join(
        [
            f"🧲 <b>Voters lean {event.side.value}</b>",
            f"Nearly all recent votes went {event.side.value} without being right more often.",
            f"What they add for {event.side.value} counts half until that changes.",
            "The votes: /votes",
        ]
    )


ALERT = Alert(event=BiasSeen, severity=Severity.INFO, kind=AlertClass.MODELS, text=bias_seen)
