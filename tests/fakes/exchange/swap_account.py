"""Money and positions of perpetuals: margin, realised results, funding, what must be liquidated.

The wallet is exact: it moves by the notional that a fill releases, so that once everything is flat
it has changed by exactly -buys + sells - fees + funding.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from tests.fakes.exchange.listings import Listing
from tests.fakes.exchange.orders import ZERO, Refused, VenueOrder, Wanted

EIGHT = Decimal("1e-8")
Slot = tuple[str, str]  # symbol, position side


@dataclass(slots=True)
class SwapPosition:
    """One perpetual held; `cost_quote` is the signed notional that it was entered for."""

    listing: Listing
    side: str = "BOTH"  # LONG or SHORT in hedge mode
    qty_base: Decimal = ZERO  # signed
    cost_quote: Decimal = ZERO
    margin_quote: Decimal = ZERO  # set aside for it, isolated margin only
    updated_ms: int = 0

    @property
    def entry_price(self) -> Decimal:
        return self.cost_quote / self.qty_base if self.qty_base else ZERO

    def profit_quote(self, mark_price: Decimal) -> Decimal:
        return self.qty_base * mark_price - self.cost_quote


@dataclass(frozen=True, slots=True)
class Income:
    """One movement of the wallet that is not a transfer."""

    kind: str  # FUNDING_FEE, COMMISSION, REALIZED_PNL, INSURANCE_CLEAR
    symbol: str
    flow_quote: Decimal
    at_ms: int
    tran_id: int


@dataclass(slots=True)
class SwapAccount:
    """The wallet of one settlement coin, its positions and its settings."""

    mark_of: Callable[[str], Decimal]
    wallet_quote: Decimal = ZERO
    is_hedged: bool = False
    positions: dict[Slot, SwapPosition] = field(default_factory=dict)
    leverages: dict[str, int] = field(default_factory=dict)
    isolated: set[str] = field(default_factory=set)  # symbols
    income: list[Income] = field(default_factory=list)

    def leverage(self, symbol: str) -> int:
        return self.leverages.get(symbol, 20)

    def position(self, listing: Listing, side: str = "BOTH") -> SwapPosition:
        slot = (listing.symbol, side)
        return self.positions.setdefault(slot, SwapPosition(listing, side))

    def held(self) -> list[SwapPosition]:
        """Positions that are not flat."""
        return [row for row in self.positions.values() if row.qty_base]

    def profit_quote(self) -> Decimal:
        return sum((p.profit_quote(self.mark_of(p.listing.symbol)) for p in self.held()), ZERO)

    def margin_quote(self, orders: Iterable[VenueOrder]) -> Decimal:
        """Initial margin of positions and of resting orders that would add to them."""
        held = sum((self.initial_margin_quote(p) for p in self.held()), ZERO)
        resting = sum(
            (
                order.left_base * (order.want.price or ZERO) / self.leverage(_symbol(order.want))
                for order in orders
                if order.is_on_book and not order.want.only_reduces
            ),
            ZERO,
        )
        return held + resting

    def initial_margin_quote(self, position: SwapPosition) -> Decimal:
        if position.margin_quote:
            return position.margin_quote
        return abs(position.cost_quote) / self.leverage(position.listing.symbol)

    def available_quote(self, orders: Iterable[VenueOrder]) -> Decimal:
        return max(self.wallet_quote + self.profit_quote() - self.margin_quote(orders), ZERO)

    def reducible_base(self, want: Wanted) -> Decimal:
        """How much of the position an order of this side could close."""
        held = self.position(want.listing, want.position_side).qty_base
        return abs(held) if held * want.sign < 0 else ZERO

    def check(
        self, want: Wanted, qty_base: Decimal, price: Decimal, orders: Iterable[VenueOrder]
    ) -> None:
        """Raises Refused for a wrong position side, nothing to reduce, or too little margin."""
        if (want.position_side == "BOTH") == self.is_hedged:
            raise Refused(-4061, "Order's position side does not match user's setting.")
        if self.is_hedged and want.reduce_only:
            raise Refused(-1106, "Parameter 'reduceonly' sent when not required.")
        closable = self.reducible_base(want)
        if want.only_reduces:
            if not closable:
                raise Refused(-2022, "ReduceOnly Order is rejected.")
            return
        added = max(qty_base - closable, ZERO)
        if added * price / self.leverage(_symbol(want)) > self.available_quote(orders):
            raise Refused(-2019, "Margin is insufficient.")

    def settle(
        self, order: VenueOrder, qty_base: Decimal, price: Decimal, fee_ratio: Decimal
    ) -> tuple[Decimal, Decimal]:
        """Book one execution; returns the fee and what it realised."""
        want = order.want
        position = self.position(want.listing, want.position_side)
        closed = min(qty_base, self.reducible_base(want))
        realised = self._close(position, closed, price)
        opened = qty_base - closed
        position.qty_base += want.sign * opened
        position.cost_quote += want.sign * opened * price
        if want.listing.symbol in self.isolated:
            position.margin_quote += opened * price / self.leverage(want.listing.symbol)
        fee = (qty_base * price * fee_ratio).quantize(EIGHT, ROUND_DOWN)
        self.wallet_quote += realised - fee
        return fee, realised

    def _close(self, position: SwapPosition, closed: Decimal, price: Decimal) -> Decimal:
        # what it was entered for is released by eight digits, and to the last digit at the end
        if not closed:
            return ZERO
        sign = 1 if position.qty_base > 0 else -1
        share = closed / abs(position.qty_base)
        is_all = closed == abs(position.qty_base)
        cost = position.cost_quote if is_all else (position.cost_quote * share).quantize(EIGHT)
        position.qty_base -= sign * closed
        position.cost_quote -= cost
        position.margin_quote = ZERO if is_all else position.margin_quote * (1 - share)
        return sign * closed * price - cost

    def is_beyond_margin(self, position: SwapPosition) -> bool:
        """Whether the position must be liquidated at its mark price."""
        mark = self.mark_of(position.listing.symbol)
        if position.margin_quote:
            backing = position.margin_quote + position.profit_quote(mark)
            return backing < self.maintenance_quote(position)
        needed = sum((self.maintenance_quote(p) for p in self.held() if not p.margin_quote), ZERO)
        return self._cross_quote() < needed

    def maintenance_quote(self, position: SwapPosition) -> Decimal:
        notional = abs(position.qty_base) * self.mark_of(position.listing.symbol)
        return notional * position.listing.maintenance_ratio

    def liquidation_price(self, position: SwapPosition) -> Decimal:
        """Where the position alone would be liquidated; 0 where no price would do it."""
        if not position.qty_base:
            return ZERO
        backing = position.margin_quote or (
            self._cross_quote() - position.profit_quote(self.mark_of(position.listing.symbol))
        )
        sign = 1 if position.qty_base > 0 else -1
        size = abs(position.qty_base)
        price = (abs(position.cost_quote) * sign - backing) / (
            size * (sign - position.listing.maintenance_ratio)
        )
        return max(price, ZERO)

    def _cross_quote(self) -> Decimal:
        # what stands behind all cross positions together
        held = self.held()
        apart = sum((p.margin_quote for p in held), ZERO)
        marks = ((p, self.mark_of(p.listing.symbol)) for p in held if not p.margin_quote)
        return self.wallet_quote - apart + sum((p.profit_quote(m) for p, m in marks), ZERO)


def _symbol(want: Wanted) -> str:
    return want.listing.symbol
