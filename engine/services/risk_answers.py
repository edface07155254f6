"""What the risk reports answer: frozen values, ready for a view."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.analytics.tail import Tail
from engine.core.events import ProposalDecided
from engine.core.kinds import Regime, TradingState
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.market.breadth import Breadth


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A limit, and how much of it is used; both in the same unit."""

    name: str
    used: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorRow:
    sector: str
    exposure_ratio: float  # of equity
    heat_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """One breaker: where it stands, where it acts, and when it lets go."""

    name: str
    used: float
    reduces: float  # from here on no entries
    halts: float | None  # from here on the desk is halted; None: it never halts
    is_ratio: bool  # else a count
    resets_at: datetime | None = None  # None: not by the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """Positions in symbols that move together, as one bet."""

    symbols: tuple[str, ...]
    exposure_ratio: float  # of equity
    heat_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    """What is held of one symbol, entries on their way included."""

    symbol: str
    sector: str
    net_quote: Decimal  # short: negative
    on_the_way_quote: Decimal  # of it, not filled yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What the desk holds, by symbol, side and sector, at the marks."""

    quote: str
    equity_quote: Decimal
    long_quote: Decimal
    short_quote: Decimal  # positive
    gross: Gap  # shares of equity
    net: Gap
    leverage: Gap
    rows: tuple[ExposureRow, ...]  # the largest first
    sectors: tuple[SectorRow, ...]
    sector_limit_ratio: float
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What kind of market it is and how far the breakers are, for the live card."""

    regime: Regime  # of most symbols
    agreeing: int  # symbols in it
    symbols: int
    breakers: tuple[BreakerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What could be lost, what is still allowed, and what has stopped the desk."""

    quote: str
    trading: TradingState
    cause: Cause
    why: str
    ends_at: datetime | None  # of a losing streak's pause
    equity_quote: Decimal
    stops_quote: Decimal  # lost from the marks if every stop is hit, before fees
    room_quote: Decimal  # what the day may still lose before entries stop
    halt_quote: Decimal  # and before the desk halts
    ratios: tuple[Gap, ...]  # shares of one
    counts: tuple[Gap, ...]
    breakers: tuple[BreakerRow, ...]
    liquidation_ratio: float  # a move of all prices; 1 and more: never
    sectors: tuple[SectorRow, ...]  # the largest first
    clusters: tuple[ClusterRow, ...]  # of two positions and more, the largest first
    diversification_ratio: float  # 0 moves as one; NaN: not known
    tails: tuple[Tail, ...]  # over a day; empty: nothing open, or too little of a past
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRow:
    symbol: str
    regime: Regime
    week: int  # +1 rising, -1 falling, 0 neither or unknown
    beta: float  # against bitcoin; NaN: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketState:
    """What kind of market it is."""

    timeframe: Timeframe
    rows: tuple[MarketRow, ...]
    breadth: Breadth
    clusters: tuple[tuple[str, ...], ...]  # symbols that move together, the largest first
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The last proposals with what became of them, newest first."""

    decisions: tuple[ProposalDecided, ...]
    market_at: datetime | None
