"""Captions of the charts: at most six lines, with the numbers of the picture."""

from collections.abc import Sequence

from engine.core.clockwork import from_ms
from engine.core.positions import Position, Trade
from engine.core.state import EquityPoint
from engine.services.answers import PriceView
from handlers.views.text import (
    count_of,
    escape,
    moment,
    money,
    multiple,
    percent,
    price,
    short_symbol,
    signed_money,
)
from handlers.views.words import name_of, side_mark


def equity_caption(points: Sequence[EquityPoint], badge: str) -> str:
    """Equity now, its change over the picture, and the deepest drawdown in it."""
    head = f"<b>Equity</b> · {escape(badge)}"
    if not points:
        return f"{head}\nNo point yet; the first comes within minutes."
    first, last = points[0], points[-1]
    moved_quote = last.moved_quote - first.moved_quote  # by the owner: no result
    change = signed_money(last.equity_quote - first.equity_quote - moved_quote)
    return "\n".join(
        [
            head,
            f"Now <b>{money(last.equity_quote)}</b>, {change} in this picture",
            f"Cash {money(last.cash_quote)}, open result {signed_money(last.unrealised_quote)}",
            f"Deepest drawdown {percent(max(point.drawdown_ratio for point in points))}",
            f"{moment(first.at)}",
            f"to {moment(last.at)}",
        ]
    )


def drawdown_caption(points: Sequence[EquityPoint], badge: str) -> str:
    """How far below its peak the equity is and was."""
    head = f"<b>Drawdown</b>: below the equity peak · {escape(badge)}"
    if not points:
        return f"{head}\nNo point yet; the first comes within minutes."
    deepest = max(points, key=lambda point: point.drawdown_ratio)
    return "\n".join(
        [
            head,
            f"Now <b>{percent(points[-1].drawdown_ratio)}</b>",
            f"Deepest {percent(deepest.drawdown_ratio)}",
            f"on {moment(deepest.at)}",
            f"As of {moment(points[-1].at)}",
        ]
    )


def price_caption(view: PriceView, badge: str, *, entries: int, exits: int) -> str:
    """The last close, the range of the picture, and how many of the desk's marks are in it."""
    name = escape(short_symbol(view.symbol))
    head = f"<b>{name} {view.timeframe.value}</b> · {escape(badge)}"
    bars = view.bars
    if not len(bars):
        return f"{head}\nNo closed bar yet."
    lines = [
        head,
        f"Last close <b>{price(float(bars.close[-1]))}</b>",
        f"Range {price(float(bars.low.min()))} to {price(float(bars.high.max()))}",
        f"{count_of(entries, 'entry', 'entries')}, {count_of(exits, 'exit')}",
    ]
    if view.position is not None:
        lines.append(f"Stop of the open position {price(view.position.stop_price)}")
    closed_at_s = int(bars.open_at_s[-1]) + view.timeframe.seconds
    lines.append(f"As of {moment(from_ms(closed_at_s * 1000))}")
    return "\n".join(lines)


def opened_caption(position: Position, badge: str) -> str:
    """Under the picture of an entry, whose alert has told the rest."""
    name = name_of(position.symbol, position.side)
    return "\n".join(
        [
            f"{side_mark(position.side)} <b>{name}</b> #{position.position_id} · {escape(badge)}",
            f"Entry {price(position.entry_price)}, stop {price(position.stop_price)}",
        ]
    )


def closed_caption(trade: Trade, badge: str) -> str:
    """Under the picture of a whole trade, whose alert has told the rest."""
    name = name_of(trade.symbol, trade.side)
    return "\n".join(
        [
            f"{side_mark(trade.side)} <b>{name}</b> #{trade.trade_id} · {escape(badge)}",
            f"{price(trade.entry_price)} → {price(trade.exit_price)}:"
            f" {signed_money(trade.net_pnl_quote)} = {multiple(trade.result_r)}",
        ]
    )
