"""What a person is asked before an act, and what it came to."""

from collections.abc import Sequence

from engine.core.orders import Order
from engine.core.positions import Position
from engine.core.state import SymbolPause
from engine.services.act_answers import Act, Closing, ClosingAll, StopMove, TradeOffer
from engine.services.answers import Mode
from handlers.views.text import (
    card,
    count_of,
    escape,
    moment,
    money,
    pair,
    percent,
    price,
    quantity,
    quote_of,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import side_mark

_SHOWN = 10


def closing_text(found: Closing, badge: str) -> str:
    """The question before a position, or a part of it, is sold."""
    position = found.position
    what = "all of it" if found.is_whole else "a part"
    rows = [
        pair("Now open", quantity(position.qty_base)),
        pair("To close", quantity(found.qty_base)),
        pair("Price now", price(found.price)),
        pair("Result of it, about", signed_money(found.result_quote)),
    ]
    return "\n".join(
        [
            f"<b>Close {_name(position)}, {what}?</b> · {escape(badge)}",
            table(rows),
            "At market, so the price may differ. Answer within 30 s.",
        ]
    )


def closing_all_text(found: ClosingAll, share_pct: int, badge: str) -> str:
    """The question before everything is sold."""
    share = "" if share_pct == 100 else f"{share_pct} % of "
    size = count_of(len(found.positions), "position")
    lines = [
        f"<b>Close {share}{size} at market?</b> · {escape(badge)}",
        f"Open now: {money(found.notional_quote)} {escape(found.quote)}",
        table(_rows(found.positions)),
        "The desk goes on trading afterwards. To stop it as well: /panic",
    ]
    return "\n".join(lines)


def which_text(positions: Sequence[Position], act: str, badge: str) -> str:
    """The question which position is meant."""
    if not positions:
        return f"The desk holds nothing now. · {escape(badge)}"
    return f"<b>{escape(act)} which position?</b> · {escape(badge)}\n{table(_rows(positions))}"


def stop_text(found: StopMove, badge: str) -> str:
    """The question before a stop is moved to breakeven."""
    position = found.position
    return "\n".join(
        [
            f"<b>Move the stop of {_name(position)}?</b> · {escape(badge)}",
            table(
                [
                    pair("Stop now", price(position.stop_price)),
                    pair("Stop then", price(found.stop_price)),
                ]
            ),
            "A stop never goes back.",
        ]
    )


def offer_text(found: TradeOffer, badge: str) -> str:
    """The question before a trade by hand."""
    word = "Buy" if found.side.sign > 0 else "Sell short"
    rows = [
        pair("Price now", price(found.price)),
        pair("Size", quantity(found.qty_base)),
        pair("Worth", f"{money(found.notional_quote)} {found.quote}"),
        pair("Of equity", percent(found.equity_ratio)),
        pair("Stop", price(found.stop_price)),
        pair("Lost at the stop", money(found.risk_quote)),
    ]
    lines = [
        f"<b>{word} {escape(short_symbol(found.symbol))}?</b> · {escape(badge)}",
        table(rows),
    ]
    asked = found.asked_quote
    if asked is not None and found.notional_quote < asked:
        lines.append(f"You asked for {money(asked)}: the rules and steps allow this much.")
    lines.append("No voter is asked. Stop, targets and limits are as for every trade.")
    lines.append("At market, so the price may differ. Answer within 30 s.")
    return "\n".join(lines)


def usage_text(action: str, mode: Mode) -> str:
    """How /buy and /sell are written, with symbols to choose from."""
    names = ", ".join(escape(short_symbol(symbol)) for symbol in mode.symbols[:_SHOWN])
    return "\n".join(
        [
            f"<b>/{action} what?</b> · {escape(mode.badge)}",
            f"<code>/{action} BTC</code>: as much as the rules allow",
            f"<code>/{action} BTC 500</code>: for at most 500",
            f"<code>/{action} BTC 2%</code>: for at most 2 % of equity",
            f"Traded here: {names}",
        ]
    )


def act_text(act: Act, badge: str) -> str:
    """What an act came to, with the venue's answer where there is one."""
    mark = "✅" if act.changed else "☑️"
    lines = [f"{mark} {escape(act.text, 200)} · {escape(badge)}"]
    if not act.changed:
        lines.append("It was done before; nothing more was done now.")
    lines += [_order(order) for order in act.orders[:_SHOWN]]
    return card(lines)


def waiting_text(orders: Sequence[Order], badge: str) -> str:
    """The entries that may be taken back."""
    head = f"<b>{count_of(len(orders), 'waiting entry', 'waiting entries')}</b> · {escape(badge)}"
    if not orders:
        return f"{head}\nNothing waits at the venue to be filled."
    return f"{head}\nTap one to take it back. Stops are not listed: they protect."


def symbol_pause_text(pause: SymbolPause, badge: str) -> str:
    """What pausing one symbol came to."""
    symbol = escape(short_symbol(pause.symbol))
    until = moment(pause.until_at) if pause.until_at else f"/resume {symbol}"
    return "\n".join(
        [
            f"⏸ <b>{symbol} is paused</b> · {escape(badge)}",
            f"No new trades on {symbol} until {until}.",
            "Its exits and stops go on, and the other symbols trade on.",
        ]
    )


def symbol_resumed_text(symbol: str, *, was_paused: bool, badge: str) -> str:
    """What resuming one symbol came to."""
    name = escape(short_symbol(symbol))
    said = "trades again" if was_paused else "was not paused"
    return f"▶️ <b>{name} {said}</b> · {escape(badge)}"


def waiting_label(order: Order) -> str:
    """The words on the button of a waiting entry; plain text."""
    request = order.request
    limit = "" if request.limit_price is None else f" at {price(request.limit_price)}"
    return f"{request.side.value} {short_symbol(request.symbol)}{limit}"


def _order(order: Order) -> str:
    symbol = escape(short_symbol(order.request.symbol))
    done, quote = order.filled_base, escape(quote_of(order.request.symbol))
    if done and order.avg_price is not None:
        return f"{symbol}: {quantity(done)} at {price(order.avg_price)} {quote}"
    state = order.state.value.replace("_", " ")
    if order.reason_text:
        return f"{symbol}: {state}, {escape(order.reason_text)}"
    return f"{symbol}: {state}; /orders shows how it goes on"


def _name(position: Position) -> str:
    return f"{escape(short_symbol(position.symbol))} {position.side.value}"


def _rows(positions: Sequence[Position]) -> list[str]:
    rows = [
        pair(
            f"{side_mark(each.side)} {short_symbol(each.symbol)} #{each.position_id}",
            quantity(each.qty_base),
        )
        for each in positions[:_SHOWN]
    ]
    more = len(positions) - _SHOWN
    return [*rows, f"and {more} more"] if more > 0 else rows
