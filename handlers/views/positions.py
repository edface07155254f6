"""Open positions, one block each."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from engine.services.answers import PositionRow
from engine.services.levels import Level, LevelKind
from handlers.views.text import (
    count_of,
    escape,
    moment,
    money,
    multiple,
    pair,
    percent,
    price,
    quantity,
    quote_of,
    short_symbol,
    signed_money,
    table,
)
from handlers.views.words import plan_words, side_mark

PAGE_POSITIONS = 7


def positions_text(
    rows: Sequence[PositionRow], badge: str, at: datetime | None, *, page: int = 1
) -> str:
    """A page of the open positions: result, stop and what the stop would cost; sums over all."""
    head = f"<b>{count_of(len(rows), 'open position')}</b> · {escape(badge)}"
    if not rows:
        return f"{head}\nThe desk holds nothing now.\nAs of {moment(at)}"
    of = page_count(rows)
    shown = rows[(page - 1) * PAGE_POSITIONS : page * PAGE_POSITIONS]
    blocks = [table(_block(row)) for row in shown]
    footer = [f"Page {page} of {of}"] if of > 1 else []
    return "\n".join([head, *blocks, *_sums(rows), *footer, f"As of {moment(at)}"])


def page_count(rows: Sequence[PositionRow]) -> int:
    """How many pages the positions fill; at least one."""
    return max(1, -(-len(rows) // PAGE_POSITIONS))


def _block(row: PositionRow) -> list[str]:
    position = row.position
    name = f"{side_mark(position.side)} {short_symbol(position.symbol)} {position.side.value}"
    lines = [
        pair(f"{name} #{position.position_id}", multiple(row.result_r)),
        pair("Result", f"{signed_money(row.unrealised_quote)} {quote_of(position.symbol)}"),
        pair("Size", f"{quantity(position.qty_base)} = {money(row.notional_quote)}"),
        pair("Entry", price(position.entry_price)),
        pair("Now", price(row.mark_price)),
        pair("Stop", f"{price(position.stop_price)} ({percent(row.stop_distance_ratio)})"),
        pair("Lost from here at stop", money(row.open_risk_quote)),
    ]
    if position.funding_quote:
        lines.append(pair("Funding so far", signed_money(position.funding_quote)))
    if row.protected is not None:
        lines.append(pair("Stop at the venue", "rests" if row.protected else "missing"))
    lines.append(pair("Plan", plan_words(position.plan_name)))
    lines += [pair(_level_words(level), price(level.price)) for level in row.levels]
    if row.not_traded:
        lines.append(escape(row.not_traded, 35))
    if row.frozen:
        lines.append("waiting for the venue's answer")
    return lines


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
