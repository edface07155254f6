"""The summary of a day or a week, in the lines under its picture. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from engine.core.kinds import TradingState
from engine.core.positions import Trade
from handlers.views.text import (
    count_of,
    escape,
    multiple,
    percent,
    short_symbol,
    signed_money,
)

LATE_FROM = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a stretch of market time came to."""

    days: int  # 1 or 7
    quote: str
    change_quote: Decimal  # of equity, without what the owner moved in or out
    change_ratio: float
    trades: int
    wins: int
    net_pnl_quote: Decimal  # of the closed trades, after fees
    result_r: float
    worst_drawdown_ratio: float
    open_positions: int
    trading: TradingState
    closed: Sequence[Trade]  # of the stretch; the last ones when they are many


def summary_caption(
    summary: Summary, due_at: datetime, now: datetime, zone: tzinfo, badge: str
) -> str:
    """What changed, best and worst, and how the desk stands; late ones say so."""
    title = "Daily" if summary.days == 1 else "Weekly"
    lines = [
        f"🗓 <b>{title} summary</b>, {due_at.astimezone(zone):%a %d %b} · {escape(badge)}",
        f"<b>{signed_money(summary.change_quote)} {escape(summary.quote)}</b>"
        f" ({percent(summary.change_ratio, signed=True)}) in {_span(summary.days)}",
        _trades(summary),
        *_extremes(summary.closed),
        f"Deepest under the peak: {percent(summary.worst_drawdown_ratio)}",
        f"{count_of(summary.open_positions, 'position')} open, the desk is {summary.trading.value}",
    ]
    if now - due_at > LATE_FROM:
        lines.append(f"<i>Due at {due_at.astimezone(zone):%H:%M}; the desk was not there then.</i>")
    return "\n".join(lines)


def _span(days: int) -> str:
    return "24 hours" if days == 1 else f"{days} days"


def _trades(summary: Summary) -> str:
    if not summary.trades:
        return "No trade was closed"
    losses = summary.trades - summary.wins
    return (
        f"{count_of(summary.trades, 'trade')} closed ({summary.wins} won, {losses} not):"
        f" {signed_money(summary.net_pnl_quote)}, {multiple(summary.result_r)}"
    )


def _extremes(closed: Sequence[Trade]) -> list[str]:
    if len(closed) < 2:
        return []
    ordered = sorted(closed, key=lambda trade: trade.net_pnl_quote)
    return [f"Best {_one(ordered[-1])}, worst {_one(ordered[0])}"]


def _one(trade: Trade) -> str:
    return f"{escape(short_symbol(trade.symbol))} {signed_money(trade.net_pnl_quote)}"
