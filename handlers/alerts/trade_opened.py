"""An entry filled."""

from engine.core.events import TradeOpened
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import money, price
from handlers.views.words import fill_words, name_of, notional, open_risk, side_mark, with_quote


def trade_opened(event: TradeOpened) -> str:
    """What was bought or sold, for how much, and what its stop risks."""
    position = event.position
    symbol = position.symbol
    bought = fill_words(position.qty_base, position.entry_price)
    return "\n".join(
        [
            f"{side_mark(position.side)} <b>{name_of(symbol, position.side)} opened</b>"
            f" #{position.position_id}",
            f"{bought} = {with_quote(money(notional(position)), symbol)}",
            f"Stop {price(position.stop_price)}, risk {money(open_risk(position))}",
        ]
    )


ALERT = Alert(
    event=TradeOpened, severity=Severity.NOTICE, kind=AlertClass.TRADES, text=trade_opened
)
