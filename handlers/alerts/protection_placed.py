"""The stop rests at the venue again."""

from engine.core.events import ProtectionPlaced
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import price
from handlers.views.words import name_of


def protection_placed(event: ProtectionPlaced) -> str:
    """Which position, and where its stop stands."""
    position = event.position
    return (
        f"🛡 <b>{name_of(position.symbol, position.side)}: protected again</b>"
        f" #{position.position_id}\nStop at the venue: {price(event.trigger_price)}"
    )


ALERT = Alert(
    event=ProtectionPlaced, severity=Severity.NOTICE, kind=AlertClass.RISK, text=protection_placed
)
