"""Open positions as a table, and one of them in full."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from engine.services.answers import PositionRow
from engine.services.levels import Level, LevelKind
from handlers.views.text import (
    count_of,
    duration,
    escape,
    moment,
    money,
    multiple,
    pair,
    percent,
    quantity,
    quote_of,
    short_symbol,
    signed_money,
    stepped,
    table,
)
from handlers.views.words import name_of, plan_words, side_mark

PAGE_POSITIONS = 12
_HEAD = f"{'':<9}{'result':>10}{'R':>8}{'stop':>7}"


def positions_text(
    rows: Sequence[PositionRow], badge: str, at: datetime | None, *, page: int = 1
) -> str:
    """A page of the open positions: result and the way to the stop; sums over all of them."""
    head = f"<b>{count_of(len(rows), 'open position')}</b> · {escape(badge)}"
    if not rows:
        return f"{head}\nThe desk holds nothing now.\nAs of {moment(at)}"
    of = page_count(rows)
    shown = rows_of(rows, page)
    waiting = [row for row in rows if row.frozen]
    bare = [row for row in rows if row.protected is False]
    notes = [f"⏳ {_names(waiting)}: waiting for the venue's answer"] if waiting else []
    notes += [f"⚠️ {_names(bare)}: no stop at the venue"] if bare else []
    footer = [f"Page {page} of {of}"] if of > 1 else []
    return "\n".join(
        [
            head,
            table([_HEAD, *(_line(row) for row in shown)]),
            *_sums(rows),
            *notes,
            *footer,
            f"As of {moment(at)}",
        ]
    )


def page_count(rows: Sequence[PositionRow]) -> int:
    """How many pages the positions fill; at least one."""
    return max(1, -(-len(rows) // PAGE_POSITIONS))


def rows_of(rows: Sequence[PositionRow], page: int) -> Sequence[PositionRow]:
    """The positions of a page; the first page is 1."""
    return rows[(page - 1) * PAGE_POSITIONS : page * PAGE_POSITIONS]


def _line(row: PositionRow) -> str:
    position = row.position
    name = f"{side_mark(position.side)} {short_symbol(position.symbol)}"
    result = signed_money(row.unrealised_quote)
    in_r = multiple(row.result_r).removesuffix(" R")
    figures = f"{result:>{19 - max(9, len(name))}}{in_r:>8}{row.stop_distance_ratio:>7.1%}"
    return f"{name:<9}{figures}"


def _names(rows: Sequence[PositionRow]) -> str:
    shown = ", ".join(escape(short_symbol(row.position.symbol)) for row in rows[:6])
    return shown if len(rows) <= 6 else f"{shown} and {len(rows) - 6} more"


def position_text(row: PositionRow, badge: str, at: datetime | None) -> str:
    """One open position: result, stop, what the stop would cost, and what its plan waits for."""
    position, step = row.position, row.price_step
    head = f"{side_mark(position.side)} <b>{name_of(position.symbol, position.side)}</b>"
    stop = f"{stepped(position.stop_price, step)} ({percent(row.stop_distance_ratio)})"
    lines = [
        pair("Result", f"{signed_money(row.unrealised_quote)} {quote_of(position.symbol)}"),
        pair("In R, after fees", multiple(row.result_r)),
        pair("Size", f"{quantity(position.qty_base)} = {money(row.notional_quote)}"),
        pair("Entry", stepped(position.entry_price, step)),
        pair("Now", stepped(row.mark_price, step)),
        pair("Stop", stop),
        pair("Lost from here at stop", money(row.open_risk_quote)),
    ]
    if position.funding_quote:
        lines.append(pair("Funding so far", signed_money(position.funding_quote)))
    if row.protected is not None:
        lines.append(pair("Stop at the venue", "rests" if row.protected else "missing"))
    lines.append(pair("Plan", plan_words(position.plan_name)))
    lines += [pair(_level_words(level), stepped(level.price, step)) for level in row.levels]
    if at is not None:
        held_s = (at - position.opened_at).total_seconds()
        lines.append(pair("Open for", duration(held_s)))
    notes = ["⏳ Waiting for the venue's answer."] if row.frozen else []
    if row.not_traded:
        notes.append(f"⚠ {escape(row.not_traded, 35)}")
    return "\n".join(
        [
            f"{head} #{position.position_id} · {escape(badge)}",
            table(lines),
            *notes,
            f"As of {moment(at)}",
        ]
    )


def _level_words(level: Level) -> str:
    share = f"{level.share_ratio:.0%}"
    return {
        LevelKind.TARGET: f"Target for {share}",
        LevelKind.BREAKEVEN: "Stop to entry from",
        LevelKind.TRAIL: "Stop trails from",
        LevelKind.GIVE_BACK: f"Gives back {share} from",
    }[level.kind]


def _sums(rows: Sequence[PositionRow]) -> list[str]:
    result = sum((row.unrealised_quote for row in rows), Decimal(0))
    risk = sum((row.open_risk_quote for row in rows), Decimal(0))
    return [
        f"Together <b>{signed_money(result)}</b>, before exit fees",
        f"If every stop is hit from here: -{money(risk)}" if risk else "Every stop is in profit",
    ]
