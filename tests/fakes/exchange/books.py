"""The order book of one symbol: what the script says stands there, taken away by market orders."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

DEEP_BASE = Decimal(1_000_000)  # stands at each side where a script names no quantity
Level = tuple[Decimal, Decimal]  # price, quantity


@dataclass(slots=True)
class Book:
    """Levels best first. `last_price` is zero until somebody traded."""

    bids: list[Level] = field(default_factory=list)
    asks: list[Level] = field(default_factory=list)
    last_price: Decimal = Decimal(0)
    mark_price: Decimal = Decimal(0)
    version: int = 1  # of the levels; every change counts one

    @property
    def bid(self) -> Decimal:
        return self.bids[0][0] if self.bids else Decimal(0)

    @property
    def ask(self) -> Decimal:
        return self.asks[0][0] if self.asks else Decimal("Infinity")

    def set_levels(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        self.bids = sorted(bids, reverse=True)
        self.asks = sorted(asks)
        self.version += 1

    def crosses(self, side: str, price: Decimal) -> bool:
        """Whether a limit at `price` would trade at once."""
        if side == "BUY":
            return bool(self.asks) and price >= self.ask
        return bool(self.bids) and price <= self.bid

    def offered(self, side: str, limit: Decimal | None) -> list[Level]:
        """The levels that an order of `side` would meet, best first, none worse than `limit`."""
        levels = self.asks if side == "BUY" else self.bids
        if limit is None:
            return list(levels)
        return [row for row in levels if (row[0] <= limit if side == "BUY" else row[0] >= limit)]

    def take(self, side: str, price: Decimal, qty_base: Decimal) -> None:
        """Take `qty_base` off the level at `price`."""
        levels = self.asks if side == "BUY" else self.bids
        for place, (level_price, there) in enumerate(levels):
            if level_price == price:
                if there > qty_base:
                    levels[place] = (price, there - qty_base)
                else:
                    del levels[place]
                break
        self.version += 1
