"""A proposal got its answer."""

from engine.core.events import ProposalDecided
from engine.core.kinds import Severity
from handlers.contract import Alert

ALERT = Alert(
    event=ProposalDecided,
    severity=Severity.INFO,
    text=None,
    silent_because="an entry tells itself when it fills; denials are many, /status has the last",
)
