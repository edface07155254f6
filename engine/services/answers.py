"""What the services answer: frozen values, ready for a view. Money is exact, shares are ratios."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.core.kinds import TradingState
from engine.core.money import ZERO
from engine.core.orders import Order
from engine.core.positions import Position, Trade
from engine.core.queries import EVERY_TRADE, TradeFilter
from engine.core.state import Cause, SymbolPause
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars
from engine.services.levels import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What the desk runs on."""

    words: str  # "paper money on the simulated market"
    badge: str  # "PAPER" or "LIVE"
    market: str  # "simulated", "replay", "binance"
    symbols: tuple[str, ...]
    timeframes: tuple[Timeframe, ...]
    speed: float  # market seconds per second; 1 on a real market, 0 as fast as possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The trading state after a command, and whether the command changed it."""

    before: TradingState
    after: TradingState
    cause: Cause
    why: str
    since: datetime | None
    changed: bool
    resume_at: datetime | None = None  # market time at which the pause ends by itself
    paused_symbols: tuple[SymbolPause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicStep:
    """What panic did so far. A repeated panic tells the same incident."""

    incident_id: str
    halted_at: datetime
    cancelled_orders: int
    positions: tuple[Position, ...]  # still open
    notional_quote: Decimal
    closing: bool  # step 2 is on its way
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    position: Position
    mark_price: float
    unrealised_quote: Decimal  # before exit fees
    result_r: float  # net so far, over the initial risk
    stop_distance_ratio: float  # from the mark to the stop, positive while the stop is away
    notional_quote: Decimal
    open_risk_quote: Decimal  # lost from here if the stop is hit; 0 once the stop is in profit
    frozen: bool  # an order of unknown outcome stands on the symbol
    not_traded: str = ""  # what the venue says where it stopped trading, or will
    protected: bool | None = None  # by a stop at the venue; None: the venue holds none
    levels: tuple[Level, ...] = ()  # what its plan still waits for, the nearest first
    price_step: Decimal = ZERO  # of the instrument; 0: not known, prices are shown as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The desk on one card."""

    mode: Mode
    trading: TradingState
    cause: Cause
    why: str
    quote: str  # currency, "USDT"
    equity_quote: Decimal
    cash_quote: Decimal
    unrealised_quote: Decimal
    start_cash_quote: Decimal
    moved_quote: Decimal  # what the owner brought in, less what went out
    day_pnl_quote: Decimal
    day_pnl_ratio: float
    day_result_r: float  # sum of R of the trades closed today (UTC)
    day_trades: int
    total_trades: int
    net_pnl_quote: Decimal  # of all closed trades
    drawdown_ratio: float
    exposure_ratio: float
    heat_ratio: float
    open_positions: tuple[PositionRow, ...]
    stale_symbols: tuple[str, ...]
    frozen_symbols: tuple[str, ...]
    last_decision: str
    market_at: datetime | None  # the market's clock; None before the first price
    config_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradePage:
    """Some closed trades of all that were meant, newest first, and the sums over all of these.

    `next_before` is the cursor of the page after this one.
    """

    trades: tuple[Trade, ...]
    total: int
    net_pnl_quote: Decimal
    wins: int
    next_before: int | None
    quote: str
    result_r: float = 0.0  # sum over all of them
    wanted: TradeFilter = EVERY_TRADE  # which trades "all" are


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    quote: str
    cash_quote: Decimal
    equity_quote: Decimal
    start_cash_quote: Decimal
    moved_quote: Decimal  # what the owner brought in, less what went out
    holdings: tuple[tuple[str, Decimal, Decimal], ...]  # symbol, signed base, value in quote
    venue_cash_quote: Decimal | None  # None: the venue did not answer
    agrees: bool | None  # our books and the venue's are equal to the last digit


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """Bars with what the desk did on them."""

    symbol: str
    timeframe: Timeframe
    bars: Bars  # oldest first
    trades: tuple[Trade, ...]  # those that ended on these bars, the last closed first
    position: Position | None  # the open one


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One reading of the desk's health."""

    name: str
    value: str
    good: bool
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Light:
    """Whether a part of the desk works, in one word of a card."""

    name: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What runs, since when, and on what."""

    version: str
    python: str
    schema: str  # revision of the database
    database: str  # "SQLite" or "PostgreSQL"
    config_hash: str  # of the parameters in force
    boot_id: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    name: str
    value: str  # as a person reads it, with its unit
    default: str
    bounds: str
    group: str
    why: str
    hot: bool
    changed: bool  # differs from the default


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChange:
    """A change that was understood, before or after it was made."""

    name: str
    old: str
    new: str
    raises_risk: bool
    needs_confirmation: bool  # nothing was changed yet: confirm to apply
    hot: bool
    effect: str  # one sentence
    version: int  # the version now in force
    config_hash: str
    until_at: datetime | None = None  # when it goes back by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version of the parameters, and what it changed."""

    version: int
    at: datetime
    author: str
    why: str
    config_hash: str
    changes: tuple[tuple[str, str, str], ...]  # name, old, new


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadPlan:
    """The difference between the parameters in force and the file, and the boot settings."""

    path: str
    changes: tuple[ParameterChange, ...]
    errors: tuple[str, ...]  # any error: nothing can be applied
    restart_settings: tuple[str, ...]  # settings that differ from the running ones
    digest: str  # names this difference: applying asks for the same one


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrders:
    """The desk's orders that are not over, oldest first."""

    orders: tuple[Order, ...]
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours against the venue's, a moment ago. None where the venue did not answer."""

    holdings: tuple[str, ...]  # symbols whose holdings differ
    asked_after: tuple[str, ...] | None  # orders of ours that the venue did not list
    cancelled: tuple[str, ...] | None  # with our prefix, but not in the books
    foreign: tuple[str, ...] | None  # symbols with orders of others: left alone
    market_at: datetime | None
