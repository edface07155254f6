"""What the risk rules see, and how they answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.advice import Snapshot, Verdict
from engine.core.kinds import PositionSide, TradingState
from engine.core.market import Instrument
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.rules.stakes import UNKNOWN, StakeFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An open position, or an entry on its way, as the limits of the whole see it."""

    instrument: Instrument
    sign: int  # +1 long, -1 short
    notional_quote: float  # at the mark, never negative; on the grid of 1e-8

    @property
    def symbol(self) -> str:
        return self.instrument.symbol


@dataclass(frozen=True, slots=True)
class Edge:
    """What a calibrated forecast promises, at its lower bound."""

    win_ratio: float  # chance that the proposed side's barrier is first
    loss_ratio: float  # and the other one; the rest is neither
    distance_ratio: float  # of either barrier from the entry, over its price


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry that the voters approved, sized by risk and caps (0 where nothing is left)."""

    instrument: Instrument
    side: PositionSide
    entry_price: float  # the decision price
    stop_price: float
    decided_at: datetime  # the close of the bar it comes from
    notional_quote: float = 0.0
    risk_quote: float = 0.0  # what the stop costs, before fees
    stake: StakeFacts = UNKNOWN  # what is known of its chances
    edge: Edge | None = None  # None: the verdict was counted, not calibrated
    plan_name: str = "default"  # the exit plan that put the stop there
    adds_to: int | None = None  # the open position that it adds to
    held_quote: float = 0.0  # notional of that position
    volume_24h_quote: float = math.nan  # turnover of the last 24 hours; NaN: not known

    @property
    def symbol(self) -> str:
        return self.instrument.symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """How the desk stands at the moment of the decision, in plain values."""

    now_at: datetime
    trading: TradingState
    equity_quote: float  # marked to the last prices
    cash_quote: float  # that may be spent: what shorts were sold for is owed
    day_start_quote: float  # equity at the start of the UTC day
    peak_quote: float  # highest equity so far
    gross_quote: float  # sum of abs(notional) of open positions, at the last prices
    open_risk_quote: float  # what is lost if every stop is hit
    open_symbols: frozenset[str] = frozenset()  # with a position or a resting entry
    unknown_symbols: frozenset[str] = frozenset()  # with an order nobody knows the fate of
    paused_symbols: frozenset[str] = frozenset()
    not_traded: Mapping[str, str] = field(default_factory=dict)  # halted or to end: in words
    entries_last_hour: int = 0
    last_loss_at: datetime | None = None
    feed_age_s: Mapping[str, float] = field(default_factory=dict)  # of the symbol's last price
    feed_step_s: float = 1.0  # the longest silence of a healthy symbol
    spread_bps: Mapping[str, float] = field(default_factory=dict)  # absent: no quote is known
    held: tuple[Held, ...] = ()
    correlation_ratio: Mapping[str, float] = field(default_factory=dict)
    # ^ of the entry's symbol with each other one; NaN or absent: not known
    beta: Mapping[str, float] = field(default_factory=dict)  # against bitcoin, by symbol
    funding_ratio: Mapping[str, float] = field(default_factory=dict)  # per interval, by symbol


@dataclass(frozen=True, slots=True)
class Denial:
    """A no: the code, and a sentence with its numbers."""

    reason: Reason
    text: str


RiskRule = Callable[[Entry, DeskView, Parameters], Denial | None]


def edge_of(snapshot: Snapshot, verdict: Verdict) -> Edge | None:
    """What the verdict's pool promises at its lower bound; None where nobody calibrated it."""
    pool = verdict.pool
    if pool is None:
        return None
    undecided_ratio = 1.0 - pool.p_up - pool.p_down
    distance_price = pool.barrier_atr * snapshot.features["atr_price"]
    return Edge(
        win_ratio=pool.low_ratio,
        loss_ratio=1.0 - undecided_ratio - pool.low_ratio,
        distance_ratio=distance_price / snapshot.entry_price,
    )
