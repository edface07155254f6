"""What is asked of a person before an act, and what the act came to."""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.kinds import PositionSide
from engine.core.orders import Order
from engine.core.positions import Position
from engine.execution.once import Act as Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing a share of a position would do now."""

    position: Position
    qty_base: Decimal  # what would be sold
    is_whole: bool
    price: float  # the mark
    result_quote: Decimal  # of what would be sold, at the mark and before fees


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingAll:
    """What closing a share of everything would do now."""

    positions: tuple[Position, ...]
    version: str
    notional_quote: Decimal  # of all that is open, at the marks
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMove:
    """A position, and where its stop would go."""

    position: Position
    stop_price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOffer:
    """A trade as the rules would let it leave now."""

    symbol: str
    side: PositionSide
    price: float
    stop_price: float
    qty_base: Decimal
    notional_quote: Decimal
    equity_ratio: float  # the notional over equity
    risk_quote: Decimal  # lost at the stop, before fees
    asked_quote: Decimal | None  # what the person wanted at most
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Entries that wait at the venue."""

    orders: tuple[Order, ...]
