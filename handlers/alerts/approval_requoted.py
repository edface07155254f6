"""A waiting trade has a new price."""

from engine.core.events import ApprovalRequoted
from engine.core.kinds import Severity
from handlers.contract import Alert

ALERT = Alert(
    event=ApprovalRequoted,
    severity=Severity.INFO,
    text=None,
    silent_because="its card shows the new offer in place of the old one",
)
