"""The desk on one card: the pinned live message."""

from collections.abc import Sequence

from engine.core.kinds import TradingState
from engine.services.answers import Light, PositionRow, Status
from engine.services.risk_answers import BreakerRow, Glance
from handlers.views.text import (
    clean,
    count_of,
    escape,
    moment,
    money,
    multiple,
    pair,
    percent,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import REGIME_WORDS, STATE_MARKS, STATE_MEANINGS, side_mark

_SHOWN_POSITIONS = 6
_SHOWN_SYMBOLS = 8


def status_text(status: Status, glance: Glance | None = None, lights: Sequence[Light] = ()) -> str:
    """State, money, risk, open positions, what works, and how old all of it is.

    `glance` and `lights` are left out where they are not known.
    """
    mode = status.mode
    lines = [
        f"{STATE_MARKS[status.trading]} <b>{status.trading.upper()}</b> · {escape(mode.badge)}",
        f"{STATE_MEANINGS[status.trading].capitalize()}.",
        *_why(status),
        table(
            [
                *_money(status),
                *_risk(status),
                *([] if glance is None else _glance(glance)),
                *_positions(status.open_positions),
            ]
        ),
        *_warnings(status),
        *_lights(lights),
    ]
    if status.last_decision:
        lines.append(f"Last: {escape(status.last_decision, 200)}")
    lines.append(f"As of {moment(status.market_at)}")
    return "\n".join(lines)


def _why(status: Status) -> list[str]:
    if status.trading is TradingState.ACTIVE or not status.why:
        return []
    return [f"Why: {escape(status.why, 160)}"]


def _money(status: Status) -> list[str]:
    net = signed_money(status.net_pnl_quote)
    today = signed_money(status.day_pnl_quote)
    return [
        pair("Equity", f"{money(status.equity_quote)} {clean(status.quote, 6)}"),
        pair("Open result", signed_money(status.unrealised_quote)),
        pair(f"Today {percent(status.day_pnl_ratio, signed=True)}", today),
        pair("Closed today", f"{status.day_trades:,} = {multiple(status.day_result_r)}"),
        pair(f"Net of {count_of(status.total_trades, 'trade')}", net),
    ]


def _risk(status: Status) -> list[str]:
    return [
        pair("At risk to the stops", percent(status.heat_ratio)),
        pair("In the market", percent(status.exposure_ratio)),
    ]


def _glance(glance: Glance) -> list[str]:
    regime = REGIME_WORDS[glance.regime]
    if glance.agreeing:
        regime = f"{regime} ({glance.agreeing} of {glance.symbols})"
    return [pair("Market", regime), *(_breaker(row) for row in glance.breakers)]


def _breaker(row: BreakerRow) -> str:
    mark = "" if row.used < row.reduces else " !"
    if row.is_ratio:
        return pair(f"{row.name}{mark}", f"{percent(row.used)} of {percent(row.reduces)}")
    return pair(f"{row.name}{mark}", f"{row.used:g} of {row.reduces:g}")


def _lights(lights: Sequence[Light]) -> list[str]:
    shown = (f"{'🟢' if each.good else '🔴'} {escape(each.name, 16)}" for each in lights)
    return [" · ".join(shown)] if lights else []


def _positions(rows: Sequence[PositionRow]) -> list[str]:
    if not rows:
        return ["", "No open positions"]
    lines = ["", f"Open: {len(rows)}"]
    for row in rows[:_SHOWN_POSITIONS]:
        position = row.position
        name = f"{side_mark(position.side)} {short_symbol(position.symbol)}"
        result = f"{signed_money(row.unrealised_quote)} {multiple(row.result_r):>8}"
        lines.append(pair(name, result))
    if len(rows) > _SHOWN_POSITIONS:
        lines.append(f"and {len(rows) - _SHOWN_POSITIONS} more")
    return lines


def _warnings(status: Status) -> list[str]:
    warnings = [
        ("📡 Stale prices", status.stale_symbols),
        ("❓ Waiting for an answer", status.frozen_symbols),
    ]
    return [f"{title}: {_names(symbols)}" for title, symbols in warnings if symbols]


def _names(symbols: Sequence[str]) -> str:
    shown = ", ".join(escape(short_symbol(each)) for each in symbols[:_SHOWN_SYMBOLS])
    more = len(symbols) - _SHOWN_SYMBOLS
    return f"{shown} and {more} more" if more > 0 else shown
