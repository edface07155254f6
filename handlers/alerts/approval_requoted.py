"""A waiting trade has a new price."""

from engine.core.events import ApprovalRequoted
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=ApprovalRequoted,
    severity=Severity.INFO,
    kind=AlertClass.APPROVALS,
    text=None,
    silent_because="its card shows the new offer in place of the old one",
)
