"""Coins on spot: free and locked, exact to the last digit."""

from collections import defaultdict
from decimal import ROUND_DOWN, Decimal

from tests.fakes.exchange.orders import ZERO, Refused, VenueOrder, Wanted

EIGHT = Decimal("1e-8")
FEE_REBATE_RATIO = Decimal("0.75")  # of the fee, where the exchange's own coin pays it
SHORT_OF_FUNDS = "Account has insufficient balance for requested action."


class SpotAccount:
    """Free and locked coins. A purchase pays its fee in the coins it brings, a sale in money."""

    def __init__(self) -> None:
        self.free: dict[str, Decimal] = defaultdict(Decimal)
        self.locked: dict[str, Decimal] = defaultdict(Decimal)
        self.fee_asset = ""  # pays the fees while there is enough of it, at `fee_price`
        self.fee_price = ZERO

    def total(self, asset: str) -> Decimal:
        return self.free[asset] + self.locked[asset]

    def check(self, want: Wanted, qty_base: Decimal, price: Decimal) -> None:
        """Raises Refused where the account cannot pay for it."""
        asset, needed = _needs(want, qty_base, price)
        if needed > self.free[asset]:
            raise Refused(-2010, SHORT_OF_FUNDS)

    def lock(self, order: VenueOrder) -> None:
        """Set aside what the rest of a resting order will need."""
        want = order.want
        price = want.price or want.trigger_price or ZERO
        asset, needed = _needs(want, order.left_base, price)
        self.free[asset] -= needed
        self.locked[asset] += needed
        order.locked = needed

    def release(self, order: VenueOrder) -> None:
        """Free what is still set aside for the order."""
        asset, _ = _needs(order.want, ZERO, ZERO)
        self.free[asset] += order.locked
        self.locked[asset] -= order.locked
        order.locked = ZERO

    def affordable_base(self, want: Wanted, price: Decimal) -> Decimal:
        """How much of an order could be settled at `price` now."""
        if want.side == "SELL":
            return self.free[want.listing.base]
        return self.free[want.listing.quote] / price

    def settle(
        self, order: VenueOrder, qty_base: Decimal, price: Decimal, fee_ratio: Decimal
    ) -> tuple[Decimal, str]:
        """Book one execution; returns the fee and what it was paid in."""
        want, listing = order.want, order.want.listing
        asset, paid = _needs(want, qty_base, price)
        _, freed = _needs(want, qty_base, want.price or ZERO) if order.locked else ("", ZERO)
        freed = min(freed, order.locked)
        self.locked[asset] -= freed
        order.locked -= freed
        self.free[asset] += freed - paid
        got = listing.base if want.side == "BUY" else listing.quote
        received = qty_base if want.side == "BUY" else qty_base * price
        self.free[got] += received
        fee, fee_asset = self._fee(qty_base * price, fee_ratio, got, received)
        self.free[fee_asset] -= fee
        return fee, fee_asset

    def _fee(
        self, worth: Decimal, ratio: Decimal, got: str, received: Decimal
    ) -> tuple[Decimal, str]:
        if self.fee_asset:
            fee = (worth * ratio * FEE_REBATE_RATIO / self.fee_price).quantize(EIGHT, ROUND_DOWN)
            if self.free[self.fee_asset] >= fee:
                return fee, self.fee_asset
        return (received * ratio).quantize(EIGHT, ROUND_DOWN), got


def _needs(want: Wanted, qty_base: Decimal, price: Decimal) -> tuple[str, Decimal]:
    if want.side == "SELL":
        return want.listing.base, qty_base
    return want.listing.quote, qty_base * price
