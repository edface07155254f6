"""Positions and the trades they become."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.core.kinds import Liquidity, PositionSide, Regime, Trail
from engine.core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What was known when the entry was decided; it becomes part of the trade's record."""

    proposal_key: str
    strategy: str
    strategy_version: str
    config_hash: str
    confidence_ratio: float  # the verdict's, 0..1
    predicted: PositionSide
    regime: Regime
    atr_price: float  # volatility at entry, quote per base; NaN in the warm-up
    spread_bps: float
    volume_24h_quote: float
    decision_price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTerms:
    """What an entry order will open; journalled with the order, so that a crash loses nothing."""

    side: PositionSide
    stop_price: float
    facts: EntryFacts
    plan_name: str = "default"  # how the position is to be left: engine/rules/recipes.py
    adds: int = 0  # it adds to an open position, as its n-th addition; 0: it opens one
    life_s: float = 0.0  # market time that a limit entry may rest; 0.0: it is at market
    reprices_left: int = 0  # how often it may be priced anew after that


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A net exposure from its first fill to flat; only fills change its quantity.

    Quantities and money are exact; the guard's numbers (stop and extremes) are float64, as the
    rules keep them.
    """

    position_id: int
    symbol: str
    side: PositionSide
    qty_base: Decimal
    initial_qty_base: Decimal  # the largest quantity it had
    entry_price: Decimal  # quantity-weighted average of the entry fills
    exit_price: Decimal | None  # quantity-weighted average of the exit fills so far
    stop_price: float
    initial_stop_price: float
    best_price: float
    worst_price: float
    targets_done: int
    stop_kind: int  # engine.rules.exits.ExitReason of the present stop
    cash_quote: Decimal  # -buys + sells - fees + funding; the net PnL once it is flat
    fee_quote: Decimal  # paid so far
    funding_quote: Decimal = ZERO  # what funding added so far; negative: paid
    opened_at: datetime
    advanced_at: datetime  # the last market event its guard has seen
    facts: EntryFacts
    entry_liquidity: Liquidity = Liquidity.TAKER
    entry_latency_ms: float | None = None  # from the entry's sending to the venue's answer
    plan_name: str = "default"
    risk_quote: float = 0.0  # 1R of the first entry: results are told in it, additions keep to it
    adds_done: int = 0  # additions so far
    trail: Trail = Trail.PLAN

    @property
    def is_open(self) -> bool:
        return self.qty_base > 0

    @property
    def version(self) -> str:
        """Six letters that change with every fill and with a person's word, not with prices."""
        said = f"{self.position_id}|{self.qty_base}|{self.initial_qty_base}|{self.trail.value}"
        return hashlib.sha256(said.encode()).hexdigest()[:6]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A closed position with its result: the full record that statistics and learning read."""

    trade_id: int  # the position's id
    symbol: str
    side: PositionSide
    opened_at: datetime
    closed_at: datetime
    qty_base: Decimal
    entry_price: Decimal
    exit_price: Decimal
    pnl_quote: Decimal  # of the price alone, before fees and funding
    pnl_ratio: float  # net, over the entry notional
    commission_quote: Decimal
    funding_quote: Decimal = ZERO  # what funding added; negative: paid
    net_pnl_quote: Decimal
    result_r: float  # net, over the initial risk
    confidence_ratio: float
    predicted: PositionSide
    actual: PositionSide  # which way the price went from entry to exit
    slippage_bps: float  # of the entry, positive = worse
    order_latency_ms: float | None
    liquidity: Liquidity  # of the entry
    atr_price: float
    spread_bps: float
    volume_24h_quote: float
    exit_reason: int
    regime: Regime
    strategy: str
    strategy_version: str
    config_hash: str
    proposal_key: str
    mae_r: float  # worst excursion while open, in R, >= 0
    mfe_r: float  # best excursion while open, in R, >= 0


class PastTrade(NamedTuple):
    """What of a closed trade later sizes are judged by."""

    symbol: str
    regime: Regime
    opened_at: datetime
    result_r: float


def past_of(trade: Trade) -> PastTrade:
    """The part of `trade` that evidence is made of."""
    return PastTrade(trade.symbol, trade.regime, trade.opened_at, trade.result_r)
