"""What the backtest's loop runs on: arrays and plain numbers, in NamedTuples numba can take.

Indices: `s` a symbol, in the feed's order; `k` a moment. A NaN close means that the
symbol has no bar at that moment.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from engine.market.arrays import Floats, Ints
from engine.rules.limits import BreakerLimits, DeskLimits
from engine.rules.plans import Plan

Function = TypeVar("Function", bound=Callable[..., Any])
PIECES: list[Callable[..., Any]] = []

EXITS_PER_POSITION = 5  # one entry, at most three targets and a rest


def piece(function: Function) -> Function:
    """The same function; noted, so that the compiled loop can call it."""
    PIECES.append(function)
    return function


class Tape(NamedTuple):
    """What the market did and what was proposed.

    Few arrays of many columns: each array is some seven arguments of every compiled function.
    """

    at_s: Ints  # (moments,) each one's seconds since the epoch
    bars: Floats  # (BAR, symbols, moments) see the columns below
    sign: Ints  # (symbols, moments) of the proposal that the voters approved, 0 without one


class Policy(NamedTuple):
    """The parameters, as the rules take them."""

    plan: Plan
    desk: DeskLimits
    breaker: BreakerLimits
    risk_ratio: float
    max_position_ratio: float
    bar_s: float


class Book(NamedTuple):
    """What the loop writes into while it runs."""

    held: Floats  # (symbols, HELD) the guards of open positions
    atr_price: Floats  # (symbols,) on the last closed bar
    mark_price: Floats  # (symbols,) the last close; NaN before the first
    entry_at_s: Floats  # (entries,) moments of the entries
    fills: Floats  # (fills, FILL) the log
    equity_quote: Floats  # (moments,)


class Account(NamedTuple):
    """The desk's numbers between two events."""

    cash_quote: float
    day_start_quote: float
    peak_quote: float
    state: int  # limits.Breaker
    day: int  # since the epoch, UTC; -1 before the first
    last_loss_s: float  # -inf: never
    entries: int
    left_hour: int  # entries that are older than an hour
    fills: int


class World(NamedTuple):
    """All of it, as one argument."""

    tape: Tape
    terms: Floats  # (TERM, symbols) see the columns below
    policy: Policy
    book: Book


# columns of Tape.bars: prices, volume, the ATR on the bar, and the stop that was proposed on it
B_OPEN, B_HIGH, B_LOW, B_CLOSE, B_VOLUME, B_ATR, B_STOP, BAR = range(8)
# columns of World.terms; T_SPOT is 1 where purchases are paid in full
(
    T_PRICE_STEP, T_QTY_STEP, T_MIN_QTY, T_MIN_NOTIONAL, T_ENTRY_COST, T_SPOT, T_MAKER_FEE,
    T_TAKER_FEE, T_SPREAD, T_SLIPPAGE, T_IMPACT, TERM,
) = range(12)  # fmt: skip
# columns of Book.held: the ten of plans.Position, then
POSITION_ID, OPENED_AT_S, CASH_QUOTE, HELD = 10, 11, 12, 13
# columns of Book.fills
(
    F_MOMENT, F_SYMBOL, F_POSITION, F_SIDE, F_QTY, F_PRICE, F_FEE, F_REASON, F_BEST, F_WORST, FILL,
) = range(11)  # fmt: skip
