"""What pause, resume and panic answer."""

from collections.abc import Sequence

from engine.core.kinds import TradingState
from engine.core.positions import Position
from engine.core.state import SymbolPause
from engine.services.answers import Control, PanicStep
from handlers.views.text import (
    clock,
    count_of,
    escape,
    moment,
    money,
    pair,
    quantity,
    quote_of,
    short_symbol,
    table,
)
from handlers.views.words import CAUSE_WORDS, STATE_MARKS, STATE_MEANINGS, side_mark

_SHOWN_POSITIONS = 10


def control_text(control: Control, badge: str) -> str:
    """The trading state after the command, and whether the command changed it."""
    state = control.after
    lines = [f"{STATE_MARKS[state]} <b>{state.upper()}</b> · {escape(badge)}"]
    if control.changed:
        lines.append(f"Was {control.before.upper()}.")
    else:
        lines.append("Nothing to change.")
    lines.append(f"{STATE_MEANINGS[state].capitalize()}.")
    if state is not TradingState.ACTIVE:
        if control.why:
            lines.append(f"Why: {escape(control.why)}")
        lines.append(_end(control))
    lines += [_paused(pause) for pause in control.paused_symbols[:_SHOWN_POSITIONS]]
    if control.since is not None:
        lines.append(f"Since {moment(control.since)}")
    return "\n".join(lines)


def _end(control: Control) -> str:
    if control.resume_at is None:
        return "It stays so until /resume."
    return f"It ends by itself at {moment(control.resume_at)}, market time; or /resume."


def _paused(pause: SymbolPause) -> str:
    name = escape(short_symbol(pause.symbol))
    until = f"until {moment(pause.until_at)}" if pause.until_at else f"until /resume {name}"
    return f"⏸ {name} is paused {until}"


def resume_question(control: Control, badge: str) -> str:
    """What a person must know before trading starts again after a halt or a breaker."""
    state = control.after
    lines = [
        f"{STATE_MARKS[state]} <b>{state.upper()}</b> · {escape(badge)}",
        f"Stopped by: {CAUSE_WORDS[control.cause] or 'unknown'}.",
        *([f"Why: {escape(control.why, 200)}"] if control.why else []),
        *([f"Since {moment(control.since)}"] if control.since else []),
        "Take new trades again?",
    ]
    return "\n".join(lines)


def panic_text(step: PanicStep, badge: str, *, asks: bool) -> str:
    """What panic has done so far; `asks` adds the question of its second step."""
    lines = [
        f"🛑 <b>HALTED {clock(step.halted_at)}</b> · {escape(badge)}",
        f"<b>{panic_size(step)}</b>",
    ]
    if step.repeated and not step.closing:
        lines.append("It was halted already; this is the same panic.")
    if step.cancelled_orders:
        lines.append(f"{count_of(step.cancelled_orders, 'waiting order')} cancelled.")
    if step.closing:
        lines.append("Closing at market. The report comes when the venue has confirmed.")
    else:
        lines.append("No new trades. Stops stay in place.")
    if step.positions:
        lines.append(table(_rows(step.positions)))
    if asks and step.positions and not step.closing:
        lines.append("Close them all at market now?")
    return "\n".join(lines)


def panic_size(step: PanicStep) -> str:
    """ "3 positions, 4,210.00 USDT", as HTML."""
    if not step.positions:
        return "no open positions"
    quote = escape(quote_of(step.positions[0].symbol))
    return f"{count_of(len(step.positions), 'position')}, {money(step.notional_quote)} {quote}"


def _rows(positions: Sequence[Position]) -> list[str]:
    rows = [
        pair(
            f"{side_mark(each.side)} {short_symbol(each.symbol)} {each.side.value}",
            quantity(each.qty_base),
        )
        for each in positions[:_SHOWN_POSITIONS]
    ]
    more = len(positions) - _SHOWN_POSITIONS
    return [*rows, f"and {more} more"] if more > 0 else rows
