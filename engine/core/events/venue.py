"""What orders and prices met at the venue."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.core.events.base import Event
from engine.core.orders import Order
from engine.core.positions import Position
from engine.core.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionMissing(Event):
    """A position has no stop at the venue; the desk guards it by itself while it runs."""

    position: Position
    text: str

    def key(self) -> str:
        return f"ProtectionMissing|{self.position.position_id}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionPlaced(Event):
    """The stop rests at the venue again after it was missing."""

    position: Position
    trigger_price: Decimal

    def key(self) -> str:
        return f"ProtectionPlaced|{self.position.position_id}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignOrderSeen(Event):
    """The account has an order that is not the desk's; it is left alone. Told once."""

    symbol: str
    name: str  # its client id, or the venue's where it has none

    def key(self) -> str:
        return f"ForeignOrderSeen|{self.symbol}|{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTrouble(Event):
    """Something of the account or the venue is not as live trading needs it. Told once."""

    name: str  # what was looked at: "Withdrawals", "Clock"
    text: str
    hint: str

    def key(self) -> str:
        return f"AccountTrouble|{self.name}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMended(Event):
    """That trouble is over."""

    name: str

    def key(self) -> str:
        return f"AccountMended|{self.name}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefused(Event):
    order: Order
    reason: Reason
    text: str

    def key(self) -> str:
        return f"OrderRefused|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnknown(Event):
    """Nobody knows what became of the order; the symbol takes no entries until it is found."""

    order: Order
    text: str

    def key(self) -> str:
        return f"OrderUnknown|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResolved(Event):
    """An order of unknown outcome was found, or proved never to have arrived."""

    order: Order

    def key(self) -> str:
        return f"OrderResolved|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLapsed(Event):
    """A limit entry is over before all of it was filled; what was filled is the position."""

    order: Order
    text: str = ""  # why it is not priced anew, where it could have been

    @property
    def is_final(self) -> bool:
        """Whether nothing more is tried for this entry."""
        left = 0 if self.order.terms is None else self.order.terms.reprices_left
        return bool(self.text) or left == 0 or self.order.filled_base > 0

    def key(self) -> str:
        end = "end" if self.text else "lapse"
        return f"EntryLapsed|{self.order.client_order_id}|{end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitUnfilled(Event):
    """An exit has ended unfilled, or filled in part, several times; it is tried again."""

    order: Order  # the last attempt

    def key(self) -> str:
        return f"ExitUnfilled|{self.order.client_order_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRefused(Event):
    """The feed told what cannot be a price, or a leap that nothing confirmed. Told once."""

    symbol: str
    price: float
    text: str

    def key(self) -> str:
        return f"PriceRefused|{self.symbol}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWentStale(Event):
    symbol: str
    last_at: datetime

    def key(self) -> str:
        return f"FeedWentStale|{self.symbol}|{self.last_at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRecovered(Event):
    symbol: str
    silent_s: float

    def key(self) -> str:
        return f"FeedRecovered|{self.symbol}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksMismatched(Event):
    """Ours and the venue's holdings differ; entries stop until a person has looked."""

    symbol: str
    ours_base: Decimal
    venue_base: Decimal

    def key(self) -> str:
        return f"BooksMismatched|{self.symbol}|{self.ours_base}|{self.venue_base}"
