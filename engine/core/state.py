"""What the desk knows of itself across restarts."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.core.kinds import TradingState
from engine.core.money import ZERO


class Cause(StrEnum):
    """What moved the trading state; a person's word is never undone by a rule."""

    NONE = "none"
    PERSON = "person"
    PANIC = "panic"
    BREAKER = "breaker"
    STORAGE = "storage"
    TWIN = "twin"
    DISK = "disk"
    MISMATCH = "mismatch"  # our books and the venue's differ
    LIQUIDATION = "liquidation"  # the venue took a position away
    STREAK = "streak"  # too many losses in a row; ends by itself
    GUARD = "guard"  # our own look at the wire held an order back: a bug, or a changed library
    ACCOUNT = "account"  # key, clock or venue are not as live trading needs them; ends by itself
    KILL_FILE = "kill_file"  # somebody put the file KILL into the data folder


class MoveCause(StrEnum):
    """Why cash moved without a result."""

    OWNER = "owner"  # a deposit, a withdrawal, a transfer, an exchange of coins by hand
    FEE_COIN = "fee_coin"  # coins outside of the desk's books paid a fee of it


# causes that a rule ends by itself; all others wait for a person
SELF_ENDING = frozenset(
    {Cause.NONE, Cause.BREAKER, Cause.STREAK, Cause.STORAGE, Cause.DISK, Cause.ACCOUNT}
)


@dataclass(frozen=True, slots=True)
class SymbolPause:
    """No entries on a symbol, by a person's word."""

    symbol: str
    until_at: datetime | None  # market time; None: until somebody resumes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """The persisted state of the desk; one row."""

    trading: TradingState = TradingState.ACTIVE
    cause: Cause = Cause.NONE
    why: str = ""
    changed_at: datetime | None = None
    changed_by: str = "desk"
    closing_all: bool = False  # panic's second step runs until every position is flat
    cash_quote: Decimal = ZERO
    start_cash_quote: Decimal = ZERO
    day: str = ""  # UTC date of `day_start_equity_quote`, "2026-11-21"
    day_start_equity_quote: Decimal = ZERO
    peak_equity_quote: Decimal = ZERO
    day_base_quote: Decimal = ZERO  # what the day's result is a ratio of
    moved_quote: Decimal = ZERO  # what the owner brought in, less what went out, since the start
    breaker_day_quote: Decimal = ZERO  # what the breaker measures from: the day's start and the
    breaker_peak_quote: Decimal = ZERO  # peak, or the equity at which a person said "go on"
    last_loss_at: datetime | None = None
    losing_streak: int = 0  # losing trades in a row, up to the last that closed
    last_position_id: int = 0
    cursor_at: datetime | None = None  # every market event at or before it is digested
    resume_at: datetime | None = None  # market time at which a person's pause ends by itself
    paused_symbols: tuple[SymbolPause, ...] = ()

    @property
    def ends_by_itself(self) -> bool:
        """Whether what holds the desk back waits for nobody."""
        return self.cause in SELF_ENDING or self.resume_at is not None


def pauses_after(state: DeskState, at: datetime) -> DeskState:
    """`state` without the pauses of symbols that are over at that moment."""
    left = tuple(p for p in state.paused_symbols if p.until_at is None or at < p.until_at)
    return state if left == state.paused_symbols else replace(state, paused_symbols=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """The desk's worth at one moment of the market."""

    at: datetime
    equity_quote: Decimal
    cash_quote: Decimal
    unrealised_quote: Decimal
    drawdown_ratio: float
    open_positions: int
    moved_quote: Decimal = ZERO  # `DeskState.moved_quote` at the moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """Money that the account's owner moved: neither won nor lost. Keyed by `move_id`."""

    move_id: str
    flow_quote: Decimal  # what it added to cash; negative: it went out
    moved_at: datetime
    cause: MoveCause
