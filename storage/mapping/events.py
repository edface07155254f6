"""Events as rows, and back."""

from inspect import isclass
from typing import Any, cast

from sqlalchemy import Row

from engine.core import events
from engine.core.events import Event, ProposalDecided
from storage.mapping.codec import decode, encode

EVENT_CLASSES: dict[str, type[Event]] = {
    name: kind
    for name, kind in vars(events).items()
    if isclass(kind) and issubclass(kind, Event) and kind is not Event
}


def event_row(event: Event) -> dict[str, Any]:
    """The row of `event`, without its number."""
    kind = type(event).__name__
    return {"key": event.key(), "kind": kind, "at": event.at, "body": encode(event)}


def event_of(row: Row[Any]) -> Event | None:
    """The event of a row, or None for a kind that this version does not know any more."""
    kind = EVENT_CLASSES.get(row.kind)
    return None if kind is None else cast("Event", decode(kind, row.body))


def decision_row(event: ProposalDecided) -> dict[str, Any]:
    """What became of the proposal, for the decisions table."""
    verdict = event.verdict
    return {
        "proposal_key": event.proposal.key,
        "symbol": event.proposal.symbol,
        "side": event.proposal.side.value,
        "position_id": event.position_id,
        "reason": None if event.reason is None else event.reason.value,
        "text": event.text,
        "approved": None if verdict is None else verdict.approved,
        "confidence_ratio": None if verdict is None else verdict.confidence_ratio,
        "votes": [] if verdict is None else encode(verdict.votes),
        "at": event.at,
    }
