"""The exchange's own books at one moment; tests compare the desk's with them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from tests.fakes.exchange.floor import Floor
from tests.fakes.exchange.orders import VenueFill, VenueOrder
from tests.fakes.exchange.swap_account import Income


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was booked, exact to the last digit."""

    coins: dict[str, Decimal]  # on spot, free and locked together
    wallet_quote: Decimal  # of perpetuals
    positions: dict[str, Decimal]  # perpetuals that are not flat, signed; both sides together
    fills: tuple[VenueFill, ...]
    income: tuple[Income, ...]
    open_orders: tuple[VenueOrder, ...]

    @classmethod
    def of(cls, floor: Floor) -> Self:
        spot = floor.spot
        positions: dict[str, Decimal] = {}
        for held in floor.swap.held():
            symbol = held.listing.symbol
            positions[symbol] = positions.get(symbol, Decimal(0)) + held.qty_base
        return cls(
            coins={a: spot.total(a) for a in sorted({*spot.free, *spot.locked}) if spot.total(a)},
            wallet_quote=floor.swap.wallet_quote,
            positions=positions,
            fills=tuple(floor.fills),
            income=tuple(floor.swap.income),
            open_orders=tuple(floor.open_orders()),
        )
