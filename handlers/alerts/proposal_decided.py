"""A proposal got its answer."""

from engine.core.events import ProposalDecided
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert

ALERT = Alert(
    event=ProposalDecided,
    severity=Severity.INFO,
    kind=AlertClass.TRADES,
    text=None,
    silent_because="an entry tells itself when it fills; denials are many, /status has the last",
)
