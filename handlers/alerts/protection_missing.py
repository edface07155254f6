"""A position has no stop at the venue."""

from engine.core.events import ProtectionMissing
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import price
from handlers.views.words import name_of, sentence


def protection_missing(event: ProtectionMissing) -> str:
    """Why, and what protects the position meanwhile."""
    position = event.position
    return "\n".join(
        [
            f"🛡 <b>{name_of(position.symbol, position.side)}: no stop at the venue</b>"
            f" #{position.position_id}",
            sentence(event.text, 200),
            f"The desk watches the stop at {price(position.stop_price)} itself while it runs, tries"
            " again, and closes the position if the venue goes on refusing.",
        ]
    )


ALERT = Alert(
    event=ProtectionMissing,
    severity=Severity.CRITICAL,
    kind=AlertClass.RISK,
    text=protection_missing,
)
