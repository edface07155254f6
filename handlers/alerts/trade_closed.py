"""A position is flat: the result."""

from engine.core.events import TradeClosed
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import duration, money, multiple, price, signed_money
from handlers.views.words import exit_words, name_of, with_quote


def trade_closed(event: TradeClosed) -> str:
    """The net result after fees, why it closed, and between which prices."""
    trade = event.trade
    mark = "✅" if trade.net_pnl_quote > 0 else "🔻" if trade.net_pnl_quote < 0 else "▫️"
    held_s = (trade.closed_at - trade.opened_at).total_seconds()
    funding = f", funding {signed_money(trade.funding_quote)}" if trade.funding_quote else ""
    return "\n".join(
        [
            f"{mark} <b>{name_of(trade.symbol, trade.side)} closed</b> #{trade.trade_id}",
            f"<b>{with_quote(signed_money(trade.net_pnl_quote), trade.symbol)}</b>"
            f" = {multiple(trade.result_r)}",
            f"{exit_words(trade.exit_reason).capitalize()} after {duration(held_s)}",
            f"{price(trade.entry_price)} → {price(trade.exit_price)}",
            f"Fees {money(trade.commission_quote)}{funding}: already counted",
        ]
    )


ALERT = Alert(
    event=TradeClosed, severity=Severity.NOTICE, kind=AlertClass.TRADES, text=trade_closed
)
