"""A word on a waiting trade counted."""

from engine.core.events import ApprovalDecided
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=ApprovalDecided,
    severity=Severity.INFO,
    kind=AlertClass.APPROVALS,
    text=None,
    silent_because="every copy of its card says who decided",
)
