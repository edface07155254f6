"""A trade waits for a person."""

from engine.core.events import ApprovalAsked
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=ApprovalAsked,
    severity=Severity.INFO,
    kind=AlertClass.APPROVALS,
    text=None,
    silent_because="its card tells it, with picture and buttons, to each who may decide",
)
