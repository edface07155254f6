"""Nobody answered in time."""

from engine.core.approvals import GRANTED
from engine.core.events import ApprovalExpired
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import money, price
from handlers.views.words import name_of, with_quote


def approval_expired(event: ApprovalExpired) -> str:
    """What was asked, and what silence made of it."""
    approval, offer = event.approval, event.approval.offer
    made = "The policy lets it go on." if approval.state in GRANTED else "It is not made."
    return "\n".join(
        [
            f"⌛ <b>No answer: {name_of(approval.symbol, approval.proposal.side)}</b>"
            f" #{approval.number}",
            f"{with_quote(money(offer.notional_quote), approval.symbol)} at {price(offer.price)}",
            f"{made} What silence means: /params approvals",
        ]
    )


ALERT = Alert(
    event=ApprovalExpired,
    severity=Severity.NOTICE,
    kind=AlertClass.APPROVALS,
    text=approval_expired,
    roles=frozenset({Role.OWNER, Role.TRADER}),
)
