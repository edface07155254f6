"""What a feed says: instruments, quotes, bars, and the events of a market.

A feed tells each moment in this order: every `PriceMoved` of the moment, every `FundingSettled`,
every `BarClosed`, then one `TimePassed`. A tick is a `PriceMoved` with open = high = low = close;
a replayed bar is one `PriceMoved` with the bar's range at the moment of its close.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.core.clockwork import require_utc
from engine.core.timeframes import Timeframe


def is_margined(symbol: str) -> bool:
    """Whether it is a perpetual, which takes margin: its unified name has a settle currency."""
    return ":" in symbol


@dataclass(frozen=True, slots=True)
class Instrument:
    """A tradable market with the venue's steps, minimums and fees."""

    symbol: str  # ccxt's unified name, "BTC/USDT" or "BTC/USDT:USDT"
    base: str
    quote: str
    price_step: Decimal
    qty_step: Decimal
    min_qty_base: Decimal
    min_notional_quote: Decimal
    maker_fee_ratio: Decimal
    taker_fee_ratio: Decimal
    shortable: bool
    sector: str = "other"

    @property
    def is_margined(self) -> bool:
        """Whether it is a perpetual."""
        return is_margined(self.symbol)


class Quote(NamedTuple):
    """Best bid and ask, quote per base, and what stands there."""

    bid_price: float
    ask_price: float
    bid_base: float = 0.0  # 0: the feed does not say
    ask_base: float = 0.0

    @property
    def mid_price(self) -> float:
        return (self.bid_price + self.ask_price) / 2.0

    @property
    def spread_bps(self) -> float:
        return (self.ask_price - self.bid_price) / self.mid_price * 1e4


class Level(NamedTuple):
    """One price of a book, and how much is offered or wanted there."""

    price: float
    qty_base: float


class Depth(NamedTuple):
    """The levels of a book that a feed knows, best first; what lies beyond them is not known."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class Bar(NamedTuple):
    """One closed bar; prices in quote per base, volume in base units."""

    open_at: datetime
    open: float
    high: float
    low: float
    close: float
    volume_base: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketEvent:
    at: datetime  # aware UTC; for a bar the moment of its close

    def __post_init__(self) -> None:
        require_utc(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceMoved(MarketEvent):
    """The price range traded since the symbol's event before this one."""

    symbol: str
    open_price: float
    high_price: float
    low_price: float
    close_price: float
    volume_base: float = 0.0  # traded in the range; 0 when the feed does not say
    quote: Quote | None = None
    depth: Depth | None = None  # at the end of the range; None: at most the quote is known


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingSettled(MarketEvent):
    """A perpetual's funding was paid at `at`: longs paid shorts where the ratio is positive."""

    symbol: str
    funding_ratio: float  # of the notional at the mark, for this one interval


@dataclass(frozen=True, slots=True, kw_only=True)
class BarClosed(MarketEvent):
    """A bar is complete; `at` is its close, `bar.open_at` its start."""

    symbol: str
    timeframe: Timeframe
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed(MarketEvent):
    """The market's clock stands at `at`; nothing at or before it is still to come."""
