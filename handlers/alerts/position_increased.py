"""A position that wins was added to."""

from engine.core.events import PositionIncreased
from engine.core.kinds import Severity
from engine.core.money import to_quote
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import money, price, quantity
from handlers.views.words import fill_words, name_of


def position_increased(event: PositionIncreased) -> str:
    """What was added, what is held now, and that the first risk still bounds it."""
    position = event.position
    return "\n".join(
        [
            f"🔺 <b>{name_of(position.symbol, position.side)}: added</b> #{position.position_id}",
            fill_words(event.qty_base, event.price),
            f"{quantity(position.qty_base)} held, stop {price(position.stop_price)}",
            f"All of it risks no more than at first: {money(to_quote(position.risk_quote))}",
        ]
    )


ALERT = Alert(
    event=PositionIncreased, severity=Severity.INFO, kind=AlertClass.TRADES, text=position_increased
)
