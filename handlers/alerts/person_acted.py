"""A person acted on a position by hand."""

from engine.core.events import PersonActed
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=PersonActed,
    severity=Severity.INFO,
    kind=AlertClass.TRADES,
    text=None,
    silent_because="the answer in the chat says it, and every fill is told by itself",
)
