"""The desk's vocabulary in plain words, and the lines that several cards share."""

import math
from decimal import Decimal

from engine.core.kinds import PositionSide, Purpose, Regime, TradingState
from engine.core.money import to_decimal
from engine.core.positions import Position
from engine.core.state import Cause
from engine.rules.plans import ExitReason
from handlers.views.text import clean, escape, price, quantity, quote_of, short_symbol

STATE_MARKS = {
    TradingState.ACTIVE: "🟢",
    TradingState.REDUCING: "🟡",
    TradingState.HALTED: "🔴",
}
STATE_MEANINGS = {
    TradingState.ACTIVE: "taking new trades",
    TradingState.REDUCING: "no new trades, exits go on",
    TradingState.HALTED: "no new trades, stops stay",
}
PLAN_WORDS = {
    "default": "as in /params exits",
    "percent": "percent",
    "r_multiple": "multiples of risk",
    "regime": "stop by regime",
    "ladder": "ladder of thirds",
    "give_back": "guard the gain",
    "adaptive": "adaptive",
    "forecast": "as forecast",
}
CAUSE_WORDS = {
    Cause.NONE: "",
    Cause.PERSON: "a person",
    Cause.PANIC: "panic",
    Cause.BREAKER: "a loss limit",
    Cause.STORAGE: "the database",
    Cause.TWIN: "a second desk",
    Cause.DISK: "the disk",
    Cause.MISMATCH: "books that differ",
    Cause.LIQUIDATION: "a liquidation",
    Cause.STREAK: "a losing streak",
    Cause.GUARD: "our own guard",
    Cause.ACCOUNT: "the account or its venue",
    Cause.KILL_FILE: "the file KILL",
}
REGIME_WORDS = {
    Regime.TREND_UP: "trend up",
    Regime.TREND_DOWN: "trend down",
    Regime.RANGE: "range",
    Regime.VOLATILE: "volatile",
    Regime.UNDEFINED: "not known",
}
WAYS_BACK = {
    Cause.NONE: "",
    Cause.PERSON: "/resume when you want to go on.",
    Cause.PANIC: "/resume when it is understood.",
    Cause.BREAKER: "A new day within limits, or /resume.",
    Cause.STORAGE: "By itself when the database works.",
    Cause.TWIN: "Stop the other desk, then /resume.",
    Cause.DISK: "By itself when the disk has room.",
    Cause.MISMATCH: "Compare with /balance, then /resume.",
    Cause.LIQUIDATION: "Look at /risk, then /resume.",
    Cause.STREAK: "By itself after the pause, or /resume.",
    Cause.GUARD: "Update or report it, then /resume.",
    Cause.ACCOUNT: "By itself when it is mended.",
    Cause.KILL_FILE: "Remove the file, then /resume.",
}
EXIT_WORDS = {
    ExitReason.NONE: "closed",
    ExitReason.STOP: "stop",
    ExitReason.TARGET: "target",
    ExitReason.TRAIL: "trailing stop",
    ExitReason.BREAKEVEN: "break-even stop",
    ExitReason.TIME: "time limit",
    ExitReason.GIVE_BACK: "gave back its gain",
    ExitReason.SIGNAL: "opposite signal",
    ExitReason.PANIC: "panic",
    ExitReason.MANUAL: "closed by hand",
    ExitReason.LIQUIDATION: "liquidated by the venue",
    ExitReason.PROTECTION: "stop order not placed",
}
_SHORT_EXIT_WORDS = {
    EXIT_WORDS[reason]: words
    for reason, words in {
        ExitReason.TRAIL: "trailing",
        ExitReason.BREAKEVEN: "break-even",
        ExitReason.GIVE_BACK: "gave back",
        ExitReason.SIGNAL: "signal",
        ExitReason.MANUAL: "by hand",
        ExitReason.LIQUIDATION: "liquidated",
        ExitReason.PROTECTION: "no stop",
    }.items()
}
PURPOSE_WORDS = {
    Purpose.ENTRY: "entry",
    Purpose.STOP: "stop",
    Purpose.TARGET_1: "first target",
    Purpose.TARGET_2: "second target",
    Purpose.TARGET_3: "third target",
    Purpose.TIME: "time limit",
    Purpose.SIGNAL: "opposite signal",
    Purpose.MANUAL: "closed by hand",
    Purpose.PANIC: "panic",
    Purpose.ADD: "addition",
    Purpose.PROTECT: "stop at the venue",
    Purpose.LIQUIDATION: "liquidated",
}


def exit_words(reason: int) -> str:
    """Why a position was left; "closed" for a number this version does not know."""
    known = set(map(int, ExitReason))
    return EXIT_WORDS[ExitReason(reason)] if reason in known else EXIT_WORDS[ExitReason.NONE]


def short_exit_words(reason: int) -> str:
    """`exit_words` in at most 12 characters, for a table."""
    words = exit_words(reason)
    return _SHORT_EXIT_WORDS.get(words, words)


def side_mark(side: PositionSide) -> str:
    """An arrow in the direction that earns."""
    return "↗" if side is PositionSide.LONG else "↘"


def name_of(symbol: str, side: PositionSide) -> str:
    """ "BTC long", as HTML."""
    return f"{escape(short_symbol(symbol))} {side.value}"


def notional(position: Position) -> Decimal:
    """What the open quantity cost, in quote."""
    return position.qty_base * position.entry_price


def open_risk(position: Position) -> Decimal:
    """What is lost in quote from entry to the present stop; 0 with the stop in profit or none."""
    if not math.isfinite(position.stop_price):
        return Decimal(0)
    stop_price = to_decimal(position.stop_price)
    loss_price = (position.entry_price - stop_price) * position.side.sign
    return max(Decimal(0), loss_price * position.qty_base)


def with_quote(amount: str, symbol: str) -> str:
    """`amount` followed by the symbol's quote currency, as HTML."""
    return f"{amount} {escape(quote_of(symbol))}".strip()


def fill_words(qty_base: Decimal, at_price: Decimal) -> str:
    """ "0.0124 at 64,210.5"."""
    return f"{quantity(qty_base)} at {price(at_price)}"


def sentence(text: str, limit: int = 160) -> str:
    """Text of the desk or of a venue as one HTML sentence that starts with a capital."""
    words = clean(text, limit)
    return escape(words[:1].upper() + words[1:], limit)


def plan_words(plan_name: str) -> str:
    """An exit plan in words; of a newer version its name."""
    return PLAN_WORDS.get(plan_name, clean(plan_name, 20))
