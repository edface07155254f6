"""Closed trades, a page at a time, and one of them in full."""

from engine.core.positions import Trade
from engine.core.queries import EVERY_TRADE, TradeFilter
from engine.services.answers import TradePage
from handlers.views.text import (
    count_of,
    duration,
    escape,
    moment,
    multiple,
    pair,
    percent,
    price,
    quantity,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import (
    REGIME_WORDS,
    exit_words,
    name_of,
    short_exit_words,
    side_mark,
)


def trades_text(page: TradePage, badge: str, *, number: int, of: int) -> str:
    """One page of closed trades, newest first, and the sums over all that are meant."""
    head = f"<b>{count_of(page.total, 'closed trade')}</b> · {escape(badge)}"
    meant = [filter_words(page.wanted)] if page.wanted != EVERY_TRADE else []
    if not page.trades:
        if meant:
            return "\n".join([head, *meant, "None of that kind. Try fewer conditions."])
        return f"{head}\n" + ("No older ones." if page.total else "None has closed yet.")
    net = f"net {signed_money(page.net_pnl_quote)} {escape(page.quote)}"
    lines = [
        head,
        *meant,
        table([line for trade in page.trades for line in _rows(trade)]),
        f"All {page.total:,}: <b>{net}</b> = {multiple(page.result_r)}",
        f"Won {page.wins:,} of {page.total:,} ({percent(page.wins / page.total)})",
    ]
    if of > 1:
        lines.append(f"Page {number:,} of {of:,}")
    return "\n".join(lines)


def filter_words(wanted: TradeFilter) -> str:
    """Which trades are meant, as HTML: "only BTC, long, won, since 2026-11-15"."""
    parts = [
        short_symbol(wanted.symbol) if wanted.symbol else "",
        wanted.strategy,
        "" if wanted.side is None else wanted.side.value,
        "" if wanted.won is None else "won" if wanted.won else "lost",
        "" if wanted.since is None else f"since {wanted.since:%Y-%m-%d}",
    ]
    return f"Only {', '.join(escape(part, 40) for part in parts if part)}"


def _rows(trade: Trade) -> list[str]:
    name = f"#{trade.trade_id} {side_mark(trade.side)} {short_symbol(trade.symbol)}"
    when = f" {trade.closed_at:%m-%d %H:%M} {short_exit_words(trade.exit_reason)}"
    return [
        pair(name, signed_money(trade.net_pnl_quote)),
        pair(when, multiple(trade.result_r)),
    ]


def trade_text(trade: Trade, badge: str) -> str:
    """One closed trade: what it brought, why it ended, and what it went through."""
    held_s = (trade.closed_at - trade.opened_at).total_seconds()
    lines = [
        pair("Net result", signed_money(trade.net_pnl_quote)),
        pair("In R", multiple(trade.result_r)),
        pair("Before fees", signed_money(trade.pnl_quote)),
        pair("Fees", signed_money(-trade.commission_quote)),
    ]
    if trade.funding_quote:
        lines.append(pair("Funding", signed_money(trade.funding_quote)))
    lines += [
        pair("Size", quantity(trade.qty_base)),
        pair("Entry", price(trade.entry_price)),
        pair("Exit", price(trade.exit_price)),
        pair("Worst while open", multiple(-trade.mae_r)),
        pair("Best while open", multiple(trade.mfe_r)),
        pair("Held", duration(held_s)),
        pair("Market at entry", REGIME_WORDS[trade.regime]),
    ]
    head = f"{side_mark(trade.side)} <b>{name_of(trade.symbol, trade.side)}</b>"
    return "\n".join(
        [
            f"{head} #{trade.trade_id} · {escape(badge)}",
            table(lines),
            f"Ended: {exit_words(trade.exit_reason)}. Strategy: {escape(trade.strategy, 40)}.",
            f"{moment(trade.opened_at)}",
            f"to {moment(trade.closed_at)}",
        ]
    )
