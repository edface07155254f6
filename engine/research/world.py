"""What the backtest's loop runs on: arrays and plain numbers, in NamedTuples numba can take.

Indices: `s` a symbol, in the feed's order; `k` a moment. A NaN close means that the
symbol has no bar at that moment.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from engine.market.arrays import Floats, Ints
from engine.rules.limits import BreakerLimits, DeskLimits
from engine.rules.portfolio import PortfolioLimits
from engine.rules.pyramids import AddTerms
from engine.rules.stakes import StakePolicy

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
    likeness: Floats  # (rows, LIKENESS, symbols) as known at such a proposal; B_ROW is its row


class Policy(NamedTuple):
    """The parameters, as the rules take them."""

    recipes: Floats  # (plans, RECIPE) in the order of engine.core.parameters.EXIT_PLANS
    stake: StakePolicy
    add: AddTerms
    exits_on_opposite: bool
    exits_on_advice: bool
    desk: DeskLimits
    breaker: BreakerLimits
    adapts: bool  # the day's loss limits, to capital
    portfolio: PortfolioLimits
    max_funding_ratio: float  # per interval
    losing_streak: int  # 0: off
    streak_pause_s: float
    max_position_ratio: float
    max_notional_quote: float
    bar_s: float


class Book(NamedTuple):
    """What the loop writes into while it runs."""

    held: Floats  # (symbols, HELD) the guards of open positions, and their plans
    tallies: Floats  # (groups, 4) of closed trades, see the rows below
    atr_price: Floats  # (symbols,) on the last closed bar
    mark_price: Floats  # (symbols,) the last close; NaN before the first
    funding_ratio: Floats  # (symbols,) last settled; NaN: not known
    entry_at_s: Floats  # (entries,) moments of the entries
    fills: Floats  # (fills, FILL) the log
    streak: Floats  # (STREAK,) losing trades in a row, what keeps entries away, positions so far
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


# columns of Tape.bars: prices, volume, the ATR on the bar; the side that the strategies wanted,
# approved or not; of an approved proposal its stop, plan, confidence, expansion, regime and row;
# the funding that was settled at the moment; the side that the voters spoke for; and 1 where a
# bar ends that strategies act on
(
    B_OPEN, B_HIGH, B_LOW, B_CLOSE, B_VOLUME, B_ATR, B_SIGNAL, B_STOP, B_PLAN, B_CONFIDENCE,
    B_EXPANSION, B_REGIME, B_ROW, B_FUNDING, B_ADVISED, B_ENDS, BAR,
) = range(17)  # fmt: skip
# columns of World.terms; T_SPOT is 1 where purchases are paid in full
(
    T_PRICE_STEP, T_QTY_STEP, T_MIN_QTY, T_MIN_NOTIONAL, T_ENTRY_COST, T_SPOT, T_MAKER_FEE,
    T_TAKER_FEE, T_SPREAD, T_SLIPPAGE, T_IMPACT, T_SECTOR, TERM,
) = range(13)  # fmt: skip
# rows of Tape.likeness and of Book.streak
L_CORRELATION, L_BETA, LIKENESS = range(3)
S_COUNT, S_PAUSED, S_LIQUIDATED, S_POSITIONS, STREAK = range(5)
# columns of Book.held: the ten of plans.Position, then these, the thirteen of plans.Plan, and more
ENTRY_PRICE = 3
POSITION_ID, OPENED_AT_S, CASH_QUOTE, REGIME, PLAN = 10, 11, 12, 13, 14
RISK_QUOTE, ADDS, RECIPE_ROW, ENTRY_ATR, HELD = 27, 28, 29, 30, 31
# columns of Policy.recipes: five of recipes.Recipe, the last of which is the thirteen of a Plan
STOP_FROM, STOP_RATIO, STOP_ADAPTS, LEVELS_IN, LEVELS, RECIPE = 0, 1, 2, 3, 4, 17
# rows of Book.tallies: the desk, the regimes, the hours of the day, the symbols
G_DESK, G_REGIME, G_HOUR, G_SYMBOL = 0, 1, 6, 30
ADDITION = -2  # the reason of a fill that adds to a position
PAYMENT = -1  # the reason of a row that is no fill: funding, its flow where the fee stands
# columns of Book.fills
(
    F_MOMENT, F_SYMBOL, F_POSITION, F_SIDE, F_QTY, F_PRICE, F_FEE, F_REASON, F_BEST, F_WORST,
    F_STOP, FILL,
) = range(12)  # fmt: skip
