"""Trades that wait for a person: asked, quoted again, answered, expired, done with."""

from dataclasses import dataclass

from engine.core.approvals import Approval
from engine.core.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalEvent(Event):
    """What all of them have: the approval as it stands after it."""

    approval: Approval

    def key(self) -> str:
        return f"{type(self).__name__}|{self.approval.number}|{self.approval.revision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(ApprovalEvent):
    """A trade waits for a person's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequoted(ApprovalEvent):
    """Its price or its bar is over: the card shows a new offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDecided(ApprovalEvent):
    """A word counted: the last one needed, or the first of two; or the desk took it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalExpired(ApprovalEvent):
    """Nobody answered in time; the policy decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSettled(ApprovalEvent):
    """What was granted is on its way to the venue, or a rule said no after all."""
