"""Closed trades, a page at a time."""

from engine.core.positions import Trade
from engine.services.answers import TradePage
from handlers.views.text import (
    count_of,
    escape,
    multiple,
    pair,
    percent,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import short_exit_words, side_mark


def trades_text(page: TradePage, badge: str, *, number: int, of: int) -> str:
    """One page of closed trades, newest first, and the sums over all of them."""
    head = f"<b>{count_of(page.total, 'closed trade')}</b> · {escape(badge)}"
    if not page.trades:
        return f"{head}\n" + ("No older ones." if page.total else "None has closed yet.")
    lines = [
        head,
        table([line for trade in page.trades for line in _rows(trade)]),
        f"All {page.total:,}: <b>net {signed_money(page.net_pnl_quote)} {escape(page.quote)}</b>",
        f"Won {page.wins:,} of {page.total:,} ({percent(page.wins / page.total)})",
    ]
    if of > 1:
        lines.append(f"Page {number:,} of {of:,}")
    return "\n".join(lines)


def _rows(trade: Trade) -> list[str]:
    name = f"#{trade.trade_id} {side_mark(trade.side)} {short_symbol(trade.symbol)}"
    when = f" {trade.closed_at:%m-%d %H:%M} {short_exit_words(trade.exit_reason)}"
    return [
        pair(name, signed_money(trade.net_pnl_quote)),
        pair(when, multiple(trade.result_r)),
    ]
