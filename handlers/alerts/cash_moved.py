"""The owner moved money into the account or out of it."""

from engine.core.events import CashMoved
from engine.core.kinds import Role, Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, money


def cash_moved(event: CashMoved) -> str:
    """How much came or went, and that it is no result."""
    flow_quote, quote = event.move.flow_quote, escape(event.quote, 10)
    came = flow_quote > 0
    return "\n".join(
        [
            f"🏦 <b>{money(abs(flow_quote))} {quote} {'came in' if came else 'went out'}</b>",
            "No trade of the desk explains it: booked as money that you moved,"
            f" not as a {'profit' if came else 'loss'}.",
            f"Cash is now {money(event.cash_quote)}. Was it not you? Check the account.",
        ]
    )


ALERT = Alert(
    event=CashMoved,
    severity=Severity.WARNING,
    kind=AlertClass.RISK,
    text=cash_moved,
    roles=frozenset({Role.OWNER, Role.TRADER}),
)
