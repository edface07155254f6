"""A part of a position was closed."""

from engine.core.events import PositionReduced
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import price, quantity
from handlers.views.words import PURPOSE_WORDS, fill_words, name_of


def position_reduced(event: PositionReduced) -> str:
    """What left and why, and what goes on behind which stop."""
    position = event.position
    return "\n".join(
        [
            f"✂️ <b>{name_of(position.symbol, position.side)}: part closed</b>"
            f" #{position.position_id}",
            f"{fill_words(event.qty_base, event.price)} ({PURPOSE_WORDS[event.purpose]})",
            f"{quantity(position.qty_base)} left, stop {price(position.stop_price)}",
        ]
    )


ALERT = Alert(
    event=PositionReduced, severity=Severity.INFO, kind=AlertClass.TRADES, text=position_reduced
)
