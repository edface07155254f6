"""The account: our books next to the venue's."""

from datetime import datetime

from engine.services.answers import Balance
from handlers.views.text import (
    escape,
    moment,
    money,
    pair,
    quantity,
    short_symbol,
    signed_money,
    table,
)


def balance_text(balance: Balance, badge: str, at: datetime | None) -> str:
    """Cash, holdings and equity, and whether the venue says the same."""
    change = balance.equity_quote - balance.start_cash_quote - balance.moved_quote
    rows = [
        pair("Equity", money(balance.equity_quote)),
        pair("Started with", money(balance.start_cash_quote)),
        *_moved(balance),
        pair("Change", signed_money(change)),
        pair("Cash", money(balance.cash_quote)),
    ]
    for symbol, qty_base, value_quote in balance.holdings:
        rows.append(pair(f"{short_symbol(symbol)} {quantity(qty_base)}", money(value_quote)))
    return "\n".join(
        [
            f"<b>Balance in {escape(balance.quote, 10)}</b> · {escape(badge)}",
            table(rows),
            _agreement(balance),
            f"As of {moment(at)}",
        ]
    )


def _moved(balance: Balance) -> list[str]:
    if not balance.moved_quote:
        return []
    return [pair("You moved", signed_money(balance.moved_quote))]


def _agreement(balance: Balance) -> str:
    if balance.venue_cash_quote is None or balance.agrees is None:
        return "⚠️ The venue did not answer; these are our own books."
    if balance.agrees:
        return "✅ The venue's books say the same."
    venue_cash = money(balance.venue_cash_quote)
    return f"⚖️ The venue's books differ: its cash is {venue_cash}. No new trades until checked."
