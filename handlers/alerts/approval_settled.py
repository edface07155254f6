"""A decided trade is done with."""

from engine.core.events import ApprovalSettled
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=ApprovalSettled,
    severity=Severity.INFO,
    kind=AlertClass.APPROVALS,
    text=None,
    silent_because="its card says so, and an entry tells itself when it fills",
)
