"""A limit entry has come to the end of its life."""

from engine.core.events import EntryLapsed
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import escape, price, quantity, short_symbol
from handlers.views.words import sentence


def entry_lapsed(event: EntryLapsed) -> str:
    """What it waited for, what of it was filled, and what follows."""
    order = event.order
    symbol = escape(short_symbol(order.request.symbol))
    limit = "" if order.request.limit_price is None else price(order.request.limit_price)
    if order.filled_base > 0:
        filled = f"{quantity(order.filled_base)} of {quantity(order.request.qty_base)}"
        return f"⏳ {symbol}: {filled} filled at {limit}, the rest was taken back."
    if event.text:
        return f"⏳ {symbol}: entry given up. {sentence(event.text)}."
    if event.is_final:
        return f"⏳ {symbol}: entry given up. Nobody traded at {limit} in time."
    return f"⏳ {symbol}: nobody traded at {limit} in time. It is priced anew if it still may."


ALERT = Alert(event=EntryLapsed, severity=Severity.INFO, kind=AlertClass.TRADES, text=entry_lapsed)
